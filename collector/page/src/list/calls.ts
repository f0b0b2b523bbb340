import type { CallSummaryJson } from "../../../src/query/api.ts";

/** Newest first: by start, calls of the same microsecond by id. Start times are RFC 3339 in UTC of one width, so text order is time order. */
function isOlder(a: CallSummaryJson, b: CallSummaryJson): boolean {
  return a.startTime === b.startTime ? a.id < b.id : a.startTime < b.startTime;
}

/** How many calls a page holds at most: some 150 MB of browser memory, hours of reading. */
export const CALLS_HELD = 100_000;

/**
 * The calls that the list shows, whole and in order, from pages and from the live tail, each once. Kept oldest first,
 * because new calls then go to the array's end; `at(0)` is the newest all the same.
 */
export class CallList {
  #ascending: CallSummaryJson[] = [];
  #ids = new Set<string>();
  #limit: number;
  /** True once the oldest calls were let go of: the list ends before the store does. */
  cut = false;

  constructor(limit = CALLS_HELD) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#ascending.length;
  }

  /** The call at a row, 0 the newest. */
  at(row: number): CallSummaryJson | undefined {
    return this.#ascending[this.#ascending.length - 1 - row];
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** The row of a call, -1 when it is not held. */
  rowOf(id: string): number {
    if (!this.#ids.has(id)) return -1;
    return this.#ascending.length - 1 - this.#ascending.findLastIndex((call) => call.id === id);
  }

  get oldest(): CallSummaryJson | undefined {
    return this.#ascending[0];
  }

  /** Takes calls in, in any order. @returns how many were new. */
  add(calls: readonly CallSummaryJson[]): number {
    const fresh: CallSummaryJson[] = [];
    for (const call of calls) {
      if (this.#ids.has(call.id)) continue;
      this.#ids.add(call.id);
      fresh.push(call);
    }
    if (fresh.length === 0) return 0;
    fresh.sort((a, b) => (isOlder(a, b) ? -1 : 1));
    this.#merge(fresh);
    if (this.#ascending.length > this.#limit) this.#letGo(this.#ascending.length - this.#limit);
    return fresh.length;
  }

  clear(): void {
    this.#ascending = [];
    this.#ids.clear();
    this.cut = false;
  }

  #merge(fresh: CallSummaryJson[]): void {
    const held = this.#ascending;
    const [first, last] = [fresh[0], fresh.at(-1)];
    if (first === undefined || last === undefined) return;
    const [oldest, newest] = [held[0], held.at(-1)];
    if (newest === undefined || isOlder(newest, first)) for (const call of fresh) held.push(call);
    else if (oldest !== undefined && isOlder(last, oldest)) this.#ascending = fresh.concat(held);
    else for (const call of fresh) this.#insert(call);
  }

  /** A call that ended late stands a little below the newest: looked for from the new end. */
  #insert(call: CallSummaryJson): void {
    let place = this.#ascending.length;
    while (place > 0 && isOlder(call, this.#ascending[place - 1] as CallSummaryJson)) place--;
    this.#ascending.splice(place, 0, call);
  }

  #letGo(count: number): void {
    for (const call of this.#ascending.splice(0, count)) this.#ids.delete(call.id);
    this.cut = true;
  }
}
