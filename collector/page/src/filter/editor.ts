import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { feed } from "../list/feed.ts";
import { filterBy, place } from "../shell/place.ts";
import { Ask, type Mistake } from "./ask.ts";

/** The line that is being written: not yet the filter, which is in the address. */
export class Editor {
  readonly line = signal(place.peek().q);
  readonly ask = new Ask();
  /** How far the input is scrolled, in pixels. */
  readonly scroll = signal(0);
  input: HTMLInputElement | null = null;
  /** Tab completes what is being typed; otherwise it goes on to the next control, as everywhere. */
  #typing = false;

  /** What is wrong with the line: as it is written, else as the collector refused it. */
  readonly mistake: ReadonlySignal<Mistake | undefined> = computed(() => {
    const { q, error } = feed.value;
    const refused = error.value;
    if (this.ask.mistake.value !== undefined) return this.ask.mistake.value;
    if (refused?.code !== "bad-filter" || this.line.value !== q) return undefined;
    return { message: refused.message, remedy: refused.remedy, start: refused.start ?? 0, end: refused.end ?? q.length };
  });

  /** Takes over the filter of the address. */
  reset(q: string): void {
    this.#typing = false;
    this.line.value = q;
    this.ask.forget();
  }

  write(text: string, cursor: number): void {
    this.#typing = true;
    this.line.value = text;
    this.ask.about(text, cursor);
  }

  apply(): void {
    this.#typing = false;
    this.ask.forget();
    filterBy(this.line.value);
  }

  clear(): void {
    this.line.value = "";
    this.apply();
  }

  /** Puts a suggestion in. Who types fast sees suggestions for what stood there a moment ago: those of now are waited for. */
  async accept(index: number): Promise<void> {
    const text = this.ask.items.value[index]?.text ?? "";
    await this.ask.settled;
    const taken = this.ask.take(this.line.value, text);
    if (taken === undefined || this.input === null) return;
    // The element first: setting the cursor needs the text to be there.
    this.input.value = taken.line;
    this.input.setSelectionRange(taken.cursor, taken.cursor);
    this.input.focus();
    this.write(taken.line, taken.cursor);
    this.#typing = false;
  }

  /** @returns whether the key had a meaning here. */
  key(key: string): boolean {
    const open = this.ask.items.value.length > 0;
    if (key === "Enter" && this.ask.chosen.value < 0) this.apply();
    else if (open && (key === "Enter" || (key === "Tab" && (this.#typing || this.ask.chosen.value >= 0))))
      void this.accept(Math.max(0, this.ask.chosen.value));
    else if (open && key === "ArrowDown") this.ask.choose(1);
    else if (open && key === "ArrowUp") this.ask.choose(-1);
    else if (open && key === "Escape") this.ask.hide();
    else if (key === "Escape") this.#leave();
    else return false;
    return true;
  }

  #leave(): void {
    this.reset(place.value.q);
    document.getElementById("calls")?.focus();
  }
}
