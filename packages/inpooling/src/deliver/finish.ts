import { hash, randomBytes } from "node:crypto";
import { AttemptTracker, redact } from "#record";
import type { Call, HeaderPairs, Message, RedactedCall } from "#record";
import type { Config } from "../config.ts";
import type { Clock } from "./clock.ts";
import { decodeBody } from "./decode.ts";
import { traceContextOf } from "./trace-headers.ts";

const none = new Uint8Array(0);

/** Random ids for calls outside any trace (W3C Trace Context: not all zero). */
export class IdGenerator {
  /** Set whenever a trace id had to be made: the call was in no active trace. */
  madeTraceId = false;
  #pool: Buffer = Buffer.alloc(0);

  traceId(): string {
    this.madeTraceId = true;
    return this.#hex(16);
  }

  spanId(): string {
    return this.#hex(8);
  }

  #hex(bytes: number): string {
    if (this.#pool.length < bytes) this.#pool = randomBytes(4096);
    const hex = this.#pool.toString("hex", 0, bytes);
    this.#pool = this.#pool.subarray(bytes);
    return /^0+$/.test(hex) ? this.#hex(bytes) : hex;
  }
}

type Settings = Pick<Config, "bodyLimit" | "propagators" | "captureRequestHeaders" | "captureResponseHeaders">;

/** From what the builder gives (bytes as on the wire) to what may leave: decoded, hashed, linked, redacted. */
export class Finisher {
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #said: Pick<Call, "redacted" | "dropped">;
  readonly #attempts = new AttemptTracker();

  /** @param said what every record says was taken out, because it was taken out of what all have in common */
  constructor(settings: Settings, clock: Clock, said: Pick<Call, "redacted" | "dropped"> = { redacted: [], dropped: [] }) {
    this.#settings = settings;
    this.#clock = clock;
    this.#said = said;
  }

  /** @param ownTraceId the call was in no active trace: what its header fields say counts */
  finish(built: Call, ownTraceId: boolean): RedactedCall {
    const dropped = [...built.dropped, ...this.#said.dropped];
    const { redacted } = this.#said;
    const request = this.#decoded(built.request, "request", dropped);
    const response = this.#decoded(built.response, "response", dropped);
    const trace = ownTraceId ? traceContextOf(built.request.headers, this.#settings.propagators) : undefined;
    const startTime = built.startTime + this.#clock.drift();
    const linked = this.#attempts.link({ ...built, ...trace, startTime, request, response, redacted, dropped });
    const { captureRequestHeaders, captureResponseHeaders } = this.#settings;
    if (captureRequestHeaders === undefined && captureResponseHeaders === undefined) return redact(linked);
    return redact({
      ...linked,
      request: keepHeaders(linked.request, captureRequestHeaders),
      response: keepHeaders(linked.response, captureResponseHeaders),
    });
  }

  #decoded(message: Message, place: "request" | "response", dropped: string[]): Message {
    const { body } = message;
    if (body.length === 0) return message;
    const bodySha256 = message.bodyTruncated ? "" : hash("sha256", body, "hex");
    const decoded = decodeBody(body, message.headers, this.#settings.bodyLimit);
    if (decoded.failed !== "") {
      dropped.push(`${place}.body:content-coding ${decoded.failed.slice(0, 40)}`);
      return { ...message, body: none, bodyTruncated: true, bodySha256 };
    }
    return { ...message, body: decoded.body, bodyTruncated: message.bodyTruncated || !decoded.whole, bodySha256 };
  }
}

/** `OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_*`: only the named fields; all when nothing was named. */
function keepHeaders(message: Message, names: readonly string[] | undefined): Message {
  if (names === undefined) return message;
  const headers: HeaderPairs = message.headers.filter(([name]) => names.includes(name.toLowerCase()));
  return { ...message, headers };
}
