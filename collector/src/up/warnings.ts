const EPISODE_MS = 60_000;
const MOST_EPISODES = 100;

/**
 * Lines for the operator. The same trouble is told once a minute, with how often it came in between: a sender
 * with a wrong address must not fill the disk with our log.
 */
export class Warnings {
  readonly #write: (line: string) => void;
  readonly #now: () => number;
  readonly #episodes = new Map<string, { since: number; more: number }>();

  constructor(write: (line: string) => void, now: () => number = Date.now) {
    this.#write = write;
    this.#now = now;
  }

  /** `kind` is what makes two warnings the same trouble. */
  warn(kind: string, message: string): void {
    const now = this.#now();
    const known = this.#episodes.get(kind);
    if (known !== undefined && now - known.since < EPISODE_MS) {
      known.more++;
      return;
    }
    if (known === undefined && this.#episodes.size >= MOST_EPISODES) this.#episodes.clear();
    this.#episodes.set(kind, { since: now, more: 0 });
    const more = known === undefined || known.more === 0 ? "" : ` (and ${known.more} more since)`;
    this.#write(`inpooling: ${visible(message)}${more}\n`);
  }
}

/** Control and format characters are shown, not obeyed: parts of a message are other people's text. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
