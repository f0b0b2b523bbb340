import { Decoded } from "./decode.ts";
import { Edits, isReplacement, replacement } from "./edits.ts";
import type { Edit } from "./edits.ts";

/** How often decoding may go inward (JSON in a string in a form field …). Deeper text is hidden unseen. */
export const MAX_DEPTH = 8;

// One decoding is under way per depth, so its memory can be used again and again.
const pool: Decoded[] = [];

export interface ScanOptions {
  readonly cut: boolean;
  /** Scans a text of unknown format; how scanners reach each other without knowing each other. */
  readonly content: (scan: Scan) => void;
  readonly isQuery?: boolean;
  readonly isYaml?: boolean;
  /** The bytes keep their content until the whole scan is over; memory that is used again and again does not. */
  readonly isStable?: boolean;
  readonly depth?: number;
}

/** One text being scanned: bytes `[from, to)` of a field, or of something decoded out of it. */
export class Scan {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** `to` is where a limit cut the text, not its natural end: what stands there may be half a secret. */
  readonly cut: boolean;
  readonly depth: number;
  readonly edits = new Edits();
  readonly content: (scan: Scan) => void;
  /** Query-string words count in the whole text: `key=` and `sig=` are secrets. */
  readonly isQuery: boolean;
  /** An unquoted value goes to the end of its line. */
  readonly isYaml: boolean;
  readonly isStable: boolean;
  /** No JSON Web Token starts before this offset (a failed attempt told us), which keeps the scan linear. */
  noJwtBefore = 0;
  /** The same for base64 that was decoded and looked into. */
  noEncodedBefore = 0;

  constructor(bytes: Uint8Array, from: number, to: number, options: ScanOptions) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.cut = options.cut;
    this.depth = options.depth ?? 0;
    this.content = options.content;
    this.isQuery = options.isQuery ?? false;
    this.isYaml = options.isYaml ?? false;
    this.isStable = options.isStable ?? false;
  }

  /** Marks `[from, to)` as secret; `quoted` where a JSON number or object becomes a string. */
  hide(from: number, to: number, rule: string, where = "", quoted = false): void {
    if (to <= from || isReplacement(this.bytes, from, to)) return;
    const text = replacement(rule);
    this.edits.add(from, to, quoted ? `"${text}"` : text, rule, where);
  }

  /** Scans a decoded copy; true when there is something to hide in it. `sourceEnd` tells whether the cut is its end too. */
  holdsSecret(copy: Uint8Array, sourceEnd: number): boolean {
    return this.#inward(copy, copy.length, sourceEnd).edits.size > 0;
  }

  /**
   * Decodes `[from, to)` with `decode`, scans the result and takes over what was found.
   * @param escape rewrites a replacement text so that it survives the encoding it is put into.
   */
  decoded(
    from: number,
    to: number,
    decode: (source: Uint8Array, from: number, to: number, into: Decoded) => void,
    where: string,
    escape?: (text: string) => string,
  ): void {
    const into = (pool[this.depth] ??= new Decoded());
    decode(this.bytes, from, to, into);
    const { map } = into;
    const inner = this.#inward(into.bytes, into.length, to);
    for (const edit of inner.edits.merged())
      this.edits.add(
        map[edit.from] ?? from,
        map[edit.to] ?? to,
        escape === undefined ? edit.text : escape(edit.text),
        edit.rule,
        joinWhere(where, edit),
      );
    into.release();
  }

  /** Scans `[from, to)` of the same bytes as a text of its own. */
  part(from: number, to: number, scanner: (scan: Scan) => void): void {
    const part = new Scan(this.bytes, from, to, {
      cut: this.cut && to >= this.to,
      content: this.content,
      depth: this.depth + 1,
      isYaml: this.isYaml,
      isStable: this.isStable,
    });
    if (part.depth > MAX_DEPTH) part.hide(from, to, "nesting");
    else scanner(part);
    this.edits.append(part.edits);
  }

  #inward(bytes: Uint8Array, length: number, sourceEnd: number): Scan {
    const inner = new Scan(bytes, 0, length, { cut: this.cut && sourceEnd >= this.to, content: this.content, depth: this.depth + 1 });
    if (inner.depth > MAX_DEPTH) inner.hide(0, length, "nesting");
    else this.content(inner);
    return inner;
  }
}

function joinWhere(where: string, edit: Edit): string {
  return where === "" ? edit.where : where;
}
