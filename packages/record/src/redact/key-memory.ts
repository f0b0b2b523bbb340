import { classifyName } from "./names.ts";

const SLOTS = 256;
/** Longer keys are judged each time. */
const LONGEST = 48;

/** Remembers how the keys of one text were judged: lists repeat theirs, and comparing is cheaper than judging. */
export class KeyMemory {
  #bytes: Uint8Array = new Uint8Array(0);
  #text = 0;
  /** The text that wrote a slot; older ones do not count. */
  readonly #writtenBy = new Uint32Array(SLOTS);
  readonly #from = new Uint32Array(SLOTS);
  readonly #length = new Uint8Array(SLOTS);
  readonly #class = new Uint8Array(SLOTS);

  start(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#text = (this.#text + 1) >>> 0;
    if (this.#text !== 0) return;
    this.#writtenBy.fill(0);
    this.#text = 1;
  }

  /** As `classifyName` judges the key; the bytes are compared whole, so no other key can stand in for it. */
  classify(from: number, to: number): number {
    const bytes = this.#bytes;
    const length = to - from;
    if (length < 2 || length > LONGEST) return classifyName(bytes, from, to, false);
    const middle = bytes[from + (length >> 1)] ?? 0;
    const slot = ((bytes[from] ?? 0) * 7 + middle * 31 + (bytes[to - 1] ?? 0) * 101 + length * 13) & (SLOTS - 1);
    if (this.#writtenBy[slot] === this.#text && this.#length[slot] === length) {
      const other = this.#from[slot] ?? 0;
      let i = 0;
      while (i < length && bytes[from + i] === bytes[other + i]) i++;
      if (i === length) return this.#class[slot] ?? 0;
    }
    const nameClass = classifyName(bytes, from, to, false);
    this.#writtenBy[slot] = this.#text;
    this.#from[slot] = from;
    this.#length[slot] = length;
    this.#class[slot] = nameClass;
    return nameClass;
  }
}
