import { batch, signal } from "@preact/signals";
import type { FilterJson } from "../../../src/query/api.ts";
import { get } from "../api/client.ts";

export interface Mistake {
  readonly message: string;
  readonly remedy: string;
  readonly start: number;
  readonly end: number;
}

type Item = FilterJson["suggestions"]["items"][number];

/** A mistake is shown once the writer pauses: half a word is no mistake yet. */
const MISTAKE_AFTER_MS = 600;

/** What the collector says about the line that is being written: what could come next, and what is wrong. */
export class Ask {
  readonly items = signal<readonly Item[]>([]);
  /** The suggestion that the arrow keys chose, -1 for none. */
  readonly chosen = signal(-1);
  readonly mistake = signal<Mistake | undefined>(undefined);
  #range = { start: 0, end: 0 };
  #asked: AbortController | undefined;
  #later: number | undefined;
  #answer: Promise<void> = Promise.resolve();

  /** Resolves when the suggestions are those for the line that was asked about last. */
  get settled(): Promise<void> {
    return this.#answer;
  }

  about(line: string, cursor: number): void {
    this.#asked?.abort();
    clearTimeout(this.#later);
    const asked = new AbortController();
    this.#asked = asked;
    const query = new URLSearchParams({ q: line, cursor: String(cursor) });
    this.#answer = get<FilterJson>(`/api/filter?${query}`, asked.signal).then(
      (answer) => this.#answered(answer),
      // Without completion the filter works all the same.
      () => undefined,
    );
  }

  #answered(answer: FilterJson): void {
    const { items, start, end } = answer.suggestions;
    const mistake = answer.error ?? undefined;
    batch(() => {
      // An answer that comes late must not take back what was chosen meanwhile.
      const chosen = this.items.value[this.chosen.value]?.text;
      this.#range = { start, end };
      this.items.value = items;
      this.chosen.value = items.findIndex((item) => item.text === chosen);
      // What is mended stops being wrong at once.
      if (mistake === undefined) this.mistake.value = undefined;
    });
    if (mistake !== undefined) this.#later = setTimeout(() => (this.mistake.value = mistake), MISTAKE_AFTER_MS);
  }

  choose(by: 1 | -1): void {
    const count = this.items.value.length;
    // One place beyond the ends is "none": Enter then applies the filter.
    this.chosen.value = ((this.chosen.value + 1 + by + count + 1) % (count + 1)) - 1;
  }

  /** The line with a suggestion put in, and where the cursor goes; undefined when it is no suggestion any more. */
  take(line: string, text: string): { readonly line: string; readonly cursor: number } | undefined {
    const item = this.items.value.find((one) => one.text === text);
    if (item === undefined) return undefined;
    const { start, end } = this.#range;
    const rest = line.slice(end);
    const put = item.kind === "field" || rest.startsWith(" ") ? item.text : `${item.text} `;
    return { line: line.slice(0, start) + put + rest, cursor: start + put.length };
  }

  /** No suggestions; what is wrong stays shown. */
  hide(): void {
    this.#asked?.abort();
    this.items.value = [];
    this.chosen.value = -1;
  }

  forget(): void {
    clearTimeout(this.#later);
    this.hide();
    this.mistake.value = undefined;
  }
}
