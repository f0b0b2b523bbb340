import { Counter, ringViews, Slot, type RingViews } from "./layout.ts";

/** What the ring lost and how often a hook failed, since it was made. */
export interface RingCounters {
  /** Calls that were never opened: no room for their metadata. */
  readonly droppedCalls: number;
  /** Body chunks that found no room; the bytes they had. */
  readonly droppedBodies: number;
  readonly droppedBytes: number;
  /** Heads, network facts and ends of open calls that found no room. */
  readonly droppedFrames: number;
  readonly hookErrors: number;
}

/** True when position `a` is at or past position `b` (both modulo 2^32, less than 2^31 apart). */
export function reached(a: number, b: number): boolean {
  return ((a - b) | 0) >= 0;
}

/** The words that both threads exchange beside frames: flush, acknowledgement, wake-up, death. */
export class RingControl {
  readonly #views: RingViews;

  constructor(buffer: SharedArrayBuffer) {
    this.#views = ringViews(buffer);
  }

  /** Position after the last frame written. */
  get written(): number {
    return Atomics.load(this.#views.int32, Slot.written);
  }

  /** Position up to which frames were read out of the ring. */
  get position(): number {
    return Atomics.load(this.#views.int32, Slot.read);
  }

  /** Position up to which everything is delivered, or given up and counted. */
  get acked(): number {
    return Atomics.load(this.#views.int32, Slot.acked);
  }

  /** Application side: asks the worker to deliver all that is written, and wakes it. */
  requestFlush(): void {
    Atomics.add(this.#views.int32, Slot.flush, 1);
    this.wake();
  }

  /** Worker side: how often a flush was asked for; a change means that one is due. */
  get flushRequests(): number {
    return Atomics.load(this.#views.int32, Slot.flush);
  }

  wake(): void {
    Atomics.add(this.#views.int32, Slot.wake, 1);
    Atomics.notify(this.#views.int32, Slot.wake);
  }

  /** Worker side: everything before `position` is delivered, or given up and counted. */
  acknowledge(position: number): void {
    Atomics.store(this.#views.int32, Slot.acked, position);
    Atomics.notify(this.#views.int32, Slot.acked);
  }

  /** No worker reads this ring any more: whoever waits for a flush goes on at once. */
  markGone(): void {
    Atomics.store(this.#views.int32, Slot.gone, 1);
    Atomics.notify(this.#views.int32, Slot.acked);
  }

  /** A new worker reads it. */
  markServed(): void {
    Atomics.store(this.#views.int32, Slot.gone, 0);
  }

  /**
   * Application side, in the exit event: blocks this thread until all that is written now is acknowledged.
   * @returns false when the time ran out or no worker is there; what was not acknowledged is lost.
   */
  waitUntilFlushed(timeoutMs: number, now: () => number = () => performance.now()): boolean {
    const { int32 } = this.#views;
    const goal = this.written;
    const deadline = now() + timeoutMs;
    for (;;) {
      const acked = this.acked;
      if (reached(acked, goal)) return true;
      const left = deadline - now();
      if (left <= 0 || Atomics.load(int32, Slot.gone) === 1) return false;
      // In slices, because `gone` may be set between the look above and the wait.
      Atomics.wait(int32, Slot.acked, acked, Math.min(left, 50));
    }
  }

  counters(): RingCounters {
    const { counters } = this.#views;
    const of = (index: number): number => Number(Atomics.load(counters, index));
    return {
      droppedCalls: of(Counter.calls),
      droppedBodies: of(Counter.bodies),
      droppedBytes: of(Counter.bodyBytes),
      droppedFrames: of(Counter.frames),
      hookErrors: of(Counter.hookErrors),
    };
  }

  /** Counts a hook that threw; it travels with the losses. */
  countHookError(): void {
    Atomics.add(this.#views.counters, Counter.hookErrors, 1n);
  }
}
