import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { ExportResponse, IExporterTransport } from "@opentelemetry/otlp-exporter-base";
import type { Endpoint } from "../config.ts";
import { diag } from "../diag.ts";

export type ContentCoding = "zstd" | "gzip" | "none";

/** Who answers: `inpooling` said so by its response header, `other` answered without it, `unknown` did not answer yet. */
export type Identity = "unknown" | "inpooling" | "other";

/** The response header by which a collector of ours says who it is; its value is the version. */
export const identityHeader = "inpooling-collector";

/** The endpoint did not take the request now; it may later (OTLP specification, "OTLP/HTTP Throttling", "Retryable Response Codes"). */
export class TryAgain extends Error {
  override readonly name = "TryAgain";
  /** From `Retry-After`; undefined where the endpoint did not say. */
  readonly afterMs: number | undefined;
  /** 0 when there was no answer at all. */
  readonly status: number;
  constructor(message: string, status: number, afterMs?: number, cause?: unknown) {
    super(message, { cause });
    this.status = status;
    this.afterMs = afterMs;
  }
}

/** The endpoint will not take the request however often it is sent. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  constructor(status: number) {
    super(`the endpoint answers ${status}`);
    this.status = status;
  }
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Uint8Array;
}

const maxAnswerBytes = 64 * 1024;
const maxRetryAfterMs = 5 * 60_000;
const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** RFC 9110 10.2.3: seconds or an HTTP date. Milliseconds, at most five minutes; undefined when absent or unreadable. */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const delay = /^\d{1,9}$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(delay) ? undefined : Math.min(Math.max(delay, 0), maxRetryAfterMs);
}

function pem(file: string, name: string): Buffer | undefined {
  if (file === "") return undefined;
  try {
    return readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    diag.warnOnce(name, `${name} names a file that cannot be read (${code}); the connection is made without it.`);
    return undefined;
  }
}

/** HTTP to one OTLP endpoint: keep-alive, TLS files, deadlines, and who is on the other side. */
export class Connection {
  readonly endpoint: Endpoint;
  /** Upper bound of every exchange, in ms; lowered while the process ends. */
  deadlineMs = Number.POSITIVE_INFINITY;
  #identity: Identity = "unknown";
  #agent: http.Agent | undefined;
  #refusesZstd = false;
  readonly #userAgent: string;

  /** @param version of this package, for `user-agent` */
  constructor(endpoint: Endpoint, version: string) {
    this.endpoint = endpoint;
    this.#userAgent = `inpooling/${version} (node ${process.versions.node})`;
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** Whether bodies may be sent: yes, no, or not known before `identify()` (invariant 5). */
  get takesBodies(): boolean | undefined {
    if (this.endpoint.trusted || this.#identity === "inpooling") return true;
    return this.#identity === "other" ? false : undefined;
  }

  /** What requests are compressed with from now on. */
  get coding(): ContentCoding {
    const { compression } = this.endpoint;
    if (compression !== "auto") return compression;
    return this.#identity === "inpooling" && !this.#refusesZstd ? "zstd" : "gzip";
  }

  /**
   * Asks who is there: POST of an empty ExportTraceServiceRequest, which is zero bytes long and which every OTLP
   * backend answers. Resolves when an answer came; rejects with `TryAgain` when none did.
   */
  async identify(): Promise<Identity> {
    const { status } = await this.#exchange(new Uint8Array(0), "none", this.endpoint.timeoutMs);
    if (this.#identity === "unknown" && !retryable.has(status)) this.#identity = "other";
    if (this.#identity === "unknown") throw new TryAgain(`the endpoint answers ${status}`, status);
    return this.#identity;
  }

  /** OpenTelemetry's transport interface, for one content-coding; `send` takes bytes that are coded already. */
  transport(coding: ContentCoding): IExporterTransport {
    return {
      send: (data, timeoutMillis) => this.#send(data, coding, timeoutMillis),
      shutdown: () => undefined,
    };
  }

  close(): void {
    this.#agent?.destroy();
  }

  async #send(data: Uint8Array, coding: ContentCoding, timeoutMs: number): Promise<ExportResponse> {
    let answer: Answer;
    try {
      answer = await this.#exchange(data, coding, timeoutMs);
    } catch (error) {
      return { status: "retryable", error: error as Error };
    }
    const { status, headers, body } = answer;
    if (status >= 200 && status < 300) return { status: "success", data: body };
    if (retryable.has(status)) {
      const afterMs = retryAfterMs(headers["retry-after"], Date.now());
      return { status: "retryable", error: new TryAgain(`the endpoint answers ${status}`, status, afterMs) };
    }
    if (status === 415 && coding === "zstd") {
      this.#refusesZstd = true;
      return { status: "retryable", error: new TryAgain("the endpoint does not take zstd", status, 0) };
    }
    return { status: "failure", error: new Refused(status) };
  }

  async #exchange(data: Uint8Array, coding: ContentCoding, timeoutMs: number): Promise<Answer> {
    const url = new URL(this.endpoint.url);
    const agent = (this.#agent ??= this.#newAgent(url.protocol));
    const { request } = url.protocol === "https:" ? https : http;
    const headers: http.OutgoingHttpHeaders = {
      "user-agent": this.#userAgent,
      ...this.endpoint.headers,
      "content-type": "application/x-protobuf",
      "content-length": data.length,
      ...(coding === "none" ? {} : { "content-encoding": coding }),
    };
    try {
      const answer = await exchange(request(url, { method: "POST", agent, headers }), data, Math.min(timeoutMs, this.deadlineMs));
      this.#notice(answer);
      return answer;
    } catch (error) {
      // Whoever is there next may be somebody else.
      this.#identity = "unknown";
      const { code = "", message } = error as NodeJS.ErrnoException;
      throw new TryAgain(code === "" ? message : code, 0, undefined, error);
    }
  }

  #notice({ status, headers }: Answer): void {
    if (typeof headers[identityHeader] === "string") this.#identity = "inpooling";
    else if (status >= 200 && status < 300) this.#identity = "other";
  }

  #newAgent(protocol: string): http.Agent {
    if (protocol !== "https:") return new http.Agent({ keepAlive: true });
    const { certificate, clientKey, clientCertificate } = this.endpoint;
    const ca = pem(certificate, "OTEL_EXPORTER_OTLP_CERTIFICATE");
    const key = pem(clientKey, "OTEL_EXPORTER_OTLP_CLIENT_KEY");
    const cert = pem(clientCertificate, "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE");
    return new https.Agent({ keepAlive: true, ...(ca && { ca }), ...(key && { key }), ...(cert && { cert }) });
  }
}

function exchange(request: http.ClientRequest, data: Uint8Array, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    request.on("error", fail);
    request.on("response", (response) => {
      const chunks: Uint8Array[] = [];
      let size = 0;
      response.on("error", fail);
      response.on("aborted", () => fail(new Error("the endpoint closed the connection within its answer")));
      response.on("data", (chunk: Uint8Array) => {
        size += chunk.length;
        if (size <= maxAnswerBytes) chunks.push(chunk);
        else response.destroy(new Error("the endpoint's answer is not OTLP: it is too long"));
      });
      response.on("end", () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    request.end(data);
  });
}
