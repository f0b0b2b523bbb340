/** What one receiver takes at most. Every limit has an answer that tells the sender what to do. */
export interface ReceiverLimits {
  /** Bytes of one request body, on the wire and again after decompression (OTLP 1.11: 64 MiB). Beyond: 413. */
  readonly bodyBytes: number;
  /** Times that a body larger than `expansionFreeBytes` may grow by decompression; spans never do, bombs do. Beyond: 413. */
  readonly expansion: number;
  readonly expansionFreeBytes: number;
  /** Bytes of all bodies being read or worked on at the same time. Beyond: 503, come again. */
  readonly inFlightBytes: number;
  /** Spans, log records or data points of one request. Beyond: 413. */
  readonly items: number;
  /** Attribute values of one request, nested ones counted. Beyond: 413. */
  readonly values: number;
  /** Nesting of attribute values and of JSON. Beyond: 400. */
  readonly depth: number;
  /** Open connections. Beyond: the newest is closed. */
  readonly connections: number;
  /** Milliseconds from the first byte of a request to the end of its headers. Beyond: 408. */
  readonly headersTimeoutMs: number;
  /** Milliseconds from the first byte of a request to its last. Beyond: 408. */
  readonly requestTimeoutMs: number;
  /** Milliseconds an idle connection stays open; longer than the 5 s at which SDKs export. */
  readonly keepAliveTimeoutMs: number;
  /** Bytes still read and thrown away after a refusal, so that the sender gets to see the answer. */
  readonly lingerBytes: number;
}

const MiB = 1024 * 1024;

/** Defaults: at 2 KiB up and 4 KiB down per call one request may carry about 9,000 calls. */
export const DEFAULT_LIMITS: ReceiverLimits = {
  bodyBytes: 64 * MiB,
  expansion: 250,
  expansionFreeBytes: 16 * MiB,
  inFlightBytes: 256 * MiB,
  items: 100_000,
  values: 2_000_000,
  depth: 32,
  connections: 4_096,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 75_000,
  lingerBytes: 16 * MiB,
};
