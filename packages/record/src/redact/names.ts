import { DEAD, ENDINGS, ESCAPE, IS_SMALL, LAST_LETTERS, MEANING, NEXT, ROOT, SLOT, UPPER, Word } from "./words.ts";

/** What a name says of its value. */
export const Name = {
  /** Nothing: the value stays. */
  plain: 0,
  /** The value is a secret. */
  secret: 1,
  /** A count when it is a number (`total_tokens`), a secret when it is text or a list of texts. */
  count: 2,
  /** A secret when it is a plain value or a list of them (`pin`, `authorization`); an object is looked into. */
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
  const nameClass = judge(bytes, start, to, isQuery);
  return nameClass === ESCAPED ? judge(scratch, 0, unescapeName(bytes, start, to), isQuery) : nameClass;
}

/** Whether the name makes a secret of a plain value. */
export function namesSecret(bytes: Uint8Array, from: number, to: number): boolean {
  const nameClass = classifyName(bytes, from, to, false);
  return nameClass === Name.secret || nameClass === Name.scalar;
}

/** Whether a word in `bytes[from, to)`, which are letters only, says anything in a name. */
export function saysAnything(bytes: Uint8Array, from: number, to: number): boolean {
  judge(bytes, from, to, false);
  return said.any !== 0;
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

/** `judge` met a `%` or a backslash. */
const ESCAPED = -1;

/** What the words so far said; one name is judged at a time, so one memory is enough. */
const said = { any: 0, first: 0, last: 0, count: 0 };

/** Splits the name into words while walking the trie of known ones, then decides. One pass. */
function judge(bytes: Uint8Array, from: number, to: number, isQuery: boolean): number {
  said.any = said.first = said.last = said.count = 0;
  let node = ROOT;
  // The node before the last letter, for `APIKey`: the `K` belongs to the word after it.
  let before = ROOT;
  let start = from;
  let capitals = 0;
  for (let i = from; i < to; i++) {
    const slot = SLOT[bytes[i] ?? 0] ?? 0;
    if (slot === ESCAPE) {
      if (bytes !== scratch) return ESCAPED;
      continue;
    }
    if (slot === 0) {
      if (i > start) word(bytes, start, i, node);
      node = ROOT;
      start = i + 1;
      capitals = 0;
    } else if (slot < UPPER) {
      if (capitals > 1) {
        word(bytes, start, i - 1, before);
        start = i - 1;
        node = NEXT[(SLOT[bytes[start] ?? 0] ?? 0) - UPPER] ?? DEAD;
      }
      capitals = 0;
      node = NEXT[node * 32 + slot] ?? DEAD;
      if (node === DEAD) while (i + 1 < to && IS_SMALL[bytes[i + 1] ?? 0] === 1) i++;
    } else {
      if (capitals === 0 && i > start) {
        word(bytes, start, i, node);
        start = i;
        node = ROOT;
      }
      capitals++;
      before = node;
      node = NEXT[node * 32 + slot - UPPER] ?? DEAD;
    }
  }
  if (to > start) word(bytes, start, to, node);
  return said.any === 0 ? Name.plain : decide(said.any, said.first, said.last, said.count, isQuery);
}

function word(bytes: Uint8Array, from: number, to: number, node: number): void {
  let meaning = MEANING[node] ?? 0;
  if (meaning === 0 && to - from > 5 && endsSecret(bytes, from, to)) meaning = Word.secret;
  if ((said.last & Word.keyKind) !== 0 && (meaning & Word.key) !== 0) said.any |= Word.secret;
  if ((said.last & Word.pairHead) !== 0 && (meaning & Word.pairTail) !== 0) said.any |= Word.secret;
  if (said.count++ === 0) said.first = meaning;
  said.any |= meaning;
  said.last = meaning;
}

function decide(any: number, first: number, last: number, count: number, isQuery: boolean): number {
  if (isQuery) {
    if ((last & Word.queryLast) !== 0) return Name.secret;
    // `AWSAccessKeyId` of the semantic conventions' list; its id is half of the credential.
    if ((any & Word.keyKind) !== 0 && (any & Word.key) !== 0 && (last & Word.id) !== 0) return Name.secret;
    if (count === 1 && (last & Word.queryOnly) !== 0) return Name.secret;
    if (count === 1 && (last & Word.queryLong) !== 0) return Name.long;
  }
  if ((last & Word.description) !== 0) return Name.plain;
  if ((any & Word.secret) !== 0) return (last & Word.scalar) !== 0 ? Name.scalar : Name.secret;
  if ((any & Word.token) !== 0) {
    if ((any & Word.position) !== 0 && (any & (Word.auth | Word.keyKind | Word.secret)) === 0) return Name.plain;
    return (first & Word.quantity) !== 0 ? Name.count : Name.secret;
  }
  if ((any & Word.tokens) !== 0) return Name.count;
  return (last & Word.scalar) !== 0 ? Name.scalar : Name.plain;
}

function endsSecret(bytes: Uint8Array, from: number, to: number): boolean {
  const last = (bytes[to - 1] ?? 0) | 0x20;
  if (LAST_LETTERS[last] === 0) return false;
  for (const ending of ENDINGS) {
    const length = ending.length;
    if (ending[length - 1] !== last || length >= to - from) continue;
    let same = length - 1;
    while (same >= 0 && ((bytes[to - length + same] ?? 0) | 0x20) === ending[same]) same--;
    if (same < 0) return true;
  }
  return false;
}
