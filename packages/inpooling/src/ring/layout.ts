// The ring: one SharedArrayBuffer, one writer (the application's thread), one reader (the worker).
//
//   0    Int32 slots (see Slot), grouped by who writes them, a cache line each
//   256  BigInt64 counters (see Counter)
//   512  frames, a power of two of bytes
//
// Positions are byte counts modulo 2^32, compared by signed difference, so that no slot needs 64 bits.
// A frame never wraps: where it would, a PAD frame fills the rest of the ring.
//
//   frame   Int32 type << 24 | bytes (header included, padding not) · Uint32 call · Float64 time · payload · padding to 8

import type { CallSource, Outcome } from "#record";

export const MAGIC = 0x1bc0_0001;
export const HEADER_BYTES = 512;
export const COUNTER_BYTES_AT = 256;
export const FRAME_HEADER_BYTES = 16;
/** The size field has 24 bits. */
export const MAX_FRAME_BYTES = 0xff_ffff;

export const MIN_RING_BYTES = 64 * 1024;
export const MAX_RING_BYTES = 1024 * 1024 * 1024;
export const DEFAULT_RING_BYTES = 8 * 1024 * 1024;

/** Indexes into the Int32 view. */
export const Slot = {
  magic: 0,
  capacity: 1,
  /** Writer: everything before this position may be read. */
  written: 16,
  /** Writer: how often a flush was asked for. */
  flush: 17,
  /** Reader: everything before this position may be overwritten. */
  read: 32,
  /** Worker: everything before this position is delivered, or given up and counted. */
  acked: 33,
  /** 1 once no worker will read any more. */
  gone: 34,
  /** 1 while the reader wants to be woken by the next frame. */
  sleeping: 48,
  /** Changes with each wake-up; what the reader waits on. */
  wake: 49,
} as const;

/** Indexes into the BigInt64 view of losses. */
export const Counter = { calls: 0, bodies: 1, bodyBytes: 2, frames: 3, hookErrors: 4 } as const;
export const COUNTERS = 5;
export type CounterIndex = (typeof Counter)[keyof typeof Counter];

export const Frame = {
  pad: 0,
  open: 1,
  requestHead: 2,
  requestBody: 3,
  requestEnd: 4,
  network: 5,
  response: 6,
  responseBody: 7,
  end: 8,
} as const;

// Words that nearly every call repeats travel as one byte; 255 says that the word is in the frame's extra part.
export const WORD_ELSEWHERE = 255;
export const SOURCES: readonly CallSource[] = ["patch", "manual", "client", "gateway", "span"];
export const CLIENTS: readonly string[] = ["fetch", "undici", "node:http", "node:https", "node:http2"];
export const METHODS: readonly string[] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE", "QUERY"];
export const OUTCOMES: readonly Outcome[] = ["complete", "aborted", "error"];

/** Bits of an OPEN frame. */
export const OpenFlag = { sampled: 1, trace: 2, span: 4, parent: 8, timeGiven: 16 } as const;
/** Offsets within an OPEN frame, from its start. */
export const OpenAt = { source: 16, client: 17, method: 18, flags: 19, urlBytes: 20, extraBytes: 24, text: 32 } as const;
export const TRACE_ID_CHARS = 32;
export const SPAN_ID_CHARS = 16;
/** Most bytes of ids in an OPEN frame: trace id, span id, parent span id. */
export const OPEN_ID_BYTES = TRACE_ID_CHARS + 2 * SPAN_ID_CHARS;

/** What an OPEN frame holds as JSON: whatever its fixed part cannot. */
export interface OpenExtra {
  readonly source?: CallSource | undefined;
  readonly client?: string | undefined;
  readonly method?: string | undefined;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  readonly parentSpanId?: string | undefined;
  readonly headers?: readonly (readonly [string, string])[] | undefined;
  readonly facts?: Readonly<Record<string, string>> | undefined;
}

/** `bytes` is a multiple of 8: out of shared memory the engine copies words where both ends are aligned, else single bytes. */
export const BodyAt = { size: 16, bytes: 24 } as const;
export const NetworkAt = { peerPort: 16, localPort: 20, protocolBytes: 24, addressBytes: 25, text: 26 } as const;
/** RESPONSE: status and text, a table of one length per name and value, then these one after another. */
export const ResponseAt = { status: 16, statusTextBytes: 20, fields: 24, table: 28 } as const;
export const EndAt = { outcome: 16, errorBytes: 20, requestSize: 24, responseSize: 32, errors: 40 } as const;

export function align8(bytes: number): number {
  return (bytes + 7) & ~7;
}

/** Writing and reading without the argument checks of `write()` and `toString()`: undocumented, there in every version of Node. */
export type RingBytes = Buffer<SharedArrayBuffer> & {
  latin1Write(text: string, offset: number, most: number): number;
  utf8Write(text: string, offset: number, most: number): number;
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
};

/** Views of one ring; offsets into `bytes` count from the start of the buffer. */
export interface RingViews {
  readonly int32: Int32Array<SharedArrayBuffer>;
  readonly float64: Float64Array<SharedArrayBuffer>;
  readonly bytes: RingBytes;
  readonly counters: BigInt64Array<SharedArrayBuffer>;
  readonly capacity: number;
}

/**
 * @param bytes how much the ring holds; rounded up to a power of two, 64 KiB to 1 GiB.
 * @returns the buffer to give to a writer on one thread and a reader on another.
 */
export function createRing(bytes: number = DEFAULT_RING_BYTES): SharedArrayBuffer {
  const wanted = Math.min(Math.max(bytes, MIN_RING_BYTES), MAX_RING_BYTES);
  const capacity = 2 ** Math.ceil(Math.log2(wanted));
  const buffer = new SharedArrayBuffer(HEADER_BYTES + capacity);
  const int32 = new Int32Array(buffer);
  int32[Slot.capacity] = capacity;
  int32[Slot.magic] = MAGIC;
  return buffer;
}

/** @throws TypeError when the buffer does not come from `createRing` of this version. */
export function ringViews(buffer: SharedArrayBuffer): RingViews {
  const int32 = new Int32Array(buffer);
  const capacity = int32[Slot.capacity] ?? 0;
  if (int32[Slot.magic] !== MAGIC || buffer.byteLength !== HEADER_BYTES + capacity) {
    throw new TypeError(`not a ring: a SharedArrayBuffer of ${buffer.byteLength} bytes; make it with createRing() of the same version`);
  }
  return {
    int32,
    float64: new Float64Array(buffer),
    bytes: Buffer.from(buffer) as RingBytes,
    counters: new BigInt64Array(buffer, COUNTER_BYTES_AT, COUNTERS),
    capacity,
  };
}
