import type { CallSource, ErrorInfo, HeaderPairs, Outcome } from "./call.ts";

/** A call's number within its process: 1 … 2^32-1. 0 is "not recorded": events that carry it are ignored. */
export type CallNumber = number;

/** What is known when a call starts. Times are milliseconds of the process's monotonic clock (`performance.now()`). */
export interface CallStart {
  readonly source: CallSource;
  readonly client: string;
  readonly method: string;
  /** Absolute URL as the client was given it. */
  readonly url: string;
  /** Header fields known so far; replaced by a later `request-head`. */
  readonly headers: HeaderPairs;
  /** Only where the start lies in the past (manual logging); else the sink takes the time. */
  readonly time?: number | undefined;
  /** From the active context or `traceparent`; "" lets the worker make new ids. */
  readonly traceId: string;
  /** The span that stands for this very call, where some instrumentation made one; else "". */
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly sampled: boolean;
  /** Extra facts of manual logging and clients, e.g. vendor, operation, route, callSite, `tag.<name>`. */
  readonly facts?: Readonly<Record<string, string>> | undefined;
}

/** Where capture writes. It knows nothing of rings or workers; every method returns at once and never throws. */
export interface EventSink {
  /** Opens a call; 0 when it is not recorded. */
  open(start: CallStart): CallNumber;
  /**
   * The request head as it left, request line (where there is one) and fields, CRLF-separated. `tail` continues it:
   * the fields a client adds last; joining the two here would make the application flatten its own head twice.
   */
  requestHead(call: CallNumber, head: string, tail?: string): void;
  /** Bytes are copied before this returns: the caller may reuse the buffer. */
  requestBody(call: CallNumber, chunk: Uint8Array | string, encoding?: BufferEncodingName): void;
  requestEnd(call: CallNumber): void;
  network(call: CallNumber, protocol: string, peerAddress: string, peerPort: number, localPort: number): void;
  /** A final response head (never 1xx). `fields`: name, value, name, value …, strings or bytes (latin1). */
  response(call: CallNumber, status: number, statusText: string, fields: readonly (string | Uint8Array)[]): void;
  responseBody(call: CallNumber, chunk: Uint8Array | string, encoding?: BufferEncodingName): void;
  /** Closes the call; later events for it are ignored. `time` as in `CallStart`. */
  end(call: CallNumber, outcome: Outcome, errors?: readonly ErrorInfo[], time?: number): void;
}

/** Node's name of a string's encoding, as in `write(chunk, encoding)`. */
export type BufferEncodingName =
  | "utf8"
  | "utf-8"
  | "utf16le"
  | "utf-16le"
  | "ucs2"
  | "ucs-2"
  | "base64"
  | "base64url"
  | "latin1"
  | "binary"
  | "hex"
  | "ascii";

interface Event<T extends string> {
  readonly type: T;
  readonly call: CallNumber;
  /** Milliseconds of the process's monotonic clock. */
  readonly time: number;
}

/**
 * A piece of a message's content. Once a chunk was dropped, no later one of the same content comes: what arrives
 * is a prefix, and the totals of `end` tell what is missing.
 */
interface BodyChunk {
  /** May be shorter than `size` (over the limit or dropped); only valid during the push. */
  readonly chunk: Uint8Array;
  /** The chunk's real length. */
  readonly size: number;
}

/** What comes out of the ring in the worker; `CallBuilder` turns a call's events into one `Call`. */
export type CallEvent =
  | (Event<"open"> & { readonly start: CallStart })
  | (Event<"request-head"> & { readonly head: string })
  | (Event<"request-body"> & BodyChunk)
  | Event<"request-end">
  | (Event<"network"> & { readonly protocol: string; readonly peerAddress: string; readonly peerPort: number; readonly localPort: number })
  | (Event<"response"> & { readonly status: number; readonly statusText: string; readonly headers: HeaderPairs })
  | (Event<"response-body"> & BodyChunk)
  | (Event<"end"> & {
      readonly outcome: Outcome;
      readonly errors: readonly ErrorInfo[];
      /** Totals seen by capture, also of chunks whose events were dropped; -1 when not counted. */
      readonly requestSize: number;
      readonly responseSize: number;
    });
