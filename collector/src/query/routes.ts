import type { IncomingMessage, ServerResponse } from "node:http";
import type { AcceptedListener, CallReader } from "../store/store.ts";
import { StoreUnavailable } from "../store/store.ts";
import type { FilterJson, StatusJson } from "./api.ts";
import { sendBody } from "./body.ts";
import { listCalls, showCall } from "./calls.ts";
import { FilterError, parseFilter, printFilter, suggest } from "./filter/index.ts";
import { ApiError, sendJson } from "./http/answer.ts";
import { lossJson, rfc3339 } from "./json.ts";
import { Lately } from "./lately.ts";
import { noParameters, Parameters } from "./parameters.ts";
import { Tail, type TailLimits } from "./tail.ts";

const dayMs = 86_400_000;
const mostLosses = 100;
const readyWithinMs = 5000;

export interface ApiOptions {
  readonly reader: CallReader;
  readonly onAccepted: (listener: AcceptedListener) => () => void;
  readonly version: string;
  readonly tailLimits?: Partial<TailLimits> | undefined;
}

/** Everything under `/api/`, and `/readyz`. */
export class Api {
  readonly #reader: CallReader;
  readonly #version: string;
  readonly #tail: Tail;
  readonly #lately = new Lately();
  readonly #forgetLately: () => void;

  constructor(options: ApiOptions) {
    this.#reader = options.reader;
    this.#version = options.version;
    this.#tail = new Tail(options.onAccepted, options.tailLimits);
    this.#forgetLately = options.onAccepted((calls) => this.#lately.add(calls));
  }

  close(): void {
    this.#forgetLately();
    this.#tail.close();
  }

  async answer(req: IncomingMessage, res: ServerResponse, path: string, query: URLSearchParams): Promise<void> {
    const [, , room = "", id, side, leaf, ...more] = path.split("/");
    if (room === "calls" && id === undefined) return listCalls(this.#reader, req, res, query);
    if (room === "calls" && id !== undefined && side === undefined) {
      noParameters(query);
      return showCall(this.#reader, res, id);
    }
    if (room === "calls" && id !== undefined && (side === "request" || side === "response") && leaf === "body" && more.length === 0) {
      noParameters(query);
      return sendBody(this.#reader, req, res, id, side);
    }
    if (id === undefined && room === "tail") return this.#tail.watch(req, res, query);
    if (id === undefined && room === "status") return this.#status(res, query);
    if (id === undefined && room === "filter") return this.#filter(res, query);
    throw new ApiError(
      404,
      "not-found",
      `The API has no ${path.slice(0, 200)}`,
      "It has /api/calls, /api/calls/<id>, /api/calls/<id>/{request,response}/body, /api/tail, /api/filter and /api/status.",
    );
  }

  /** Ready once the store answers. @throws StoreUnavailable */
  async ready(res: ServerResponse): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new StoreUnavailable(`The database did not answer within ${readyWithinMs / 1000} s`)),
      readyWithinMs,
    );
    try {
      await Promise.race([this.#reader.stats(), late.promise]);
    } finally {
      clearTimeout(timer);
    }
    sendJson(res, 200, { status: "ready" });
  }

  async #status(res: ServerResponse, query: URLSearchParams): Promise<void> {
    noParameters(query);
    const now = Date.now();
    const [stats, losses] = await Promise.all([this.#reader.stats(), this.#reader.losses({ from: now - dayMs, to: now + dayMs })]);
    const newestFirst = losses.toSorted((a, b) => (a.to < b.to ? 1 : a.to > b.to ? -1 : 0)).slice(0, mostLosses);
    const some = stats.calls > 0;
    const answer: StatusJson = {
      version: this.#version,
      calls: stats.calls,
      bytesOnDisk: stats.bytesOnDisk,
      oldest: some ? rfc3339(stats.oldest) : null,
      newest: some ? rfc3339(stats.newest) : null,
      losses: newestFirst.map((loss) => lossJson(loss)),
    };
    sendJson(res, 200, answer);
  }

  async #filter(res: ServerResponse, query: URLSearchParams): Promise<void> {
    const parameters = new Parameters(query, ["q", "cursor"]);
    const line = parameters.text("q") ?? "";
    const cursor = parameters.whole("cursor", 0, 100_000) ?? line.length;
    await this.#lately.fill(this.#reader);
    const answer: FilterJson = { ...understand(line), suggestions: suggest(line, cursor, this.#lately.known) };
    sendJson(res, 200, answer);
  }
}

function understand(line: string): Pick<FilterJson, "canonical" | "error"> {
  try {
    return { canonical: printFilter(parseFilter(line, Date.now())), error: null };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const { message, remedy, start, end } = error;
    return { canonical: null, error: { message, remedy, start, end } };
  }
}
