import { identifier } from "./assigned.ts";
import { startsWith } from "./bytes.ts";
import { KeyMemory } from "./key-memory.ts";
import { namesSecret } from "./names.ts";
import { looksSecret } from "./tokens.ts";
import { SLOT } from "./words.ts";

const DEEPEST = 32;
const NONE = 0;
const NAMES = 1;
const VALUES = 2;
const NOTHING = new Uint8Array(0);
/** 1 for the first letters of the keys that have a role. */
const ROLE_HEAD = new Uint8Array(256);
for (const letter of "nkhfpvNKHFPV") ROLE_HEAD[letter.charCodeAt(0)] = 1;

/** Where in a JSON text the scan is, and pairs like `{"name":"password","value":"…"}` in it. */
export class JsonPath {
  #bytes: Uint8Array = NOTHING;
  #depth = 0;
  readonly #isList = new Uint8Array(DEEPEST);
  readonly #keyFrom = new Int32Array(DEEPEST);
  readonly #keyTo = new Int32Array(DEEPEST);
  /** The object at this depth has a `name` that is a secret's. */
  readonly #isArmed = new Uint8Array(DEEPEST);
  readonly #valueFrom = new Int32Array(DEEPEST);
  readonly #valueTo = new Int32Array(DEEPEST);
  /** What the string that comes next is. */
  #role = NONE;

  readonly keys = new KeyMemory();

  /** Begins anew with another text. */
  start(bytes: Uint8Array, isStable: boolean): this {
    this.#bytes = bytes;
    this.keys.start(bytes, isStable);
    this.#depth = 0;
    this.#isArmed[0] = 0;
    this.#valueTo[0] = 0;
    this.#role = NONE;
    return this;
  }

  open(isList: boolean): void {
    const depth = ++this.#depth;
    this.#role = NONE;
    if (depth >= DEEPEST) return;
    this.#isList[depth] = isList ? 1 : 0;
    this.#keyTo[depth] = 0;
    this.#keyFrom[depth] = 0;
    this.#isArmed[depth] = 0;
    this.#valueTo[depth] = 0;
  }

  close(): void {
    if (this.#depth > 0) this.#depth--;
    this.#role = NONE;
  }

  /** A key came. True when its value is that of a pair whose name is a secret's. */
  key(from: number, to: number): boolean {
    const keyRole = role(this.#bytes, from, to);
    this.#moveTo(from, to, keyRole);
    return keyRole === VALUES && this.#depth < DEEPEST && this.#isArmed[this.#depth] === 1;
  }

  /** A key came that has no part in a pair. */
  dullKey(from: number, to: number): void {
    this.#moveTo(from, to, NONE);
  }

  /** Whether the key that came has a part in a pair of name and value. */
  get isPaired(): boolean {
    return this.#role !== NONE;
  }

  #moveTo(from: number, to: number, keyRole: number): void {
    const depth = this.#depth;
    this.#role = keyRole;
    if (depth >= DEEPEST) return;
    this.#keyFrom[depth] = from;
    this.#keyTo[depth] = to;
  }

  /**
   * A string value came. A pair's `name` that is a secret's makes a secret of its `value`: of a later one when
   * it comes, of an earlier one now, by the offsets returned.
   */
  value(from: number, to: number): readonly [from: number, to: number] | undefined {
    const was = this.#role;
    const depth = this.#depth;
    this.#role = NONE;
    if (depth < DEEPEST && this.#isList[depth] === 1) return this.#listed(depth, from, to);
    if (was === NONE || depth >= DEEPEST) return undefined;
    if (was === VALUES) {
      this.#valueFrom[depth] = from;
      this.#valueTo[depth] = to;
      return undefined;
    }
    if (!namesSecret(this.#bytes, from, to)) return undefined;
    this.#isArmed[depth] = 1;
    const end = this.#valueTo[depth] ?? 0;
    return end > 0 ? [this.#valueFrom[depth] ?? 0, end] : undefined;
  }

  /** In a list, the text after an option (`["--password","…"]`) or a header field's name is its value. */
  #listed(depth: number, from: number, to: number): readonly [from: number, to: number] | undefined {
    const bytes = this.#bytes;
    if (this.#isArmed[depth] === 1) {
      this.#isArmed[depth] = 0;
      if (looksSecret(bytes, from, to) && !isHeaderLike(bytes, from, to)) return [from, to];
    }
    const option = startsWith(bytes, from, to, "--");
    if (option || isHeaderLike(bytes, from, to)) this.#isArmed[depth] = namesSecret(bytes, from, to) ? 1 : 0;
    return undefined;
  }

  /** `$.data[].token`; `*` for keys that are no identifiers: a key can be a secret itself. */
  text(): string {
    let text = "$";
    for (let depth = 1; depth <= this.#depth && depth < DEEPEST; depth++) {
      if (this.#isList[depth] === 1) text += "[]";
      else text += `.${identifier(this.#bytes, this.#keyFrom[depth] ?? 0, this.#keyTo[depth] ?? 0) || "*"}`;
      if (text.length > 120) return `${text}…`;
    }
    return text;
  }
}

/** A field name as HTTP has them: short, of letters and hyphens. */
export function isHeaderLike(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < 6 || to - from > 40) return false;
  for (let i = from; i < to; i++) if (SLOT[bytes[i] ?? 0] === 0 && bytes[i] !== 0x2d) return false;
  return true;
}

/** What a key says of its string: the name of a pair (`name`, `key`, `header` …), its value, or neither. */
function role(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length < 3 || length > 8 || ROLE_HEAD[bytes[from] ?? 0] === 0) return NONE;
  switch (length) {
    case 3:
      if (startsWith(bytes, from, to, "key", true)) return NAMES;
      return startsWith(bytes, from, to, "val", true) ? VALUES : NONE;
    case 4:
      return startsWith(bytes, from, to, "name", true) ? NAMES : NONE;
    case 5:
      if (startsWith(bytes, from, to, "value", true)) return VALUES;
      return startsWith(bytes, from, to, "field", true) || startsWith(bytes, from, to, "param", true) ? NAMES : NONE;
    case 6:
      if (startsWith(bytes, from, to, "values", true)) return VALUES;
      return startsWith(bytes, from, to, "header", true) ? NAMES : NONE;
    default:
      return length === 8 && startsWith(bytes, from, to, "variable", true) ? NAMES : NONE;
  }
}
