import { isHeaderLike } from "./json-path.ts";
import { isHeaderName, namesBefore } from "./assigned.ts";
import { NAME, is, startsWith } from "./bytes.ts";
import type { Met } from "./met.ts";
import { Name, classifyName, namesSecret, saysAnything } from "./names.ts";
import { endsWord } from "./places.ts";
import { IS_SMALL, SLOT } from "./words.ts";
import { endsPlain, isCount } from "./values.ts";

/** Of a longer name only this much of its end is read. */
const LONGEST = 96;
/** … which may be written with escapes. */
const LONGEST_WRITTEN = 1024;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * `at` is the last byte of a part of a secret's name. True when it stands in no name that hides a value: it is
 * prose, or a plain name, or its value is a count, `null` … Strings that may be a name are noted in `met`.
 */
export function isDullName(met: Met, at: number): boolean {
  const { bytes, from, to } = met.probe;
  if (bytes[at] === 0x59 && at - 10 >= from && startsWith(bytes, at - 10, to, "PRIVATE KEY")) return false;
  if (!endsWord(bytes, at, to) || !mayBeOneWord(bytes[at - 2] ?? 0, bytes[at - 1] ?? 0, bytes[at] ?? 0)) return true;
  // Most names are a string of their own.
  const end = skipName(bytes, at + 1, to);
  if (end >= to || bytes[end] !== QUOTE) return saysNothing(met, at) || (isDullRun(met, at, end) && isDullString(met, at));
  let start = at;
  while (start > from && at - start < LONGEST && is(bytes, start - 1, NAME)) start--;
  const isWhole = start > from && bytes[start - 1] === QUOTE && end - start <= 64;
  const next = skipBlank(bytes, end + 1, to);
  if (isWhole && next < to && bytes[next] === 0x3a) {
    const nameClass = classifyName(bytes, start, end, false);
    return (
      nameClass === Name.plain || (!isHeaderName(bytes, start, end) && isDullValue(nameClass, bytes, skipBlank(bytes, next + 1, to), to))
    );
  }
  if (saysNothing(met, at)) return true;
  if (!isWhole) return isDullRun(met, at, end) && isDullString(met, at);
  met.word = true;
  return isDullItem(met, start, end, next);
}

/** Whether the letters around `at` are certainly no word that counts: not where an escape may add letters, nor in very long names. */
function saysNothing(met: Met, at: number): boolean {
  const { bytes, from, to } = met.probe;
  let start = at + 1;
  while (start > from && at - start < LONGEST && isLetter(bytes[start - 1] ?? 0)) start--;
  if (start > at - 2) return false;
  let end = at + 1;
  while (end < to && end - start < 64 && isLetter(bytes[end] ?? 0)) end++;
  const before = start > from ? (bytes[start - 1] ?? 0) : 0;
  if (end - start >= 64 || before === BACKSLASH || before === 0x25 || bytes[start - 5] === 0x75) return false;
  if (end < to && (bytes[end] === BACKSLASH ? bytes[end + 1] !== QUOTE : bytes[end] === 0x25)) return false;
  if (saysAnything(bytes, start, end)) return false;
  // A longer name is cut, maybe in the middle of this word.
  for (let i = end; i < start + 64; i++) if (i >= to || bytes[i] === QUOTE) return true;
  return false;
}

function isLetter(byte: number): boolean {
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x7a;
}

/** Letters of one word are all small, all capitals, or a capital and small ones; anything but letters leaves it open. */
function mayBeOneWord(one: number, two: number, three: number): boolean {
  if (SLOT[one] === 0 || SLOT[two] === 0 || SLOT[three] === 0) return true;
  const isSmall = IS_SMALL[three] === 1;
  return isSmall ? IS_SMALL[two] !== 0 || !isCapital(two) : !isCapital(three) || (IS_SMALL[two] === 0 && IS_SMALL[one] === 0);
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

/** `name: value`, `<name>`, `--name value` in running text; also inside strings. */
function isDullRun(met: Met, at: number, runEnd: number): boolean {
  const { probe } = met;
  const { bytes, from, to } = probe;
  let start = at;
  while (start > from && at - start < LONGEST && isElementByte(bytes, start - 1)) {
    start--;
    if (bytes[start] === 0x2d && bytes[start - 1] === 0x2d) return false;
  }
  let end = runEnd;
  if (start > from && bytes[start - 1] === 0x3c && !isDullElement(bytes, start, end, to)) return false;
  // "api key: …": the word before counts as well.
  if (bytes[end] === 0x20 && end + 1 < to && is(bytes, end + 1, NAME)) {
    const colon = colonAfter(bytes, end, to);
    if (colon > 0 && namesBefore(probe, colon, from)) return false;
    end = skipName(bytes, end + 1, to);
  }
  const colon = colonAfter(bytes, end, to);
  while (bytes[end] === BACKSLASH) end++;
  return colon === 0 || bytes[end] === QUOTE || !namesBefore(probe, colon, from);
}

/** Whether the element whose name begins at `from` and goes on at `at` hides nothing by its name. */
function isDullElement(bytes: Uint8Array, from: number, at: number, to: number): boolean {
  let end = at;
  while (end < to && end - from < LONGEST && isElementByte(bytes, end)) end++;
  // The name of an element is cut where it is too long, and then says something else.
  return end - from < LONGEST - 2 && classifyName(bytes, from, end, false) === Name.plain;
}

function isElementByte(bytes: Uint8Array, at: number): boolean {
  return is(bytes, at, NAME) || bytes[at] === 0x3a;
}

function skipName(bytes: Uint8Array, from: number, to: number): number {
  const limit = Math.min(to, from + LONGEST);
  let i = from;
  while (i < limit && is(bytes, i, NAME)) i++;
  return i;
}

/** Offset of the colon after backslashes, a quote and at most two spaces; 0 where there is none. */
function colonAfter(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to && i - from < 64 && bytes[i] === BACKSLASH) i++;
  if (bytes[i] === QUOTE || bytes[i] === 0x27) i++;
  for (let spaces = 0; spaces < 2 && bytes[i] === 0x20; spaces++) i++;
  return i < to && bytes[i] === 0x3a ? i : 0;
}

/** The string that ends next: a key, or a value that may name a secret itself. */
function isDullString(met: Met, at: number): boolean {
  const { bytes, from, to } = met.probe;
  let limit = Math.min(to, at + 1 + LONGEST);
  let quote = at + 1;
  for (; quote < limit && bytes[quote] !== QUOTE; quote++) {
    // What an escape stands for is shorter: `\uXXXX` by five bytes.
    if (bytes[quote] === BACKSLASH) limit = Math.min(to, limit + 5, at + LONGEST_WRITTEN);
  }
  if (quote >= limit) {
    // A string that nobody closed may name a secret too.
    if (quote >= to) met.word = true;
    return true;
  }
  const next = skipBlank(bytes, quote + 1, to);
  let end = quote;
  while (end > at && bytes[end - 1] === BACKSLASH) end--;
  let start = at;
  while (start > from && at - start <= LONGEST && bytes[start - 1] !== QUOTE) start--;
  const begins = start > from && bytes[start - 1] === QUOTE;
  if (end < quote && endsKeyLater(bytes, quote, quote - end, limit, to)) return false;
  if (next < to && bytes[next] === 0x3a) return begins && isDullKey(bytes, start, end, next + 1, to);
  met.word = true;
  if (!begins) return !met.hasOption(at);
  return isDullItem(met, start, end, next);
}

/** Whether a string around the escaped quote at `from` (with so many backslashes) ends before `limit` and is a key. */
function endsKeyLater(bytes: Uint8Array, from: number, slashes: number, limit: number, to: number): boolean {
  let depth = slashes;
  let run = 0;
  for (let i = from + 1; i < limit && depth > 0; i++) {
    if (bytes[i] === QUOTE && run < depth) {
      depth = run;
      const next = skipBlank(bytes, i + 1, to);
      if (next < to && bytes[next] === 0x3a) return true;
    }
    run = bytes[i] === BACKSLASH ? run + 1 : 0;
  }
  return false;
}

function isDullKey(bytes: Uint8Array, from: number, to: number, colon: number, limit: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] === BACKSLASH || bytes[i] === 0x25) return false;
  const nameClass = classifyName(bytes, from, to, false);
  let part = to;
  while (part > from && is(bytes, part - 1, NAME)) part--;
  // In running text the name reaches back to a space only, and at most 64 bytes.
  if (part > from || to - from > 64) {
    if (classifyName(bytes, Math.max(part, to - 64), to, false) !== Name.plain) return false;
  }
  if (nameClass === Name.plain) return true;
  // In running text the value of a header field is its whole line.
  return !isHeaderName(bytes, from, to) && isDullValue(nameClass, bytes, skipBlank(bytes, colon, limit), limit);
}

/** A count under a name of counts, or a literal. */
function isDullValue(nameClass: number, bytes: Uint8Array, from: number, to: number): boolean {
  const limit = Math.min(to, from + 18);
  let end = from;
  while (end < limit && !endsPlain(bytes[end] ?? 0)) end++;
  if (end === limit) return false;
  if (nameClass === Name.count && isCount(bytes, from, end)) return true;
  const length = end - from;
  if (length === 5) return startsWith(bytes, from, end, "false");
  return length === 4 && (startsWith(bytes, from, end, "null") || startsWith(bytes, from, end, "true"));
}

/** In a list, an option or a header field's name makes a secret of the text after it. */
function isDullItem(met: Met, from: number, to: number, next: number): boolean {
  const { bytes } = met.probe;
  const lo = met.probe.from;
  // Where a quote is escaped, the string around it is no name of a field, but may be an option.
  const isEscaped = bytes[to] === BACKSLASH || (from - 2 >= lo && bytes[from - 2] === BACKSLASH);
  if (isEscaped && met.hasOption(from)) return false;
  if (next >= met.probe.to || bytes[next] === 0x5d || bytes[next] === 0x7d) return true;
  if (startsWith(bytes, from, to, "--")) return false;
  return !isHeaderLike(bytes, from, to) || !namesSecret(bytes, from, to);
}

function skipBlank(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to && (bytes[i] ?? 0) <= 0x20) i++;
  return i;
}
