import type { Scan } from "./scan.ts";

/** What was met in one text. Alone each is harmless; some pairs are not. */
export class Met {
  /** The scan that the matchers note in what they know; what they hide there is not used. */
  readonly probe: Scan;
  readonly isEventStream: boolean;
  /** The beginning of a credential that is none as it stands: decoded, it may be one. */
  head = false;
  escape = false;
  /** A word of secrets' names in a string … */
  word = false;
  /** … and a key like `value`, whose string it may make a secret. */
  value = false;

  #optionsReadTo: number;
  #hasOption = false;

  constructor(probe: Scan, isEventStream: boolean) {
    this.probe = probe;
    this.isEventStream = isEventStream;
    this.#optionsReadTo = probe.from;
  }

  /** Whether some string that begins before `at` begins like an option (`"--`). Every byte is read once. */
  hasOption(at: number): boolean {
    const { bytes } = this.probe;
    for (let i = this.#optionsReadTo; i < at; i++)
      if (bytes[i] === 0x22 && bytes[i + 1] === 0x2d && bytes[i + 2] === 0x2d) this.#hasOption = true;
    if (at > this.#optionsReadTo) this.#optionsReadTo = at;
    return this.#hasOption;
  }

  get isHarmless(): boolean {
    return this.probe.edits.size === 0 && !(this.head && this.escape) && !(this.word && this.value);
  }
}
