import type { Edit } from "./edits.ts";

/** Most entries of `Call.redacted`: a hostile payload must not make the list the record. */
const MOST = 64;

/** What redaction did to one call: `<place>:<rule>` and `<place>:<reason>`, without repetitions, in order. */
export class Findings {
  #redacted: readonly string[];
  #dropped: readonly string[];

  constructor(redacted: readonly string[], dropped: readonly string[]) {
    this.#redacted = redacted.length < 2 ? redacted : [...new Set(redacted)];
    this.#dropped = dropped.length < 2 ? dropped : [...new Set(dropped)];
  }

  redacted(place: string, rule: string): void {
    if (this.#redacted.length < MOST) this.#redacted = including(this.#redacted, `${place}:${rule}`);
  }

  edits(place: string, edits: readonly Edit[]): void {
    for (const edit of edits) this.redacted(edit.where === "" ? place : `${place}.${edit.where}`, edit.rule);
  }

  dropped(place: string, reason: string): void {
    this.#dropped = including(this.#dropped, `${place}:${reason}`);
  }

  get redactedList(): readonly string[] {
    return this.#redacted;
  }

  get droppedList(): readonly string[] {
    return this.#dropped;
  }
}

/** Most calls note nothing, so a list is copied when something comes, and the caller's own is never touched. */
function including(list: readonly string[], entry: string): readonly string[] {
  return list.includes(entry) ? list : [...list, entry];
}
