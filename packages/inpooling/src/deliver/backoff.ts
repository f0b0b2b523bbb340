const firstMs = 500;
const longestMs = 30_000;

/** Waiting times between tries: doubling from half a second to half a minute, each a fifth more or less. */
export class Backoff {
  #next = firstMs;
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  next(): number {
    const wait = this.#next * (0.8 + 0.4 * this.#random());
    this.#next = Math.min(this.#next * 2, longestMs);
    return wait;
  }

  reset(): void {
    this.#next = firstMs;
  }
}
