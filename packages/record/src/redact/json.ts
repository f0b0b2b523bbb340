import { cardEnd } from "./card.ts";
import { unescapeJson } from "./decode.ts";
import { isReplacement } from "./edits.ts";
import { JsonPath } from "./json-path.ts";
import { Name } from "./names.ts";
import type { Scan } from "./scan.ts";
import { ESCAPED, scanText } from "./text.ts";
import { endsPlain, hidesValue, jsonStringEnd, jsonValueEnd, staysOpen } from "./values.ts";

// One text is under way per depth, so its memory can be used again.
const paths: (JsonPath | undefined)[] = [];
const NOTHING = new Uint8Array(0);

const OTHER = 0;
const BLANK = 1;
const QUOTE = 2;
const OPEN = 3;
const CLOSE = 4;
const FIGURE = 5;
const LITERAL = 6;

const KIND = new Uint8Array(256);
for (const [chars, kind] of [
  [" \t\r\n,:", BLANK],
  ['"', QUOTE],
  ["{[", OPEN],
  ["}]", CLOSE],
  ["-0123456789", FIGURE],
  ["tfn", LITERAL],
] as const) {
  for (const char of chars) KIND[char.charCodeAt(0)] = kind;
}

const IN_NUMBER = new Uint8Array(256);
for (const char of "0123456789+-.eE") IN_NUMBER[char.charCodeAt(0)] = 1;

/**
 * Looks through JSON text (RFC 8259) once without parsing it: also several texts in a row (NDJSON), also
 * truncated ones. A string before a colon is a key and judges its value; every string is looked through as
 * text, decoded first when it has escapes, so JSON inside a string is found at any depth. From the first byte
 * that cannot be JSON on, the rest is running text.
 */
export function scanJson(scan: Scan, from: number, to: number): void {
  const path = (paths[scan.depth] ??= new JsonPath()).start(scan.bytes, scan.isStable);
  walk(scan, path, from, to);
}

/** A scan is over: its bytes must not live on in this memory, nor be taken for those of the next one. */
export function forgetJson(): void {
  for (const path of paths) path?.start(NOTHING, false);
}

function walk(scan: Scan, path: JsonPath, from: number, to: number): void {
  const { bytes } = scan;
  let i = from;
  while (i < to) {
    switch (KIND[bytes[i] ?? 0]) {
      case BLANK:
        i++;
        break;
      case QUOTE:
        i = afterString(scan, path, i, to);
        break;
      case OPEN:
        path.open(bytes[i] === 0x5b);
        i++;
        break;
      case CLOSE:
        path.close();
        i++;
        break;
      case FIGURE:
        i = afterNumber(scan, path, i, to);
        break;
      case LITERAL: {
        const end = literalEnd(bytes, i, to);
        if (end === i) return void scanText(scan, i, to, false);
        i = end;
        break;
      }
      default:
        scanText(scan, i, to, false);
        return;
    }
  }
}

/** A string from its opening quote: looked through; then a key or a value. */
function afterString(scan: Scan, path: JsonPath, quote: number, to: number): number {
  const { bytes } = scan;
  const start = quote + 1;
  const due = path.keys.dueAt(start, to);
  if (due !== 0) {
    path.dullKey(start, due);
    return due + 2;
  }
  const mark = scan.edits.size;
  let end = scanText(scan, start, to, true);
  let next = end < to ? end + 1 : to;
  if (end === ESCAPED) {
    scan.edits.rewind(mark);
    next = jsonStringEnd(bytes, start, to);
    end = next > start && bytes[next - 1] === 0x22 && isClosed(bytes, start, next - 1) ? next - 1 : to;
    scan.decoded(start, end, unescapeJson, "", escapeForString);
  }
  let after = next;
  while (after < to && (bytes[after] ?? 0) <= 0x20) after++;
  if (after < to && bytes[after] === 0x3a) {
    const nameClass = path.key(start, end) ? Name.secret : path.keys.classify(start, end);
    if (nameClass !== Name.plain) return afterKey(scan, path, nameClass, start, end, after + 1, to);
    if (scan.edits.size === mark && !path.isPaired) path.keys.markDull();
    return after + 1;
  }
  const hidden = path.value(start, end);
  if (hidden !== undefined) scan.hide(hidden[0], hidden[1], "key-name", path.text());
  return next;
}

/** Whether the quote at `end` is not itself escaped. */
function isClosed(bytes: Uint8Array, start: number, end: number): boolean {
  let slashes = 0;
  while (end - 1 - slashes >= start && bytes[end - 1 - slashes] === 0x5c) slashes++;
  return slashes % 2 === 0;
}

function escapeForString(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The value of a key that says something of it. */
function afterKey(scan: Scan, path: JsonPath, nameClass: number, from: number, to: number, colon: number, limit: number): number {
  const { bytes } = scan;
  // A key that was itself hidden before says nothing.
  if (isReplacement(bytes, from, to)) return colon;
  let start = colon;
  while (start < limit && (bytes[start] ?? 0) <= 0x20) start++;
  if (start >= limit) return limit;
  const first = bytes[start] ?? 0;
  if (first === 0x22) {
    const next = jsonStringEnd(bytes, start + 1, limit);
    const end = next > start + 1 && bytes[next - 1] === 0x22 && isClosed(bytes, start + 1, next - 1) ? next - 1 : limit;
    if (!hidesValue(nameClass, bytes, start + 1, end)) return start;
    scan.hide(start + 1, end, "key-name", path.text());
    return next;
  }
  if (first === 0x7b || first === 0x5b) {
    if (staysOpen(nameClass, bytes, start, limit)) return start;
  } else if (KIND[first] === OTHER) {
    // Not JSON after all: running text from the key on.
    scanText(scan, from - 1, limit, false);
    return limit;
  }
  const end = jsonValueEnd(bytes, start, limit);
  if (hidesValue(nameClass, bytes, start, end)) scan.hide(start, end, "key-name", path.text(), true);
  return end;
}

function afterNumber(scan: Scan, path: JsonPath, at: number, to: number): number {
  const { bytes } = scan;
  let end = at + 1;
  while (end < to && IN_NUMBER[bytes[end] ?? 0] === 1) end++;
  if (end < to && !endsPlain(bytes[end] ?? 0)) {
    // More than a number: a date or a word that began with a digit. Running text.
    scanText(scan, at, to, false);
    return to;
  }
  if ((end - at >= 14 || scan.cut) && bytes[at] !== 0x2d && cardEnd(bytes, at, to, scan.cut && to === scan.to) > at) {
    scan.hide(at, end, "card-number", path.text(), true);
  }
  return end;
}

/** End of `true`, `false`, `null` (or of their beginning, where the text ends); `at` for any other word. */
function literalEnd(bytes: Uint8Array, at: number, to: number): number {
  const first = bytes[at];
  const literal = first === 0x74 ? "true" : first === 0x66 ? "false" : "null";
  const end = Math.min(to, at + literal.length);
  for (let i = at + 1; i < end; i++) if (bytes[i] !== literal.charCodeAt(i - at)) return at;
  return end === to || endsPlain(bytes[end] ?? 0) ? end : at;
}
