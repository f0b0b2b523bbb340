/** Header fields in the order seen, names as sent or received (case kept), repeated fields repeated. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/**
 * How a call became a record: `patch` (hooked client), `manual` (`InpoolingLogging`), `client` (drop-in
 * replacement), `gateway` (endpoint redirection), `span` (a CLIENT span of some other instrumentation).
 */
export type CallSource = "patch" | "manual" | "client" | "gateway" | "span";

/** `complete`: the whole response was seen. `aborted`: the application stopped. `error`: the exchange failed. */
export type Outcome = "complete" | "aborted" | "error";

/** One link of an error's cause chain, outermost first. Empty string where the error had no such field. */
export interface ErrorInfo {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/** One direction of the exchange. */
export interface Message {
  readonly headers: HeaderPairs;
  /** What is kept: content-coding removed, redacted, at most the body limit. Empty where nothing was kept. */
  readonly body: Uint8Array;
  /** Bytes that crossed the wire as message content (RFC 9110 6.4), before decoding; also those not kept. */
  readonly bodySize: number;
  /** True when `body` is not the whole content: over a limit, dropped for memory, or cut by the peer. */
  readonly bodyTruncated: boolean;
  /** SHA-256 (hex) of the content as it crossed the wire; "" unless every byte of it was captured. */
  readonly bodySha256: string;
  /** Arrival of response chunks: milliseconds since the call's start and bytes, at most 256 of each. */
  readonly chunks: readonly (readonly [offsetMs: number, bytes: number])[];
}

/** Milliseconds since the call's start; undefined where the moment was not seen. */
export interface Timings {
  readonly dnsMs?: number | undefined;
  readonly connectMs?: number | undefined;
  readonly tlsMs?: number | undefined;
  readonly requestSentMs?: number | undefined;
  readonly firstByteMs?: number | undefined;
  readonly lastByteMs?: number | undefined;
}

/** `protocol` is `network.protocol.version` of the semantic conventions: "1.1", "2". 0 and "" mean unknown. */
export interface Network {
  readonly protocol: string;
  readonly peerAddress: string;
  readonly peerPort: number;
  readonly localPort: number;
}

/** Who made the call: the OTLP resource. `attributes` holds every resource attribute, the named ones too. */
export interface Resource {
  readonly serviceName: string;
  readonly serviceVersion: string;
  readonly environment: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** One call to somebody else's API. Strings are "" and numbers 0 where nothing is known. */
export interface Call {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  /** Whether the application's own trace was sampled; the call is recorded either way. */
  readonly sampled: boolean;
  /** Nanoseconds since the Unix epoch. */
  readonly startTime: bigint;
  readonly durationMs: number;
  readonly resource: Resource;
  readonly source: CallSource;
  /** The library that sent it: `fetch`, `undici`, `node:http`, `node:https`, or what a caller named. */
  readonly client: string;
  /** `service.peer.name`: who is behind the host, e.g. `stripe`. */
  readonly vendor: string;
  readonly operation: string;
  readonly method: string;
  /** Absolute, without userinfo once redacted. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** `url.template`: low-cardinality path, e.g. `/v1/charges/{id}`. */
  readonly route: string;
  /** 0 when no response head arrived. */
  readonly status: number;
  readonly statusText: string;
  readonly outcome: Outcome;
  /** `error.type`: "" on success; status code as text for 4xx and 5xx; else an error code or class. */
  readonly errorType: string;
  readonly errors: readonly ErrorInfo[];
  /** 1 for the first try; `http.request.resend_count` + 1. */
  readonly attempt: number;
  /** The attempt or redirect this one follows; a span link in OTLP. */
  readonly previous?: { readonly traceId: string; readonly spanId: string } | undefined;
  readonly request: Message;
  readonly response: Message;
  readonly timings: Timings;
  readonly network: Network;
  readonly callSite: string;
  readonly tags: Readonly<Record<string, string>>;
  /** What was redacted, `<place>:<rule>`, e.g. `request.header.authorization:header-name`. */
  readonly redacted: readonly string[];
  /** What was not kept and why, `<place>:<reason>`, e.g. `response.body:memory`. */
  readonly dropped: readonly string[];
}

declare const redactedBrand: unique symbol;

/** A call that went through `redact()`: the only form an exporter or a store accepts. */
export type RedactedCall = Call & { readonly [redactedBrand]: true };

/**
 * The call's identity in the store, on the page and in links: 12 hex digits of the start in milliseconds,
 * a dash, the span id. It names its day (partition pruning) and is the same however often a sender retries.
 */
export function callId(call: Pick<Call, "startTime" | "spanId">): string {
  return `${(call.startTime / 1_000_000n).toString(16).padStart(12, "0")}-${call.spanId}`;
}

/** Records that are gone, counted. Delivered beside calls as soon as there is a way. */
export interface Loss {
  /** Why: `ring-full`, `queue-full`, `export-failed`, `rejected`, `exit`, `hook-error` … */
  readonly reason: string;
  /** `call`: the whole record; `body`: only payload bytes. */
  readonly what: "call" | "body";
  /** "" when the host is not known any more. */
  readonly host: string;
  readonly count: number;
  readonly bytes: number;
  /** First and last loss of the episode, nanoseconds since the Unix epoch. */
  readonly from: bigint;
  readonly to: bigint;
  readonly serviceName: string;
}
