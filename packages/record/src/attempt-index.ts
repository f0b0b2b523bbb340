/** Candidates kept under one key: a failing endpoint must not make every lookup long. */
const mostPerKey = 64;

/** Earlier calls by a hash of what a later one would share with them; newest last. */
export class AttemptIndex<T> {
  readonly #byKey = new Map<number, T[]>();

  /** Nothing can be found: the key need not be made. */
  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  /** Returns the candidate that has to be forgotten for it, if there are too many. */
  add(key: number, earlier: T): T | undefined {
    const candidates = this.#byKey.get(key);
    if (candidates === undefined) this.#byKey.set(key, [earlier]);
    else candidates.push(earlier);
    return candidates !== undefined && candidates.length > mostPerKey ? candidates[0] : undefined;
  }

  newest(key: number, fits: (earlier: T) => boolean): T | undefined {
    return this.#byKey.get(key)?.findLast(fits);
  }

  delete(key: number, earlier: T): void {
    const candidates = this.#byKey.get(key);
    const index = candidates?.indexOf(earlier) ?? -1;
    if (candidates === undefined || index < 0) return;
    if (candidates.length === 1) this.#byKey.delete(key);
    else candidates.splice(index, 1);
  }
}
