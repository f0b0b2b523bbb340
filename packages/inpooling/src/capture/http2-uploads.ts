import type { BufferEncodingName } from "#record";
import type { Exchange } from "./exchange.ts";
import { createMark } from "./mark.ts";
import type { UndiciRequest } from "./undici-request.ts";

interface StreamMessage {
  readonly stream: object;
}
interface Written {
  readonly chunk: Uint8Array | string;
  readonly encoding?: string;
}
/** `data` is a list where the stream wrote several chunks at once. */
interface StreamChunkMessage extends StreamMessage {
  readonly data: Uint8Array | string | readonly Written[];
  readonly encoding?: string;
}

/** What `on` of a capture does: subscribes for as long as the capture is installed, guarded. */
type Subscribe = (channel: string, hook: (message: never) => void) => void;

/**
 * Uploads of a `Readable` over HTTP/2: undici (7 and 8) pipes it into the core's stream and publishes no chunk of it.
 * The core does (`http2.client.stream.bodyChunkSent`, nodejs/node#60480); such a request's content is taken from there
 * alone, so that a version of undici which publishes it too is not recorded twice.
 */
export class Http2Uploads {
  readonly #exchanges = createMark<Exchange>();
  /** Whose stream is made next: undici publishes the head right before it asks for the stream, in the same turn. */
  #next: Exchange | undefined;
  readonly #forget = (): void => {
    this.#next = undefined;
  };

  subscribe(on: Subscribe): void {
    on("http2.client.stream.created", ({ stream }: StreamMessage) => {
      if (!this.#next) return;
      this.#exchanges.set(stream, this.#next);
      this.#next = undefined;
    });
    on("http2.client.stream.bodyChunkSent", ({ stream, data, encoding }: StreamChunkMessage) => {
      const exchange = this.#exchanges.of(stream);
      if (!exchange) return;
      if (typeof data === "string" || data instanceof Uint8Array) take(exchange, data, encoding);
      else for (const written of data) take(exchange, written.chunk, written.encoding);
    });
  }

  /** The head of `request` leaves over HTTP/2. */
  announce(request: UndiciRequest, exchange: Exchange): void {
    if (!isStream(request.body)) return;
    this.#next = exchange;
    queueMicrotask(this.#forget);
  }

  /** Whether this request's content comes from here, not from undici; once its head left. */
  takes(request: UndiciRequest, exchange: Exchange | undefined): boolean {
    return exchange?.http2 === true && isStream(request.body);
  }
}

/** As undici tells a stream (lib/core/util.js, `isStream`). */
function isStream(body: unknown): boolean {
  if (typeof body !== "object" || body === null) return false;
  const { pipe, on } = body as { readonly pipe?: unknown; readonly on?: unknown };
  return typeof pipe === "function" && typeof on === "function";
}

function take(exchange: Exchange, chunk: Uint8Array | string, encoding: string | undefined): void {
  exchange.requestBody(chunk, typeof chunk === "string" ? (encoding as BufferEncodingName | undefined) : undefined);
}
