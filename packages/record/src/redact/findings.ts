import type { Edit } from "./edits.ts";

/** Most entries of `Call.redacted`: a hostile payload must not make the list the record. */
const MOST = 64;

/** What redaction did to one call: `<place>:<rule>` and `<place>:<reason>`, without repetitions, in order. */
export class Findings {
  readonly #redacted: Set<string>;
  readonly #dropped: Set<string>;

  constructor(redacted: readonly string[], dropped: readonly string[]) {
    this.#redacted = new Set(redacted);
    this.#dropped = new Set(dropped);
  }

  redacted(place: string, rule: string): void {
    if (this.#redacted.size < MOST) this.#redacted.add(`${place}:${rule}`);
  }

  edits(place: string, edits: readonly Edit[]): void {
    for (const edit of edits) this.redacted(edit.where === "" ? place : `${place}.${edit.where}`, edit.rule);
  }

  dropped(place: string, reason: string): void {
    this.#dropped.add(`${place}:${reason}`);
  }

  get redactedList(): readonly string[] {
    return [...this.#redacted];
  }

  get droppedList(): readonly string[] {
    return [...this.#dropped];
  }
}
