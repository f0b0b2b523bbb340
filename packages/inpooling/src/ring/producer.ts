import type { CallNumber } from "#record";
import { align8, Frame, FRAME_HEADER_BYTES, HEADER_BYTES, ringViews, Slot, type CounterIndex, type RingBytes } from "./layout.ts";

/** A reader that keeps up is met again here. */
const REWIND_BYTES = 512 * 1024;

/** Writes frames: finds room, publishes, wakes a sleeping reader. One thread only. Never waits. */
export class RingProducer {
  readonly bytes: RingBytes;
  readonly int32: Int32Array<SharedArrayBuffer>;
  readonly float64: Float64Array<SharedArrayBuffer>;
  readonly capacity: number;
  readonly #counters: BigInt64Array<SharedArrayBuffer>;
  readonly #mask: number;
  /** Written by this thread only, so a plain copy is always right; the reader's position is looked up when needed. */
  #head: number;
  #tail: number;
  #nudgeAt: number;

  constructor(buffer: SharedArrayBuffer) {
    const views = ringViews(buffer);
    this.bytes = views.bytes;
    this.int32 = views.int32;
    this.float64 = views.float64;
    this.capacity = views.capacity;
    this.#counters = views.counters;
    this.#mask = views.capacity - 1;
    this.#head = Atomics.load(views.int32, Slot.written);
    this.#tail = Atomics.load(views.int32, Slot.read);
    this.#nudgeAt = (this.#head + (this.capacity >> 3)) | 0;
  }

  /**
   * Finds room for a frame of at most `most` bytes that leaves `keepFree` bytes of the ring unused.
   * @returns the frame's offset in `bytes`, a multiple of 8; -1 when there is no room.
   */
  reserve(most: number, keepFree: number): number {
    const size = align8(most);
    const at = this.#head & this.#mask;
    const toEnd = this.capacity - at;
    const need = (size <= toEnd ? size : toEnd + size) + keepFree;
    if (need > this.capacity - ((this.#head - this.#tail) >>> 0)) {
      this.#tail = Atomics.load(this.int32, Slot.read);
      if (need > this.capacity - ((this.#head - this.#tail) >>> 0)) return -1;
    }
    if (size <= toEnd) return HEADER_BYTES + at;
    this.int32[(HEADER_BYTES + at) >> 2] = Frame.pad << 24;
    this.#head = (this.#head + toEnd) | 0;
    return HEADER_BYTES;
  }

  /**
   * Goes on at the start of the ring when the reader has caught up: the same few pages are used over and over, the
   * rest becomes resident only where a burst needs it. The reader may be looking at the old place at this moment:
   * it finds padding there and arrives at the same position.
   */
  rewind(): void {
    const { int32 } = this;
    const from = this.#head;
    const at = from & this.#mask;
    if (at < REWIND_BYTES || Atomics.load(int32, Slot.read) !== from) return;
    const to = (from + this.capacity - at) | 0;
    int32[(HEADER_BYTES + at) >> 2] = Frame.pad << 24;
    Atomics.store(int32, Slot.written, to);
    Atomics.compareExchange(int32, Slot.read, from, to);
    this.#head = to;
    this.#tail = to;
    this.#nudgeAt = (to + (this.capacity >> 3)) | 0;
  }

  /** Publishes the frame of `size` bytes that was written at `at`, the offset that `reserve` gave. */
  commit(type: number, call: CallNumber, time: number, at: number, size: number): void {
    const { int32 } = this;
    const word = at >> 2;
    int32[word] = (type << 24) | size;
    int32[word + 1] = call;
    this.float64[(at >> 3) + 1] = time;
    const head = (this.#head + align8(size)) | 0;
    this.#head = head;
    Atomics.store(int32, Slot.written, head);
    if (Atomics.load(int32, Slot.sleeping) === 1) this.#wake();
    // A reader that polls gets a hint per eighth of the ring, so that a burst does not fill it between two polls.
    else if (((head - this.#nudgeAt) | 0) >= 0) this.#nudge(head);
  }

  /** An 8-byte aligned frame without payload. */
  commitEmpty(type: number, call: CallNumber, time: number, keepFree: number): boolean {
    const at = this.reserve(FRAME_HEADER_BYTES, keepFree);
    if (at < 0) return false;
    this.commit(type, call, time, at, FRAME_HEADER_BYTES);
    return true;
  }

  countLoss(counter: CounterIndex, amount = 1): void {
    Atomics.add(this.#counters, counter, BigInt(amount));
  }

  #wake(): void {
    Atomics.store(this.int32, Slot.sleeping, 0);
    Atomics.add(this.int32, Slot.wake, 1);
    Atomics.notify(this.int32, Slot.wake);
    this.#nudgeAt = (this.#head + (this.capacity >> 3)) | 0;
  }

  #nudge(head: number): void {
    this.#nudgeAt = (head + (this.capacity >> 3)) | 0;
    Atomics.add(this.int32, Slot.wake, 1);
    Atomics.notify(this.int32, Slot.wake);
  }
}
