import { ALNUM, DIGIT, IN_WORD, NAME, RUN_END, find, is, skip } from "./bytes.ts";
import { hideAssigned, hideOption } from "./assigned.ts";
import { cardEnd } from "./card.ts";
import { decodePercent, isHex } from "./decode.ts";
import { hideElement } from "./element.ts";
import type { Scan } from "./scan.ts";
import { matchPem, matchToken, mayBeToken } from "./tokens.ts";
import { hideAuthority } from "./url.ts";

// What the main loop does at a byte.
const BORING = 0;
const LETTER = 1;
const FIGURE = 2;
const COLON = 3;
const EQUALS = 4;
const LESS = 5;
const HYPHEN = 6;
const PERCENT = 7;
const BACKSLASH = 8;
const QUOTE = 9;

const ACTION = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) if (IN_WORD[byte] === 1) ACTION[byte] = LETTER;
for (let byte = 0x30; byte <= 0x39; byte++) ACTION[byte] = FIGURE;
for (const [char, action] of [
  [":", COLON],
  ["=", EQUALS],
  ["<", LESS],
  ["-", HYPHEN],
  ["%", PERCENT],
  ["\\", BACKSLASH],
  ['"', QUOTE],
] as const) {
  ACTION[char.charCodeAt(0)] = action;
}

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
  while (i < to) {
    const byte = bytes[i] ?? 0;
    switch (ACTION[byte]) {
      case BORING:
        i++;
        break;
      case LETTER: {
        const start = i++;
        const second = i < to ? (bytes[i] ?? 0) : 0;
        if (mayBeToken(byte, second)) {
          const end = matchToken(scan, start, to);
          if (end > start) i = end;
        }
        while (i < to && IN_WORD[bytes[i] ?? 0] === 1) i++;
        break;
      }
      case FIGURE:
        i = afterFigure(scan, i, from, to);
        break;
      case QUOTE:
        if (inString) return i;
        i++;
        break;
      case BACKSLASH:
        if (inString && !(i + 1 < to && IS_BLANK_ESCAPE[bytes[i + 1] ?? 0] === 1)) return ESCAPED;
        i = Math.min(to, i + (bytes[i + 1] === 0x75 ? 6 : 2));
        break;
      case PERCENT:
        i = afterPercent(scan, i, from, to);
        break;
      case HYPHEN:
        i = afterHyphen(scan, i, to, inString);
        break;
      case LESS:
        i = hideElement(scan, i, to, inString);
        break;
      default:
        i = afterSign(scan, i, from, to, inString);
    }
  }
  return i;
}

function afterFigure(scan: Scan, at: number, from: number, to: number): number {
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
  const end = matchToken(scan, at, to);
  return end > at ? end : skip(bytes, at, to, ALNUM);
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
function afterSign(scan: Scan, at: number, from: number, to: number, inString: boolean): number {
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
