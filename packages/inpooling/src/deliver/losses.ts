import type { Loss } from "#record";

/** Distinct (reason, what, host) triples kept apart; beyond it hosts are no longer told apart. */
const maxEntries = 256;

interface Entry {
  readonly reason: string;
  readonly what: Loss["what"];
  readonly host: string;
  count: number;
  bytes: number;
  from: bigint;
  to: bigint;
}

/** Counts what could not be kept until the counts themselves are delivered. */
export class LossLedger {
  readonly #entries = new Map<string, Entry>();
  readonly #serviceName: string;
  readonly #now: () => bigint;
  readonly #onCount: (what: Loss["what"], count: number) => void;

  /**
   * @param now nanoseconds since the Unix epoch
   * @param onCount told of every loss once, when it is counted
   */
  constructor(serviceName: string, now: () => bigint, onCount: (what: Loss["what"], count: number) => void) {
    this.#serviceName = serviceName;
    this.#now = now;
    this.#onCount = onCount;
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  count(reason: string, what: Loss["what"], host: string, count = 1, bytes = 0): void {
    if (count <= 0) return;
    this.#onCount(what, count);
    const now = this.#now();
    this.#add({ reason, what, host, count, bytes, from: now, to: now });
  }

  #add(loss: Omit<Loss, "serviceName">): void {
    let { host } = loss;
    let key = `${loss.reason}\n${loss.what}\n${host}`;
    if (!this.#entries.has(key) && this.#entries.size >= maxEntries) {
      host = "";
      key = `${loss.reason}\n${loss.what}\n`;
    }
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      this.#entries.set(key, { ...loss, host });
      return;
    }
    entry.count += loss.count;
    entry.bytes += loss.bytes;
    if (loss.from < entry.from) entry.from = loss.from;
    if (loss.to > entry.to) entry.to = loss.to;
  }

  /** What is to be delivered, and empties the ledger; give it back with `restore` when delivery fails. */
  take(): Loss[] {
    const losses = Array.from(this.#entries.values(), (entry) => ({ ...entry, serviceName: this.#serviceName }));
    this.#entries.clear();
    return losses;
  }

  /** Puts back what `take` gave. */
  restore(losses: readonly Loss[]): void {
    for (const { serviceName: _, ...loss } of losses) this.#add(loss);
  }
}
