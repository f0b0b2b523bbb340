const firstMs = 500;
const longestMs = 10_000;

/** Waiting times between tries: doubling from half a second to ten seconds, each a fifth more or less. */
export class Backoff {
  #next = firstMs;
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  next(): number {
    const wait = this.current();
    this.#next = Math.min(this.#next * 2, longestMs);
    return wait;
  }

  /** The same time once more: for a try that somebody asked for out of turn. */
  current(): number {
    return Math.round(this.#next * (0.8 + 0.4 * this.#random()));
  }

  reset(): void {
    this.#next = firstMs;
  }
}
