const WINDOW_SECONDS = 10;

/** Calls a second over the last ten whole seconds, from counts that come in any grain. Times in milliseconds. */
export class Rate {
  #seconds = new Map<number, number>();
  readonly #since: number;

  constructor(now: number) {
    this.#since = Math.floor(now / 1000);
  }

  count(calls: number, now: number): void {
    const second = Math.floor(now / 1000);
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + calls);
    for (const old of this.#seconds.keys()) if (old < second - WINDOW_SECONDS) this.#seconds.delete(old);
  }

  at(now: number): number {
    const second = Math.floor(now / 1000);
    let calls = 0;
    for (const [when, count] of this.#seconds) if (when < second && when >= second - WINDOW_SECONDS) calls += count;
    // The page may be younger than the window.
    return calls / Math.max(1, Math.min(WINDOW_SECONDS, second - this.#since));
  }
}
