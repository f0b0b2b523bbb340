import { type ClientRequest, get as getHttp, type IncomingMessage } from "node:http";
import { get as getHttps } from "node:https";
import type { ErrorJson } from "../query/api.ts";
import { visible } from "../query/present/visible.ts";
import type { Call } from "./command.ts";
import { Problem } from "./problem.ts";
import { width } from "./width.ts";

const usualUrl = "http://127.0.0.1:4380";
/** A search may take long, but a collector that is there begins to answer, or its store gives up before this. */
const silenceMs = 120_000;

/** An answer that is not 2xx, as the collector explained it. */
export class Refused extends Problem {
  readonly status: number;
  constructor(status: number, message: string, remedy: string) {
    super(message, remedy);
    this.status = status;
  }
}

/** Asks a running collector's query API. Every method throws Problem with what to do. */
export class Client {
  readonly #base: URL;

  constructor(call: Call) {
    const text = call.flags.get("url") ?? usualUrl;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol))
      throw new Problem(`--url is ${JSON.stringify(text)}`, `Write it as ${usualUrl}: the page address that inpooling up prints.`);
    // Behind a reverse proxy the collector may live under a path.
    if (!url.pathname.endsWith("/")) url.pathname += "/";
    this.#base = url;
  }

  async json<T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
    const text = (await this.bytes(path, query)).toString("utf8");
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new Problem(
        `${this.#base.origin} answered something that is not JSON`,
        "Is another program listening there? --url takes the page address that inpooling up prints.",
      );
    }
  }

  async bytes(path: string, query: Readonly<Record<string, string>> = {}): Promise<Buffer> {
    const answer = await this.open(path, query);
    try {
      return await readAll(answer);
    } catch (error) {
      throw new Problem(
        `The collector at ${this.#base.origin} broke off its answer: ${reason(error)}`,
        "Ask again; the collector's log says why if it does not help.",
      );
    }
  }

  /** A 2xx answer whose body is still to be read. */
  async open(
    path: string,
    query: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const url = new URL(path.slice(1), this.#base);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    let answer: IncomingMessage;
    try {
      answer = await request(url, headers, signal);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new Problem(
        `No collector answers at ${this.#base.origin} (${reason(error)})`,
        `Start one with \`inpooling up\`, or say where it is: --url ${usualUrl}`,
      );
    }
    if ((answer.statusCode ?? 0) < 300) return answer;
    const body = await readAll(answer).catch(() => Buffer.alloc(0));
    throw this.#refusal(answer, body.toString("utf8"), query["q"] ?? "");
  }

  #refusal(answer: IncomingMessage, body: string, filter: string): Problem {
    const status = answer.statusCode ?? 0;
    if (answer.headers["inpooling-collector"] === undefined) {
      return new Refused(
        status,
        `${this.#base.origin} answers ${status}, but is no Inpooling collector`,
        "--url takes the page address that inpooling up prints (port 4380), not the OTLP port.",
      );
    }
    let error: ErrorJson["error"];
    try {
      ({ error } = JSON.parse(body) as ErrorJson);
    } catch {
      return new Refused(status, `The collector answered ${status}`, visible(body.slice(0, 200)));
    }
    const message =
      error.start === undefined ? error.message : `${error.message}\n${underlined(filter, error.start, error.end ?? error.start)}`;
    return new Refused(status, message, error.remedy ?? "");
  }
}

/** The filter with carets under the place that is wrong. */
export function underlined(line: string, start: number, end: number): string {
  const before = visible(line.slice(0, start));
  const wrong = visible(line.slice(start, end));
  return `  ${visible(line)}\n  ${" ".repeat(width(before))}${"^".repeat(Math.max(1, width(wrong)))}`;
}

function request(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { headers, agent: false as const, ...(signal !== undefined && { signal }) };
    const sent: ClientRequest = url.protocol === "https:" ? getHttps(url, options, resolve) : getHttp(url, options, resolve);
    sent.setTimeout(silenceMs, () => sent.destroy(new Error(`silent for ${silenceMs / 1000} s`)));
    sent.once("error", reject);
  });
}

async function readAll(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Both addresses of a name refused: the first one's reason is everybody's.
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return reason(error.errors[0]);
  return visible(error.message);
}
