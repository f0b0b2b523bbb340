/** Lets at most `limit` holders in at once and the others wait in order; refuses beyond `waiting` waiters. */
export class Slots {
  private readonly limit: number;
  private readonly waiting: number;
  private held = 0;
  private readonly queue: (() => void)[] = [];

  constructor(limit: number, waiting: number) {
    this.limit = limit;
    this.waiting = waiting;
  }

  /** Resolves once a slot is held; undefined when too many wait already. Call what it returns to give the slot back. */
  async take(): Promise<(() => void) | undefined> {
    if (this.held >= this.limit) {
      if (this.queue.length >= this.waiting) return undefined;
      await new Promise<void>((resolve) => this.queue.push(resolve));
    } else {
      this.held += 1;
    }
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = this.queue.shift();
      if (next === undefined) this.held -= 1;
      else next();
    };
  }
}
