/** One replacement: bytes `[from, to)` of the scanned text become `text`. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** The rule that asked for it, as it stands in `[redacted:<rule>]`. */
  readonly rule: string;
  /** Where inside the field, e.g. `.$.user.password`; "" when that is not known cheaply. */
  readonly where: string;
}

/** The text that stands where a secret stood. */
export function replacement(rule: string): string {
  return `[redacted:${rule}]`;
}

const MARK = Uint8Array.from("[redacted:", (letter) => letter.charCodeAt(0));

/** True when `[from, to)` is exactly one replacement text, so that redacting twice changes nothing. */
export function isReplacement(bytes: Uint8Array, from: number, to: number): boolean {
  const length = to - from;
  if (length < MARK.length + 2 || length > 64 || bytes[to - 1] !== 0x5d) return false;
  for (let i = 0; i < MARK.length; i++) if (bytes[from + i] !== MARK[i]) return false;
  for (let i = from + MARK.length; i < to - 1; i++) {
    const byte = bytes[i] ?? 0;
    if (byte !== 0x2d && (byte < 0x61 || byte > 0x7a)) return false;
  }
  return true;
}

const NONE: Edit[] = [];

/** Replacements collected by the scanners; they may overlap and come in any order. */
export class Edits {
  // Made when the first edit comes: most texts have none.
  #list: Edit[] = NONE;

  get size(): number {
    return this.#list.length;
  }

  add(from: number, to: number, text: string, rule: string, where: string): void {
    if (to <= from) return;
    if (this.#list === NONE) this.#list = [];
    this.#list.push({ from, to, text, rule, where });
  }

  append(other: Edits): void {
    if (other.#list === NONE) return;
    if (this.#list === NONE) this.#list = [];
    for (const edit of other.#list) this.#list.push(edit);
  }

  /** Pads or cuts every replacement to the length of what it replaces. */
  keepLengths(): void {
    if (this.#list !== NONE)
      this.#list = this.#list.map((edit) => ({ ...edit, text: edit.text.slice(0, edit.to - edit.from).padEnd(edit.to - edit.from, "*") }));
  }

  /** Forgets what was added after `size` was read: a scanner that starts over uses it. */
  rewind(size: number): void {
    if (size < this.#list.length) this.#list.length = size;
  }

  /** In order, none overlapping: an edit that overlaps an earlier one only widens it. */
  merged(): readonly Edit[] {
    const list = this.#list;
    if (list.length < 2) return list;
    const sorted = list.every((edit, i) => i === 0 || (list[i - 1]?.to ?? 0) <= edit.from)
      ? list
      : list.toSorted((a, b) => a.from - b.from || b.to - a.to);
    const out: Edit[] = [];
    for (const edit of sorted) {
      const last = out.at(-1);
      if (last === undefined || edit.from >= last.to) out.push(edit);
      else if (edit.to > last.to) out[out.length - 1] = { ...last, to: edit.to };
    }
    return out;
  }
}

const encoder = new TextEncoder();

/** The bytes with all edits made; the very same array when there is none. */
export function applyToBytes(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  if (edits.length === 0) return bytes;
  const texts = edits.map((edit) => encoder.encode(edit.text));
  let size = bytes.length;
  for (let i = 0; i < edits.length; i++) size += (texts[i]?.length ?? 0) - ((edits[i]?.to ?? 0) - (edits[i]?.from ?? 0));
  const out = new Uint8Array(size);
  let read = 0;
  let write = 0;
  for (const [i, edit] of edits.entries()) {
    out.set(bytes.subarray(read, edit.from), write);
    write += edit.from - read;
    const text = texts[i];
    if (text !== undefined) {
      out.set(text, write);
      write += text.length;
    }
    read = edit.to;
  }
  out.set(bytes.subarray(read), write);
  return out;
}

/** The same for a string whose UTF-16 units were scanned as bytes, one for one. */
export function applyToString(value: string, edits: readonly Edit[]): string {
  let out = "";
  let read = 0;
  for (const edit of edits) {
    out += value.slice(read, edit.from) + edit.text;
    read = edit.to;
  }
  return out + value.slice(read);
}
