import { TOKEN_PARTS } from "./tokens.ts";
import { NAMING_WORDS, TRIGGERS } from "./words.ts";

// Every byte is one of 32 kinds; what the last three were decides whether the place needs a look.
const ZERO_ONE = 27;
const TWO_NINE = 28;
const COLON = 29;
const SLASH = 30;
/** The backslash, `%` and `=`. */
const SIGN_KIND = 31;

/** What a byte is: letters without their case, digits that begin card numbers or not, signs. */
export const KIND = new Uint8Array(256);
for (let letter = 1; letter <= 26; letter++) KIND[0x40 + letter] = KIND[0x60 + letter] = letter;
KIND.fill(ZERO_ONE, 0x30, 0x32).fill(TWO_NINE, 0x32, 0x3a);
KIND[0x3a] = COLON;
KIND[0x2f] = SLASH;
for (const sign of "\\%=") KIND[sign.charCodeAt(0)] = SIGN_KIND;

export const HEAD = 1;
export const CARD = 2;
export const NAME_PART = 4;
export const URL = 8;
export const VALUE = 16;
export const SIGN = 32;

/** What a place needs by the kinds of its three bytes, five bits each; 0 for nearly all. */
export const LOOK = new Uint8Array(1 << 15);

function mark(one: number, two: number, three: number, look: number): void {
  const at = (one << 10) | (two << 5) | three;
  LOOK[at] = (LOOK[at] ?? 0) | look;
}

function kindOf(text: string, i: number): number {
  return KIND[text.charCodeAt(i)] ?? 0;
}

const BOUNDARIES = [0, COLON, SLASH, SIGN_KIND];
for (let one = 0; one < 32; one++) for (let two = 0; two < 32; two++) mark(one, two, SIGN_KIND, SIGN);
/** By the last letter of a part, a bit for each number of bytes that may stand between it and the credential's first. */
export const BACK = new Uint16Array(32);
for (const [part, offset] of TOKEN_PARTS) {
  const third = part.length > 2 ? kindOf(part, 2) : 0;
  const isWhole = offset > 0 || isWordKind(third);
  const last = isWhole ? third : kindOf(part, 1);
  BACK[last] = (BACK[last] ?? 0) | (1 << (offset + (isWhole ? 2 : 1)));
  if (isWhole) mark(kindOf(part, 0), kindOf(part, 1), third, HEAD);
  else for (const before of BOUNDARIES) mark(before, kindOf(part, 0), kindOf(part, 1), HEAD);
}
for (const before of BOUNDARIES) {
  mark(before, TWO_NINE, ZERO_ONE, CARD);
  mark(before, TWO_NINE, TWO_NINE, CARD);
}
for (const part of TRIGGERS) mark(kindOf(part, 0), kindOf(part, 1), kindOf(part, 2), NAME_PART);
mark(COLON, SLASH, SLASH, URL);
mark(kindOf("v", 0), kindOf("a", 0), kindOf("l", 0), VALUE);

/** For the three letters of a trigger, by their kinds: how the words go on that have it. */
const RESTS: (readonly string[])[] = [[]];
const REST_OF = new Uint8Array(1 << 15);
for (const part of TRIGGERS) {
  const rests = NAMING_WORDS.filter((word) => word.includes(part)).map((word) => word.slice(word.indexOf(part) + 3));
  REST_OF[(kindOf(part, 0) << 10) | (kindOf(part, 1) << 5) | kindOf(part, 2)] = RESTS.push([...new Set(rests)]) - 1;
}

/**
 * Whether what follows a trigger, `at` its last letter, is the rest of one of its words: `tok` in `token`, not in
 * `stoked`. True as well where an escape stands in it.
 */
export function endsWord(bytes: Uint8Array, at: number, to: number): boolean {
  const kinds = ((KIND[bytes[at - 2] ?? 0] ?? 0) << 10) | ((KIND[bytes[at - 1] ?? 0] ?? 0) << 5) | (KIND[bytes[at] ?? 0] ?? 0);
  const rests = RESTS[REST_OF[kinds] ?? 0] ?? [];
  // Letters with an escape among them are no trigger as they stand.
  if (rests.length === 0) return true;
  for (let i = 0; i < rests.length; i++) if (isRest(bytes, at + 1, to, rests[i] ?? "")) return true;
  return false;
}

function isRest(bytes: Uint8Array, from: number, to: number, rest: string): boolean {
  const end = from + rest.length;
  for (let i = from; i < end; i++) {
    const byte = i < to ? (bytes[i] ?? 0) : 0;
    if (KIND[byte] === SIGN_KIND) return true;
    if ((byte | 0x20) !== rest.charCodeAt(i - from)) return false;
  }
  if (end >= to) return true;
  const next = bytes[end] ?? 0;
  const last = bytes[end - 1] ?? 0;
  // A letter of the same case goes on with the word; but of `PASSWDPrompt` the last capital belongs to the next one.
  if (!isLetter(next) || (next & 0x20) !== (last & 0x20)) return true;
  if ((next & 0x20) !== 0) return false;
  const after = end + 1 < to ? (bytes[end + 1] ?? 0) : 0;
  return KIND[after] === SIGN_KIND || (isLetter(after) && (after & 0x20) !== 0);
}

function isLetter(byte: number): boolean {
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x7a;
}

/** Whether a kind is that of a letter or digit. */
export function isWordKind(kind: number): boolean {
  return kind >= 1 && kind <= TWO_NINE;
}

/** The kinds of two bytes, five bits each, by both bytes: half the look-ups of two by one. */
const KINDS = new Uint16Array(1 << 16);
for (let one = 0; one < 256; one++)
  for (let two = 0; two < 256; two++) KINDS[(one << 8) | two] = ((KIND[one] ?? 0) << 5) | (KIND[two] ?? 0);

/** Where a search stopped. */
export interface Place {
  /** Offset of the byte that needs a look. */
  at: number;
  /** Kinds of the two bytes before, five bits each. */
  before: number;
}

/**
 * Moves `place` to the first byte from `place.at` on that needs a look, or to `to`. The hot loop: eight bytes with
 * one branch, because words end unpredictably and a wrong guess costs more than the look-ups.
 */
export function seek(bytes: Uint8Array, to: number, place: Place): void {
  let i = place.at;
  let last = place.before;
  for (const limit = to - 8; i <= limit;) {
    const ab = KINDS[((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)] ?? 0;
    const cd = KINDS[((bytes[i + 2] ?? 0) << 8) | (bytes[i + 3] ?? 0)] ?? 0;
    const ef = KINDS[((bytes[i + 4] ?? 0) << 8) | (bytes[i + 5] ?? 0)] ?? 0;
    const gh = KINDS[((bytes[i + 6] ?? 0) << 8) | (bytes[i + 7] ?? 0)] ?? 0;
    // One look a byte, so that the first one is found without a branch.
    const low =
      (LOOK[(last << 5) | (ab >> 5)] ?? 0) |
      ((LOOK[((last & 31) << 10) | ab] ?? 0) << 8) |
      ((LOOK[(ab << 5) | (cd >> 5)] ?? 0) << 16) |
      ((LOOK[((ab & 31) << 10) | cd] ?? 0) << 24);
    const high =
      (LOOK[(cd << 5) | (ef >> 5)] ?? 0) |
      ((LOOK[((cd & 31) << 10) | ef] ?? 0) << 8) |
      ((LOOK[(ef << 5) | (gh >> 5)] ?? 0) << 16) |
      ((LOOK[((ef & 31) << 10) | gh] ?? 0) << 24);
    if ((low | high) === 0) {
      last = gh;
      i += 8;
      continue;
    }
    const skipped = low === 0 ? 4 + lowestByte(high) : lowestByte(low);
    if (skipped === 1) last = ((last & 31) << 5) | (ab >> 5);
    else if (skipped > 1) last = KINDS[((bytes[i + skipped - 2] ?? 0) << 8) | (bytes[i + skipped - 1] ?? 0)] ?? 0;
    i += skipped;
    const kind = KIND[bytes[i] ?? 0] ?? 0;
    if (LOOK[(last << 5) | kind] !== CARD || goesOnAsCard(bytes, i)) {
      place.at = i;
      place.before = last;
      return;
    }
    last = ((last & 31) << 5) | kind;
    i++;
  }
  seekEnd(bytes, to, i, last, place);
}

function seekEnd(bytes: Uint8Array, to: number, from: number, before: number, place: Place): void {
  let last = before;
  let i = from;
  for (; i < to; i++) {
    const kind = KIND[bytes[i] ?? 0] ?? 0;
    const look = LOOK[(last << 5) | kind] ?? 0;
    if (look !== 0 && (look !== CARD || goesOnAsCard(bytes, i))) break;
    last = ((last & 31) << 5) | kind;
  }
  place.at = i;
  place.before = last;
}

/** Which byte of a number that is not 0 is the lowest that is not 0. */
function lowestByte(bits: number): number {
  return (31 - Math.clz32(bits & -bits)) >> 3;
}

/** Whether the two digits that end at `at` go on as a card number does: two more, then another or a separator and one. */
function goesOnAsCard(bytes: Uint8Array, at: number): boolean {
  if (!isDigitKind(KIND[bytes[at + 1] ?? 0] ?? 0) || !isDigitKind(KIND[bytes[at + 2] ?? 0] ?? 0)) return false;
  const next = bytes[at + 3];
  return isDigitKind(KIND[(next === 0x20 || next === 0x2d ? bytes[at + 4] : next) ?? 0] ?? 0);
}

function isDigitKind(kind: number): boolean {
  return kind === ZERO_ONE || kind === TWO_NINE;
}
