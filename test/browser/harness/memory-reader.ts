import { type Call, callId, type Loss, type RedactedCall } from "@inpooling/record";
import { matches } from "../../../collector/src/query/filter/index.ts";
import { summaryOf } from "../../../collector/src/query/json.ts";
import type { CallFilter } from "../../../collector/src/store/filter.ts";
import {
  type AcceptedListener,
  type CallReader,
  type SearchOptions,
  type SearchPage,
  StoreUnavailable,
  type StoreStats,
} from "../../../collector/src/store/store.ts";

const milliseconds = (call: Call): number => Number(call.startTime / 1000n) / 1000;

/** A store in memory behind the same interface as the real one, which can be made to fail. */
export class MemoryReader implements CallReader {
  #calls: RedactedCall[] = [];
  #listeners = new Set<AcceptedListener>();
  losses_: Loss[] = [];
  broken = false;

  /** Keeps calls and tells the tail. */
  accept(calls: readonly RedactedCall[]): void {
    this.#calls = this.#calls.concat(calls).sort((a, b) => (a.startTime === b.startTime ? 0 : a.startTime > b.startTime ? -1 : 1));
    for (const listener of this.#listeners) listener(calls);
  }

  readonly onAccepted = (listener: AcceptedListener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async search({ where, range }: CallFilter, { limit, cursor }: SearchOptions): Promise<SearchPage> {
    this.#check();
    const { from = -Infinity, to = Infinity } = range;
    const found = this.#calls.filter((call) => milliseconds(call) >= from && milliseconds(call) < to && matches(where, call));
    const start = cursor === undefined ? 0 : Number(cursor);
    const calls = found.slice(start, start + limit).map(summaryOf);
    const next = start + limit < found.length ? { nextCursor: String(start + limit) } : {};
    return { calls, scanned: this.#calls.length, ...next };
  }

  async get(id: string): Promise<Call | undefined> {
    this.#check();
    return this.#calls.find((call) => callId(call) === id);
  }

  async losses(): Promise<readonly Loss[]> {
    this.#check();
    return this.losses_;
  }

  async stats(): Promise<StoreStats> {
    this.#check();
    const [newest, oldest] = [this.#calls[0], this.#calls.at(-1)];
    return {
      calls: this.#calls.length,
      bytesOnDisk: this.#calls.length * 1100,
      oldest: oldest === undefined ? 0 : milliseconds(oldest),
      newest: newest === undefined ? 0 : milliseconds(newest),
    };
  }

  #check(): void {
    if (this.broken) throw new StoreUnavailable("the database does not answer (connection refused)");
  }
}
