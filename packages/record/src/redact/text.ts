import { ALNUM, DIGIT, NAME, RUN_END, find, is, startsWith } from "./bytes.ts";
import { hideAssigned, hideOption } from "./assigned.ts";
import { cardEnd } from "./card.ts";
import { decodePercent, isHex } from "./decode.ts";
import { hideElement } from "./element.ts";
import type { Scan } from "./scan.ts";
import { matchPem, matchToken, WORD_HEADS } from "./tokens.ts";
import { hideAuthority } from "./url.ts";

// What a pair of bytes is to the main loop. A secret that says what it is shows as START, then HEAD.
/** The second byte begins a word. */
const START = 1;
/** The pair may begin such a secret, or a card number. */
const HEAD = 2;
/** The second byte needs a look whatever stands before it. */
const SIGN = 4;

const PAIRS = new Uint8Array(1 << 16);
for (let one = 0; one < 256; one++) {
  for (let two = 0; two < 256; two++) {
    const start = !is(Uint8Array.of(one), 0, ALNUM) && is(Uint8Array.of(two), 0, ALNUM) ? START : 0;
    const head = one < 0x80 && two < 0x80 && WORD_HEADS[(one << 7) | two] === 1 ? HEAD : 0;
    PAIRS[(one << 8) | two] = start | head | (':=<-%\\"'.includes(String.fromCharCode(two)) ? SIGN : 0);
  }
}

/** Number of the lowest bit that is set, for four bits. */
const LOWEST_BIT = Uint8Array.of(0, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0);

/** 1 for the letters of JSON escapes that stand for white space: no secret has it inside, so no decoding for it. */
const IS_BLANK_ESCAPE = new Uint8Array(256);
for (const letter of "nrtbf") IS_BLANK_ESCAPE[letter.charCodeAt(0)] = 1;
/** 1 for digits a card number begins with (ISO/IEC 7812: banking and financial, travel, merchandising). */
const CARD_HEAD = new Uint8Array(256);
for (const digit of "23456789") CARD_HEAD[digit.charCodeAt(0)] = 1;

/** What `scanText` returns when a JSON string has an escaped visible character and must be decoded first. */
export const ESCAPED = -1;

/**
 * Looks through running text once, left to right: secrets that say what they are, `name=value`,
 * `name: value`, `"name": "value"`, `<name>value</name>`, URLs, card numbers; a percent-encoded run is
 * decoded and looked through as well.
 * @param inString the text is the inside of a JSON string: stops at the quote, and at the first escape of a visible character.
 * @returns the offset where it stopped, or ESCAPED.
 */
export function scanText(scan: Scan, from: number, to: number, inString: boolean): number {
  const { bytes } = scan;
  let i = from;
  // The byte before, and what it was with the one before it: a space, so that a word may begin.
  let before = 0x20;
  let last = 0;
  while (i < to) {
    if (i + 4 <= to) {
      // Four bytes with one branch: words end unpredictably, and a wrong guess costs more than the look-up.
      const a = bytes[i] ?? 0;
      const b = bytes[i + 1] ?? 0;
      const c = bytes[i + 2] ?? 0;
      const d = bytes[i + 3] ?? 0;
      const first = PAIRS[(before << 8) | a] ?? 0;
      const second = PAIRS[(a << 8) | b] ?? 0;
      const third = PAIRS[(b << 8) | c] ?? 0;
      const fourth = PAIRS[(c << 8) | d] ?? 0;
      // Bit 0 of each: START then HEAD, or SIGN.
      const hits =
        (((last & (first >> 1)) | (first >> 2)) & 1) |
        ((((first & (second >> 1)) | (second >> 2)) & 1) << 1) |
        ((((second & (third >> 1)) | (third >> 2)) & 1) << 2) |
        ((((third & (fourth >> 1)) | (fourth >> 2)) & 1) << 3);
      if (hits === 0) {
        last = fourth;
        before = d;
        i += 4;
        continue;
      }
      const skipped = LOWEST_BIT[hits] ?? 0;
      if (skipped > 0) {
        last = skipped === 1 ? first : skipped === 2 ? second : third;
        i += skipped;
        before = bytes[i - 1] ?? 0;
      }
    }
    const byte = bytes[i] ?? 0;
    if (inString && byte === 0x22) return i;
    const pair = PAIRS[(before << 8) | byte] ?? 0;
    let next = i + 1;
    if ((last & (pair >> 1) & START) !== 0) next = Math.max(next, matchHead(scan, i - 1, from, to));
    else if ((pair & SIGN) !== 0) next = afterSign(scan, byte, i, from, to, inString);
    if (next === ESCAPED) return ESCAPED;
    if (next > i + 1) next = beforeScheme(bytes, i + 1, next, to);
    // After a jump a word may begin at once.
    last = next === i + 1 ? pair : 0;
    before = next === i + 1 ? byte : 0x20;
    i = next;
  }
  return i;
}

/** What was passed over may end in a scheme whose credential follows (`x=Bearer abc`): the scan goes on at the scheme. */
export function beforeScheme(bytes: Uint8Array, from: number, end: number, to: number): number {
  if (end >= to || (bytes[end] !== 0x20 && bytes[end] !== 0x2b)) return end;
  if (end - 6 >= from && startsWith(bytes, end - 6, end, "bearer", true)) return end - 6;
  return end - 5 >= from && startsWith(bytes, end - 5, end, "basic", true) ? end - 5 : end;
}

/** A byte that needs a look; the offset to go on at, or ESCAPED. */
function afterSign(scan: Scan, sign: number, at: number, from: number, to: number, inString: boolean): number {
  const { bytes } = scan;
  switch (sign) {
    case 0x2d:
      return afterHyphen(scan, at, to, inString);
    case 0x5c:
      if (inString && !(at + 1 < to && IS_BLANK_ESCAPE[bytes[at + 1] ?? 0] === 1)) return ESCAPED;
      return Math.min(to, at + (bytes[at + 1] === 0x75 ? 6 : 2));
    case 0x25:
      return afterPercent(scan, at, from, to);
    case 0x3c:
      return hideElement(scan, at, to, inString);
    case 0x3a:
    case 0x3d:
      return afterColon(scan, at, from, to, inString);
    default:
      return at + 1;
  }
}

/** A word whose first two bytes are those of a secret that says what it is, or of a card number. */
function matchHead(scan: Scan, at: number, from: number, to: number): number {
  const { bytes } = scan;
  if (CARD_HEAD[bytes[at] ?? 0] === 1 && at + 3 < to && is(bytes, at + 1, DIGIT) && is(bytes, at + 2, DIGIT) && is(bytes, at + 3, DIGIT)) {
    // A fraction (`-0.4111111111111111`) is no card, however its digits fall.
    const fraction = at - 1 > from && bytes[at - 1] === 0x2e && is(bytes, at - 2, DIGIT);
    const end = fraction ? at : cardEnd(bytes, at, to, scan.cut && to === scan.to);
    if (end > at) {
      scan.hide(at, end, "card-number");
      return end;
    }
  }
  return matchToken(scan, at, to);
}

/** `-----BEGIN …`, and options of commands: `--password …`. */
function afterHyphen(scan: Scan, at: number, to: number, inString: boolean): number {
  if (at + 2 >= to || scan.bytes[at + 1] !== 0x2d) return at + 1;
  if (scan.bytes[at + 2] === 0x2d) {
    const end = matchPem(scan, at, to);
    return end > at ? end : at + 1;
  }
  return hideOption(scan, at, to, inString);
}

/** `:` and `=`: what stands before may be a name, what follows its value; `://` begins an authority. */
function afterColon(scan: Scan, at: number, from: number, to: number, inString: boolean): number {
  const { bytes } = scan;
  if (bytes[at] === 0x3a && at + 2 < to && bytes[at + 1] === 0x2f && bytes[at + 2] === 0x2f) return hideAuthority(scan, at + 3, to);
  const before = bytes[at - 1] ?? 0;
  if (at === from || !(is(bytes, at - 1, NAME) || before === 0x20 || before === 0x22 || before === 0x27)) return at + 1;
  return hideAssigned(scan, at, from, to, inString);
}

/** A run with `%41` in it is decoded from its beginning and looked through; the scan goes on after it. */
function afterPercent(scan: Scan, at: number, from: number, to: number): number {
  const { bytes } = scan;
  if (at + 2 < to && bytes[at + 1] === 0x42 && is(bytes, at + 2, DIGIT)) {
    // Track 1 of a magnetic stripe (ISO/IEC 7813) begins with %B and the card number.
    const end = cardEnd(bytes, at + 2, to, scan.cut && to === scan.to);
    if (end > at + 2) {
      scan.hide(at + 2, end, "card-number");
      return end;
    }
  }
  if (!(at + 2 < to && isHex(bytes[at + 1]) && isHex(bytes[at + 2]))) return at + 1;
  let start = at;
  while (start > from && !is(bytes, start - 1, RUN_END)) start--;
  const end = find(bytes, at, to, RUN_END);
  scan.decoded(start, end, decodeQueryRun, "");
  return end;
}

function decodeQueryRun(source: Uint8Array, from: number, to: number, into: Parameters<typeof decodePercent>[4]): void {
  decodePercent(source, from, to, true, into);
}
