import { ENDINGS, MEANING, NEXT, Word } from "./words.ts";

/** What a name says of its value. */
export const Name = {
  /** Nothing: the value stays. */
  plain: 0,
  /** The value is a secret. */
  secret: 1,
  /** A count when it is a number (`total_tokens`), a secret when it is text or a list of texts. */
  count: 2,
  /** A secret when it is a plain value (`pin`); an object is looked into. */
  scalar: 3,
  /** A secret when it is at least 16 bytes long (`code` in a query string). */
  long: 4,
} as const;

/** Longest name that is read; of a longer one the end counts, where names carry their noun. */
const LONGEST = 96;
const scratch = new Uint8Array(LONGEST);

/**
 * Judges the name `bytes[from, to)` by its whole words: camelCase, snake_case, kebab-case, `a[b]` and `a.b`
 * are split, digits part words; percent- and `\u`-escapes are read first. `author` and `total_tokens` are
 * plain names, `next_page_token` is a place in a list, `token_type` a description.
 * `isQuery` adds the words that are secrets in a URL query or form only: `key`, `sig`, `signature`, `code`.
 */
export function classifyName(bytes: Uint8Array, from: number, to: number, isQuery: boolean): number {
  const start = to - from > LONGEST ? to - LONGEST : from;
  for (let i = start; i < to; i++) {
    const byte = bytes[i];
    if (byte === 0x25 || byte === 0x5c) {
      const length = unescapeName(bytes, start, to);
      return judge(scratch, 0, length, isQuery);
    }
  }
  return judge(bytes, start, to, isQuery);
}

/** Reads `%41` and `\u0041` into the scratch buffer; other backslashes vanish. Returns the length. */
function unescapeName(bytes: Uint8Array, from: number, to: number): number {
  let length = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === 0x25 && i + 2 < to) {
      scratch[length++] = hex(bytes[i + 1]) * 16 + hex(bytes[i + 2]);
      i += 2;
    } else if (byte === 0x5c && (bytes[i + 1] ?? 0) === 0x75 && i + 5 < to) {
      scratch[length++] = hex(bytes[i + 4]) * 16 + hex(bytes[i + 5]);
      i += 5;
    } else if (byte !== 0x5c) scratch[length++] = byte;
  }
  return length;
}

function hex(byte: number | undefined): number {
  if (byte === undefined) return 0;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : 0;
}

/** The words' bits, put together; then one decision. */
function judge(bytes: Uint8Array, from: number, to: number, isQuery: boolean): number {
  let any = 0;
  let first = -1;
  let last = 0;
  let count = 0;
  let i = from;
  while (i < to) {
    const byte = bytes[i] ?? 0;
    if (!isLetter(byte)) {
      i++;
      continue;
    }
    const end = wordEnd(bytes, i, to);
    let node = 0;
    for (let at = i; at < end && node !== -1; at++) node = NEXT[node * 32 + (((bytes[at] ?? 0) | 0x20) - 97)] ?? -1;
    let meaning = node === -1 ? 0 : (MEANING[node] ?? 0);
    if (meaning === 0 && end - i > 5 && endsSecret(bytes, i, end)) meaning = Word.secret;
    if ((last & Word.keyKind) !== 0 && (meaning & Word.key) !== 0) any |= Word.secret;
    if ((last & Word.pairHead) !== 0 && (meaning & Word.pairTail) !== 0) any |= Word.secret;
    if (first === -1) first = meaning;
    any |= meaning;
    last = meaning;
    count++;
    i = end;
  }
  return count === 0 ? Name.plain : decide(any, first, last, count, isQuery);
}

function decide(any: number, first: number, last: number, count: number, isQuery: boolean): number {
  if (isQuery) {
    if ((last & Word.queryLast) !== 0) return Name.secret;
    if (count === 1 && (last & Word.queryOnly) !== 0) return Name.secret;
    if (count === 1 && (last & Word.queryLong) !== 0) return Name.long;
  }
  if ((last & Word.description) !== 0) return Name.plain;
  if ((any & Word.secret) !== 0) return Name.secret;
  if ((any & Word.token) !== 0) {
    if ((any & Word.position) !== 0 && (any & (Word.auth | Word.keyKind | Word.secret)) === 0) return Name.plain;
    return (first & Word.quantity) !== 0 ? Name.count : Name.secret;
  }
  if ((any & Word.tokens) !== 0) return Name.count;
  return (last & Word.scalar) !== 0 ? Name.scalar : Name.plain;
}

function isLetter(byte: number): boolean {
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x7a;
}

/** A word ends at a non-letter, before a capital after a small letter, and before `Xy` after capitals. */
function wordEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from + 1;
  let upper = ((bytes[from] ?? 0) & 0x20) === 0;
  let run = upper;
  for (; i < to; i++) {
    const byte = bytes[i] ?? 0;
    if (!isLetter(byte)) return i;
    const isUpper = (byte & 0x20) === 0;
    if (isUpper && !upper) return i;
    if (!isUpper && upper && i - from > 1 && run) return i - 1;
    run = run && isUpper;
    upper = isUpper;
  }
  return i;
}

function endsSecret(bytes: Uint8Array, from: number, to: number): boolean {
  const last = (bytes[to - 1] ?? 0) | 0x20;
  for (const ending of ENDINGS) {
    const length = ending.length;
    if (ending[length - 1] !== last || length >= to - from) continue;
    let same = length - 1;
    while (same >= 0 && ((bytes[to - length + same] ?? 0) | 0x20) === ending[same]) same--;
    if (same < 0) return true;
  }
  return false;
}
