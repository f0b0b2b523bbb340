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
  /** The key that came after this one last time. */
  readonly #next = new Uint8Array(SLOTS);
  /** 1 where the key neither says nor holds anything: it may be passed over. */
  readonly #isDull = new Uint8Array(SLOTS);
  /** The slot of the key before; SLOTS when it has none. */
  #last = SLOTS;

  /** Another text begins; what is known of the bytes holds on if they are the same and their content is stable. */
  start(bytes: Uint8Array, isStable: boolean): void {
    this.#last = SLOTS;
    if (isStable && bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.#text = (this.#text + 1) >>> 0;
    if (this.#text !== 0) return;
    this.#writtenBy.fill(0);
    this.#text = 1;
  }

  /**
   * Objects of a list have the same keys in the same order. If the text at `from` is, quote and colon included,
   * the dull key that is due, returns the offset of its closing quote; else 0.
   */
  dueAt(from: number, to: number): number {
    if (this.#last === SLOTS) return 0;
    const slot = this.#next[this.#last] ?? 0;
    if (this.#isDull[slot] === 0 || this.#writtenBy[slot] !== this.#text) return 0;
    const bytes = this.#bytes;
    const end = from + (this.#length[slot] ?? 0);
    if (end + 1 >= to || bytes[end] !== 0x22 || bytes[end + 1] !== 0x3a) return 0;
    for (let i = from, other = this.#from[slot] ?? 0; i < end; i++, other++) if (bytes[i] !== bytes[other]) return 0;
    this.#last = slot;
    return end;
  }

  /** The key judged last neither says anything of its value nor holds a secret itself. */
  markDull(): void {
    if (this.#last !== SLOTS) this.#isDull[this.#last] = 1;
  }

  /** As `classifyName` judges the key; the bytes are compared whole, so no other key can stand in for it. */
  classify(from: number, to: number): number {
    const bytes = this.#bytes;
    const length = to - from;
    const before = this.#last;
    this.#last = SLOTS;
    if (length < 2 || length > LONGEST) return classifyName(bytes, from, to, false);
    const middle = bytes[from + (length >> 1)] ?? 0;
    const slot = ((bytes[from] ?? 0) * 7 + middle * 31 + (bytes[to - 1] ?? 0) * 101 + length * 13) & (SLOTS - 1);
    if (before !== SLOTS) this.#next[before] = slot;
    this.#last = slot;
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
    this.#isDull[slot] = 0;
    return nameClass;
  }
}
