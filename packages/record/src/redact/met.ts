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

  constructor(probe: Scan, isEventStream: boolean) {
    this.probe = probe;
    this.isEventStream = isEventStream;
  }

  get isHarmless(): boolean {
    return this.probe.edits.size === 0 && !(this.head && this.escape) && !(this.word && this.value);
  }
}
