import { comeAgain } from "./refusal.ts";

/** Bytes that all requests of one receiver may hold at the same time, so that many senders cannot fill the memory. */
export class ByteBudget {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** A request's own share; `release` gives all of it back. */
  lease(): Lease {
    let held = 0;
    return {
      take: (bytes) => {
        if (this.#used + bytes > this.#limit) {
          throw comeAgain(`the collector is already working on ${this.#used} bytes of other requests (limit ${this.#limit}); send again`);
        }
        this.#used += bytes;
        held += bytes;
      },
      release: () => {
        this.#used -= held;
        held = 0;
      },
    };
  }
}

export interface Lease {
  /** @throws Refusal 503 when the receiver holds too much already. */
  take(bytes: number): void;
  release(): void;
}
