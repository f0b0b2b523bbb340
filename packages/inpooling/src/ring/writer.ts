import type { BufferEncodingName, CallNumber, CallStart, ErrorInfo, EventSink, Outcome } from "#record";
import { BodyAt, Counter, EndAt, Frame, FRAME_HEADER_BYTES, MAX_FRAME_BYTES, NetworkAt, OUTCOMES } from "./layout.ts";
import { writeOpen } from "./open.ts";
import { RingProducer } from "./producer.ts";
import { writeResponse } from "./response.ts";
import { writeBytes, writeLatin1 } from "./text.ts";
import { CallTotals } from "./totals.ts";

export interface RingWriterOptions {
  /** Captured bytes per body; beyond it bytes are only counted. 0 keeps no body at all. Default 64 KiB. */
  readonly bodyLimit?: number;
  /** Runs once, after the first call was opened: the moment to start a worker. */
  readonly onFirstCall?: (() => void) | undefined;
  /** Milliseconds of a monotonic clock. Default `performance.now()`. */
  readonly now?: (() => number) | undefined;
}

export const DEFAULT_BODY_LIMIT = 64 * 1024;
const MAX_UINT32 = 0xffff_ffff;
/** A body that lost a chunk is kept no further: what is stored of it is always a prefix. */
const LOST = Number.POSITIVE_INFINITY;
const PENDING_ENDS = 4096;
/** Longer ones are no protocol version and no address (a path of a Unix socket has 107 bytes at most). */
const MOST_PROTOCOL_CHARS = 16;
const MOST_ADDRESS_CHARS = 255;

/**
 * The `EventSink` of an application: copies what it is given into the ring, once, and returns. When the ring gets
 * full, bodies are refused first (7/8), then new calls (15/16), then heads (63/64); ends of open calls come last
 * and are kept for later when there is no room at all. Nothing waits and nothing throws. Heads, network facts and
 * request content carry the time of the event before them: nothing is derived from their own.
 */
export class RingWriter implements EventSink {
  readonly #ring: RingProducer;
  readonly #totals = new CallTotals();
  readonly #bodyLimit: number;
  readonly #clock: () => number;
  readonly #keepForMetadata: number;
  readonly #keepForOpenCalls: number;
  readonly #keepForEnds: number;
  readonly #mostHeadBytes: number;
  readonly #mostChunkBytes: number;
  #onFirstCall: (() => void) | undefined;
  /** Of the last event that needed one; reading the clock is a tenth of what a call costs here. */
  #time = 0;
  #nextCall: CallNumber = 1;
  readonly #pendingEnds: { readonly call: CallNumber; readonly outcome: Outcome; readonly time: number }[] = [];

  constructor(buffer: SharedArrayBuffer, options: RingWriterOptions = {}) {
    this.#ring = new RingProducer(buffer);
    this.#bodyLimit = options.bodyLimit ?? DEFAULT_BODY_LIMIT;
    this.#clock = options.now ?? (() => performance.now());
    this.#onFirstCall = options.onFirstCall;
    const { capacity } = this.#ring;
    this.#keepForMetadata = capacity >> 3;
    this.#keepForOpenCalls = capacity >> 4;
    this.#keepForEnds = capacity >> 6;
    this.#mostHeadBytes = Math.min(MAX_FRAME_BYTES, capacity >> 3);
    this.#mostChunkBytes = Math.min(256 * 1024, capacity >> 4);
  }

  open(start: CallStart): CallNumber {
    if (this.#pendingEnds.length > 0) this.#writePendingEnds();
    this.#ring.rewind();
    const frame = writeOpen(this.#ring, start, this.#mostHeadBytes, this.#keepForOpenCalls);
    if (!frame) {
      this.#ring.countLoss(Counter.calls);
      return 0;
    }
    const call = this.#nextCall;
    this.#nextCall = call === MAX_UINT32 ? 1 : call + 1;
    this.#totals.start(call);
    const time = start.time ?? this.#now();
    if (time > this.#time) this.#time = time;
    this.#ring.commit(Frame.open, call, time, frame.at, frame.size);
    if (this.#onFirstCall) this.#firstCall();
    return call;
  }

  requestHead(call: CallNumber, head: string, tail = ""): void {
    if (!this.#totals.isOpen(call)) return;
    const size = FRAME_HEADER_BYTES + head.length + tail.length;
    const at = size > this.#mostHeadBytes ? -1 : this.#ring.reserve(size, this.#keepForEnds);
    if (at < 0) return this.#ring.countLoss(Counter.frames);
    const { bytes } = this.#ring;
    writeLatin1(bytes, tail, writeLatin1(bytes, head, at + FRAME_HEADER_BYTES));
    this.#ring.commit(Frame.requestHead, call, this.#time, at, size);
  }

  requestBody(call: CallNumber, chunk: Uint8Array | string, encoding?: BufferEncodingName): void {
    this.#body(Frame.requestBody, call, chunk, encoding);
  }

  requestEnd(call: CallNumber): void {
    if (!this.#totals.isOpen(call)) return;
    if (!this.#ring.commitEmpty(Frame.requestEnd, call, this.#now(), this.#keepForEnds)) this.#ring.countLoss(Counter.frames);
  }

  network(call: CallNumber, protocol: string, peerAddress: string, peerPort: number, localPort: number): void {
    if (!this.#totals.isOpen(call)) return;
    if (protocol.length > MOST_PROTOCOL_CHARS || peerAddress.length > MOST_ADDRESS_CHARS) return;
    const size = NetworkAt.text + protocol.length + peerAddress.length;
    const at = this.#ring.reserve(size, this.#keepForEnds);
    if (at < 0) return this.#ring.countLoss(Counter.frames);
    const { bytes, int32 } = this.#ring;
    int32[(at + NetworkAt.peerPort) >> 2] = peerPort;
    int32[(at + NetworkAt.localPort) >> 2] = localPort;
    bytes[at + NetworkAt.protocolBytes] = protocol.length;
    bytes[at + NetworkAt.addressBytes] = peerAddress.length;
    writeLatin1(bytes, peerAddress, writeLatin1(bytes, protocol, at + NetworkAt.text));
    this.#ring.commit(Frame.network, call, this.#time, at, size);
  }

  response(call: CallNumber, status: number, statusText: string, fields: readonly (string | Uint8Array)[]): void {
    if (!this.#totals.isOpen(call)) return;
    const frame = writeResponse(this.#ring, status & 0xffff, statusText, fields, this.#mostHeadBytes, this.#keepForEnds);
    if (!frame) return this.#ring.countLoss(Counter.frames);
    this.#ring.commit(Frame.response, call, this.#now(), frame.at, frame.size);
  }

  responseBody(call: CallNumber, chunk: Uint8Array | string, encoding?: BufferEncodingName): void {
    this.#body(Frame.responseBody, call, chunk, encoding);
  }

  end(call: CallNumber, outcome: Outcome, errors?: readonly ErrorInfo[], time?: number): void {
    if (!this.#totals.isOpen(call)) return;
    const at = time ?? this.#now();
    if (this.#writeEnd(call, outcome, errors, at)) return;
    if (this.#pendingEnds.length < PENDING_ENDS) this.#pendingEnds.push({ call, outcome, time: at });
    else {
      this.#ring.countLoss(Counter.frames);
      this.#totals.finish(call);
    }
  }

  #now(): number {
    return (this.#time = this.#clock());
  }

  /** When a request's content left is told by its end; of a response each chunk counts. */
  #timeOf(type: number): number {
    return type === Frame.responseBody ? this.#now() : this.#time;
  }

  #writeEnd(call: CallNumber, outcome: Outcome, errors: readonly ErrorInfo[] | undefined, time: number): boolean {
    const text = errors && errors.length > 0 ? JSON.stringify(errors) : "";
    const at = this.#ring.reserve(EndAt.errors + 3 * text.length, 0);
    if (at < 0) return false;
    const { bytes, int32, float64 } = this.#ring;
    const errorBytes = text === "" ? 0 : bytes.utf8Write(text, at + EndAt.errors, 3 * text.length);
    bytes[at + EndAt.outcome] = OUTCOMES.indexOf(outcome);
    int32[(at + EndAt.errorBytes) >> 2] = errorBytes;
    float64[(at + EndAt.requestSize) >> 3] = this.#totals.seen(call, false);
    float64[(at + EndAt.responseSize) >> 3] = this.#totals.seen(call, true);
    this.#ring.commit(Frame.end, call, time, at, EndAt.errors + errorBytes);
    this.#totals.finish(call);
    return true;
  }

  #writePendingEnds(): void {
    let written = 0;
    for (const { call, outcome, time } of this.#pendingEnds) {
      if (!this.#writeEnd(call, outcome, undefined, time)) break;
      written += 1;
    }
    this.#pendingEnds.splice(0, written);
  }

  #firstCall(): void {
    const start = this.#onFirstCall;
    this.#onFirstCall = undefined;
    try {
      start?.();
    } catch {
      // Whoever starts the worker reports its own failure; the application must not get it here.
      this.#ring.countLoss(Counter.hookErrors);
    }
  }

  #body(type: number, call: CallNumber, chunk: Uint8Array | string, encoding?: BufferEncodingName): void {
    if (!this.#totals.isOpen(call)) return;
    const response = type === Frame.responseBody;
    const room = this.#bodyLimit - this.#totals.kept(call, response);
    if (typeof chunk === "string") return this.#text(type, call, response, chunk, encoding, room);
    const size = chunk.byteLength;
    if (size === 0) return;
    const keep = size < room ? size : room;
    this.#totals.add(call, response, size, keep > 0 ? this.#chunk(type, call, chunk, keep) : 0);
  }

  /** @returns bytes kept, LOST when the ring had no room. */
  #chunk(type: number, call: CallNumber, chunk: Uint8Array, keep: number): number {
    if (keep > this.#mostChunkBytes) return this.#pieces(type, call, chunk, keep);
    const at = this.#ring.reserve(BodyAt.bytes + keep, this.#keepForMetadata);
    if (at < 0) return this.#lose(chunk.byteLength);
    const { bytes, int32 } = this.#ring;
    const from = at + BodyAt.bytes;
    int32[(at + BodyAt.size) >> 2] = chunk.byteLength;
    writeBytes(bytes, chunk, keep, from);
    this.#ring.commit(type, call, this.#timeOf(type), at, BodyAt.bytes + keep);
    return keep;
  }

  #pieces(type: number, call: CallNumber, chunk: Uint8Array, keep: number): number {
    for (let from = 0; from < keep; from += this.#mostChunkBytes) {
      const to = Math.min(from + this.#mostChunkBytes, keep);
      // The last piece carries what is over the limit, so that sizes add up.
      const piece = to === keep ? chunk.subarray(from) : chunk.subarray(from, to);
      if (this.#chunk(type, call, piece, to - from) === LOST) return LOST;
    }
    return keep;
  }

  #text(type: number, call: CallNumber, response: boolean, text: string, encoding: BufferEncodingName | undefined, room: number): void {
    if (text === "") return;
    const most = 3 * text.length;
    const utf8 = encoding === undefined || encoding === "utf8" || encoding === "utf-8";
    if (!utf8 || most > room || most > this.#mostChunkBytes) {
      const bytes = Buffer.from(text, encoding ?? "utf8");
      const keep = Math.min(bytes.byteLength, room);
      this.#totals.add(call, response, bytes.byteLength, keep > 0 ? this.#chunk(type, call, bytes, keep) : 0);
      return;
    }
    const at = this.#ring.reserve(BodyAt.bytes + most, this.#keepForMetadata);
    if (at < 0) {
      const size = Buffer.byteLength(text);
      return this.#totals.add(call, response, size, this.#lose(size));
    }
    const size = this.#ring.bytes.utf8Write(text, at + BodyAt.bytes, most);
    this.#ring.int32[(at + BodyAt.size) >> 2] = size;
    this.#ring.commit(type, call, this.#timeOf(type), at, BodyAt.bytes + size);
    this.#totals.add(call, response, size, size);
  }

  #lose(size: number): number {
    this.#ring.countLoss(Counter.bodies);
    this.#ring.countLoss(Counter.bodyBytes, size);
    return LOST;
  }
}
