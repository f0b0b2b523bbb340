/**
 * Figures that worker and application share: one 64-bit slot each, written by the worker alone. They outlive a worker.
 * `ring…` is how much of the ring's own counts has been taken over into losses.
 */
const slots = [
  "taken",
  "delivered",
  "lostCalls",
  "lostBodies",
  "openCalls",
  "heldBytes",
  "ringCalls",
  "ringBodies",
  "ringBytes",
  "ringHookErrors",
] as const;
type SlotName = (typeof slots)[number];

/** `Agent.stats()`. */
export interface Stats {
  /** Calls opened in this process, as far as the worker has read. */
  readonly calls: number;
  /** Calls that the endpoint took. */
  readonly delivered: number;
  /** Calls, and bodies of calls, that were given up; counted by reason in the records that are delivered. */
  readonly lostCalls: number;
  readonly lostBodies: number;
  /** Calls without an end yet. */
  readonly openCalls: number;
  /** Bytes held by the worker, the ring included. */
  readonly heldBytes: number;
}

export class Status {
  readonly buffer: SharedArrayBuffer;
  readonly #values: BigInt64Array<SharedArrayBuffer>;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(slots.length * 8)) {
    this.buffer = buffer;
    this.#values = new BigInt64Array(buffer);
  }

  get(name: SlotName): number {
    return Number(Atomics.load(this.#values, slots.indexOf(name)));
  }

  set(name: SlotName, value: number): void {
    Atomics.store(this.#values, slots.indexOf(name), BigInt(Math.trunc(value)));
  }

  add(name: SlotName, value: number): void {
    Atomics.add(this.#values, slots.indexOf(name), BigInt(Math.trunc(value)));
  }

  stats(): Stats {
    return {
      calls: this.get("taken"),
      delivered: this.get("delivered"),
      lostCalls: this.get("lostCalls"),
      lostBodies: this.get("lostBodies"),
      openCalls: this.get("openCalls"),
      heldBytes: this.get("heldBytes"),
    };
  }
}
