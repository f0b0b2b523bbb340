/** The application thread's clocks, read at one moment: what is needed to know them in another thread. */
export interface ClockReading {
  /** `performance.timeOrigin` of the application's thread, Unix milliseconds. */
  readonly timeOrigin: number;
  /** `performance.now()` there. */
  readonly now: number;
  /** `process.hrtime.bigint()` at that moment: the same in every thread of a process. */
  readonly hrtime: bigint;
}

export function readClock(): ClockReading {
  return { timeOrigin: performance.timeOrigin, now: performance.now(), hrtime: process.hrtime.bigint() };
}

/** Below this the wall clock's own steering is not worth a correction that would blur short intervals. */
const toleratedMs = 250;
const measureEveryMs = 5_000;

/**
 * Event times count from the process's start; the wall clock moves on its own: it is set, steered, and goes on while the
 * machine sleeps. This tells how far the two have come apart.
 */
export class Clock {
  readonly #reading: ClockReading;
  readonly #wall: () => number;
  readonly #hrtime: () => bigint;
  #drift = 0n;
  #measured = Number.NEGATIVE_INFINITY;

  constructor(reading: ClockReading, wall: () => number = Date.now, hrtime: () => bigint = () => process.hrtime.bigint()) {
    this.#reading = reading;
    this.#wall = wall;
    this.#hrtime = hrtime;
  }

  /** The application thread's `performance.now()`, at this moment. */
  now(): number {
    return this.#reading.now + Number(this.#hrtime() - this.#reading.hrtime) / 1e6;
  }

  /** Nanoseconds since the Unix epoch. */
  unixNano(): bigint {
    return BigInt(Math.round(this.#wall() * 1e6));
  }

  /** Nanoseconds to add to a time that was computed from `timeOrigin`; 0 while they agree within a quarter of a second. */
  drift(): bigint {
    const now = this.now();
    if (now - this.#measured < measureEveryMs) return this.#drift;
    this.#measured = now;
    const apart = this.#wall() - (this.#reading.timeOrigin + now);
    this.#drift = Math.abs(apart) < toleratedMs ? 0n : BigInt(Math.round(apart)) * 1_000_000n;
    return this.#drift;
  }
}
