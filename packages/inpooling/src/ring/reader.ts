import type { CallEvent } from "#record";
import { RingControl, type RingCounters } from "./control.ts";
import { decodeFrame } from "./decode.ts";
import { align8, Frame, FRAME_HEADER_BYTES, HEADER_BYTES, ringViews, Slot, type RingViews } from "./layout.ts";

/** A busy reader polls at this pace instead of being woken: a wake-up costs the application a system call. */
const POLL_MS = 20;
/** Without a frame for this long the next one wakes the reader. */
const BUSY_MS = 250;
const STORE_EVERY_BYTES = 64 * 1024;

/** Reads frames on the other thread. */
export class RingReader {
  readonly control: RingControl;
  readonly #views: RingViews;
  readonly #mask: number;
  readonly #now: () => number;
  #lastData = Number.NEGATIVE_INFINITY;
  /** Kept between waits: a flush asked for while nobody waits ends the next wait at once. */
  #flushSeen = 0;

  constructor(buffer: SharedArrayBuffer, now: () => number = () => performance.now()) {
    this.control = new RingControl(buffer);
    this.#views = ringViews(buffer);
    this.#mask = this.#views.capacity - 1;
    this.#now = now;
  }

  /** Up to where frames were read; compare with `written` by `reached()`. */
  get position(): number {
    return Atomics.load(this.#views.int32, Slot.read);
  }

  get written(): number {
    return this.control.written;
  }

  counters(): RingCounters {
    return this.control.counters();
  }

  /**
   * Hands the frames that are there to `onEvent`, in order. Chunks of body events point into the ring and are only
   * valid during the call. Stops after `maxBytes` of frames. When `onEvent` throws, its frame counts as read and
   * the error is passed on.
   * @returns bytes of frames read; 0 when there were none.
   */
  drain(onEvent: (event: CallEvent) => void, maxBytes = Number.POSITIVE_INFINITY): number {
    const { int32 } = this.#views;
    // The writer moves this one too (RingProducer.rewind), `written` first: so this one is looked at first.
    let position = Atomics.load(int32, Slot.read);
    const written = Atomics.load(int32, Slot.written);
    let read = 0;
    let stored = 0;
    try {
      while (position !== written && read < maxBytes) {
        const at = position & this.#mask;
        const word = int32[(HEADER_BYTES + at) >> 2] ?? 0;
        const type = word >>> 24;
        const size = type === Frame.pad ? this.#views.capacity - at : align8(word & 0xff_ffff);
        if (size < FRAME_HEADER_BYTES && type !== Frame.pad)
          throw new RangeError(`ring frame of ${size} bytes at ${at}: the ring is damaged`);
        position = (position + size) | 0;
        read += size;
        if (type !== Frame.pad) onEvent(decodeFrame(this.#views, HEADER_BYTES + at, type));
        if (read - stored >= STORE_EVERY_BYTES) {
          stored = read;
          Atomics.store(int32, Slot.read, position);
        }
      }
    } finally {
      if (read > 0) {
        Atomics.store(int32, Slot.read, position);
        this.#lastData = this.#now();
      }
    }
    return read;
  }

  /**
   * Waits for the next frame, a flush request or the end of `timeoutMs`. A pending wait does not keep the thread
   * alive: the caller holds a timer or a port.
   * @returns whether there is something to read.
   */
  async waitForData(timeoutMs: number): Promise<boolean> {
    const { int32 } = this.#views;
    const deadline = this.#now() + timeoutMs;
    for (;;) {
      const wake = Atomics.load(int32, Slot.wake);
      const left = deadline - this.#now();
      const busy = this.#now() - this.#lastData < BUSY_MS;
      // Order matters: first ask to be woken, then look; the writer first publishes, then looks who sleeps.
      if (!busy) Atomics.store(int32, Slot.sleeping, 1);
      const flush = this.control.flushRequests;
      if (this.position !== this.written || flush !== this.#flushSeen || left <= 0) {
        Atomics.store(int32, Slot.sleeping, 0);
        this.#flushSeen = flush;
        return this.position !== this.written;
      }
      const waited = Atomics.waitAsync(int32, Slot.wake, wake, busy ? Math.min(POLL_MS, left) : left);
      if (waited.async) await waited.value;
    }
  }
}
