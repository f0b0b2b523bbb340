import type { RingBytes } from "./layout.ts";

const slots = 512;
/** Longer ones are rarely repeated, and comparing them is no longer cheaper than making them. */
const longest = 48;

/**
 * Strings that come again and again (names of header fields), by their bytes: the string of last time is found faster
 * than a new one is made, and everything behind it meets one string instead of many equal ones. One word per slot, the
 * newest: what it holds is bounded whatever a server sends.
 */
export class WordMemory {
  readonly #words: string[] = Array.from({ length: slots }, () => "");

  /** The `length` latin1 bytes from `at` on, as a string. */
  at(bytes: RingBytes, at: number, length: number): string {
    if (length > longest) return bytes.latin1Slice(at, at + length);
    let hash = length;
    for (let index = at; index < at + length; index++) hash = (Math.imul(hash, 31) + (bytes[index] ?? 0)) | 0;
    const slot = (hash ^ (hash >>> 9)) & (slots - 1);
    const known = this.#words[slot] ?? "";
    if (known.length === length && matches(known, bytes, at)) return known;
    const word = bytes.latin1Slice(at, at + length);
    this.#words[slot] = word;
    return word;
  }
}

function matches(word: string, bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < word.length; index++) if (word.charCodeAt(index) !== bytes[at + index]) return false;
  return true;
}
