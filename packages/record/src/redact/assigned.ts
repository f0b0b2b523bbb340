import { NAME, SPACE, VALUE_END, find, is, skip, startsWith } from "./bytes.ts";
import { Name, classifyName, namesSecret } from "./names.ts";
import type { Scan } from "./scan.ts";
import { looksSecret } from "./tokens.ts";
import { hidesValue, jsonValueEnd, staysOpen } from "./values.ts";

const EQUALS = 0x3d;
const COLON = 0x3a;
const DOUBLE = 0x22;
const BACKSLASH = 0x5c;
/** Longest name that is looked for before a sign: bounds the way back, so the scan stays linear. */
const LONGEST_NAME = 64;

/** A name found before `=` or `:`. */
interface Found {
  readonly from: number;
  readonly to: number;
  readonly quoted: boolean;
}

/**
 * `at` is a `=` or `:` in running text. If a secret's name stands before it, hides the value behind it:
 * `api_key=abc`, `Password = 'x'`, `"token": {…}`, `\"token\":\"x\"`, `Authorization: Basic …`, `key=` in a query.
 * @param inString a double quote ends the text (the inside of a JSON string).
 * @returns the offset to go on at.
 */
export function hideAssigned(scan: Scan, at: number, lo: number, to: number, inString: boolean): number {
  const { bytes } = scan;
  const name = nameBefore(bytes, at, lo);
  if (name.from === name.to) return at + 1;
  const sign = bytes[at];
  const before = name.from > lo ? bytes[name.from - 1] : 0;
  let nameClass = classifyName(bytes, name.from, name.to, isInQuery(scan, name, at, lo));
  let from = name.from;
  if (nameClass === Name.plain && sign === COLON && !name.quoted && before === 0x20) {
    // "api key: …": the kind of key is the word before.
    from = wordBefore(bytes, name.from - 1, lo);
    nameClass = classifyName(bytes, from, name.to, false);
  }
  if (nameClass === Name.plain) return at + 1;
  if (sign === EQUALS && (bytes[at + 1] === EQUALS || bytes[at + 1] === 0x3e)) return at + 1;
  const start = valueStart(bytes, at + 1, to, sign === COLON && name.quoted);
  if (start >= to || (inString && bytes[start] === DOUBLE)) return at + 1;
  const where = name.quoted || sign === EQUALS ? whereOf(bytes, name) : "";
  const slashes = countBackslashes(bytes, start, to);
  const first = bytes[start + slashes];
  if (start + slashes < to && (first === DOUBLE || first === 0x27 || first === 0x60)) {
    return hideQuoted(scan, { nameClass, from: start + slashes + 1, slashes, quote: first, where, inString }, to);
  }
  if (first === 0x7b || first === 0x5b) return hideNested(scan, start, to, nameClass, name.quoted && !inString, where, inString);
  return hidePlain(scan, { at, lo, start, nameClass, name, where, inString }, to);
}

/**
 * Whether a name that may hide its value stands before the `=` or `:` at `at`: `hideAssigned` without the value.
 * The text may have escapes: a letter after a backslash (`\npin=…`) counts both as part of the name and not.
 */
export function namesBefore(scan: Scan, at: number, lo: number): boolean {
  const { bytes } = scan;
  const name = nameBefore(bytes, at, lo);
  if (name.from === name.to) return false;
  if (saysSecret(bytes, lo, name.from, name.to, isInQuery(scan, name, at, lo))) return true;
  if (bytes[at] !== COLON || name.quoted || name.from === lo || bytes[name.from - 1] !== 0x20) return false;
  return saysSecret(bytes, lo, wordBefore(bytes, name.from - 1, lo), name.to, false);
}

function saysSecret(bytes: Uint8Array, lo: number, from: number, to: number, isQuery: boolean): boolean {
  if (classifyName(bytes, from, to, isQuery) !== Name.plain) return true;
  return from > lo && bytes[from - 1] === BACKSLASH && classifyName(bytes, from + 1, to, isQuery) !== Name.plain;
}

function isInQuery(scan: Scan, name: Found, at: number, lo: number): boolean {
  const before = name.from > lo ? scan.bytes[name.from - 1] : 0;
  return scan.bytes[at] === EQUALS && (scan.isQuery || before === 0x3f || before === 0x26 || before === 0x23);
}

/**
 * `at` is the first hyphen of `--name`: hides what follows a secret's name after a space, as commands take it.
 * @returns the offset to go on at.
 */
export function hideOption(scan: Scan, at: number, to: number, inString: boolean): number {
  const { bytes } = scan;
  const limit = Math.min(to, at + 2 + LONGEST_NAME);
  let nameEnd = at + 2;
  while (nameEnd < limit && (is(bytes, nameEnd, NAME) || bytes[nameEnd] === 0x5f)) nameEnd++;
  if (nameEnd + 1 >= to || bytes[nameEnd] !== 0x20 || !namesSecret(bytes, at + 2, nameEnd)) return at + 2;
  const start = nameEnd + 1;
  if (bytes[start] === 0x2d || (inString && bytes[start] === DOUBLE)) return at + 2;
  if (bytes[start] === DOUBLE || bytes[start] === 0x27) {
    const quoted = { nameClass: Name.secret, from: start + 1, slashes: 0, quote: bytes[start] ?? 0, where: "", inString };
    return hideQuoted(scan, quoted, to);
  }
  const end = find(bytes, start, to, VALUE_END);
  if (end > start) scan.hide(start, end, "key-name");
  return Math.max(end, start);
}

function nameBefore(bytes: Uint8Array, at: number, lo: number): Found {
  let to = at;
  while (to > lo && at - to < 2 && bytes[to - 1] === 0x20) to--;
  const quote = bytes[to - 1];
  const quoted = to > lo && (quote === DOUBLE || quote === 0x27);
  if (quoted) {
    to--;
    for (let slashes = 0; slashes < 64 && to > lo && bytes[to - 1] === BACKSLASH; slashes++) to--;
  }
  return { from: wordBefore(bytes, to, lo), to, quoted };
}

function wordBefore(bytes: Uint8Array, to: number, lo: number): number {
  let from = to;
  while (from > lo && to - from < LONGEST_NAME && is(bytes, from - 1, NAME)) from--;
  return from;
}

function valueStart(bytes: Uint8Array, from: number, to: number, lines: boolean): number {
  if (lines) return skip(bytes, from, Math.min(to, from + 64), SPACE);
  let i = from;
  while (i < to && i - from < 64 && (bytes[i] === 0x20 || bytes[i] === 0x09)) i++;
  return i;
}

function countBackslashes(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to && i - from < 64 && bytes[i] === BACKSLASH) i++;
  return i - from;
}

interface Quoted {
  readonly nameClass: number;
  readonly from: number;
  /** Backslashes before the opening quote: how deep in strings the text stands. */
  readonly slashes: number;
  readonly quote: number;
  readonly where: string;
  readonly inString: boolean;
}

function hideQuoted(scan: Scan, value: Quoted, to: number): number {
  const { bytes } = scan;
  let run = 0;
  let i = value.from;
  for (; i < to; i++) {
    const byte = bytes[i];
    if (byte === BACKSLASH) {
      run++;
      continue;
    }
    const closes = byte === value.quote && (value.slashes === 0 ? run % 2 === 0 : run <= value.slashes);
    if (closes || byte === 0x0a || (value.inString && byte === DOUBLE)) break;
    run = 0;
  }
  const end = i < to && bytes[i] === value.quote ? i - Math.min(run, value.slashes) : i;
  if (hidesValue(value.nameClass, bytes, value.from, end)) scan.hide(value.from, end, "key-name", value.where);
  return Math.max(i, value.from);
}

function hideNested(scan: Scan, start: number, to: number, nameClass: number, quoted: boolean, where: string, inString: boolean): number {
  const { bytes } = scan;
  if (staysOpen(nameClass, bytes, start, to)) return start;
  const end = inString ? balancedEnd(bytes, start, to) : jsonValueEnd(bytes, start, to);
  scan.hide(start, end, "key-name", where, quoted);
  return end;
}

/** End of a bracketed text inside a JSON string: its closing bracket, or the string's end. */
function balancedEnd(bytes: Uint8Array, start: number, to: number): number {
  let depth = 0;
  for (let i = start; i < to; i++) {
    const byte = bytes[i];
    if (byte === DOUBLE || byte === BACKSLASH) return i;
    if (byte === 0x7b || byte === 0x5b) depth++;
    else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) return i + 1;
  }
  return to;
}

interface Plain {
  readonly at: number;
  /** The text's beginning. */
  readonly lo: number;
  readonly start: number;
  readonly nameClass: number;
  readonly name: Found;
  readonly where: string;
  readonly inString: boolean;
}

function hidePlain(scan: Scan, value: Plain, to: number): number {
  const { bytes } = scan;
  const { at, start, name } = value;
  const colon = bytes[at] === COLON;
  const line = isHeaderName(bytes, name.from, name.to) || (scan.isYaml && colon);
  let end = find(bytes, start, line ? start : to, VALUE_END);
  if (line)
    end = scan.isYaml && colon ? yamlEnd(bytes, lineStart(bytes, name.from, value.lo), start, to) : lineEnd(bytes, start, to, value);
  if (colon && !line) end = beforeListSign(bytes, start, end);
  // `token=Bearer abc`: the scheme is not the secret.
  if (!line && end + 1 < to && bytes[end] === 0x20 && isScheme(bytes, start, end)) end = find(bytes, end + 1, to, VALUE_END);
  const atCut = scan.cut && end >= scan.to && end > start;
  // Prose has colons too ("password: required"): without quotes around the name the value must look like a secret.
  const likely = !colon || name.quoted || line || atCut || looksSecret(bytes, start, end);
  if (!likely || !hidesValue(value.nameClass, bytes, start, end)) return at + 1;
  scan.hide(start, end, "key-name", value.where, colon && name.quoted && !value.inString && bytes[name.to] === DOUBLE);
  return end;
}

/** Authentication schemes (RFC 9110 11.1) that stand before a credential. */
function isScheme(bytes: Uint8Array, from: number, to: number): boolean {
  return ["bearer", "basic", "token", "apikey", "negotiate"].some(
    (scheme) => scheme.length === to - from && startsWith(bytes, from, to, scheme, true),
  );
}

/** Header fields whose value has spaces and parameters. */
export function isHeaderName(bytes: Uint8Array, from: number, to: number): boolean {
  return ["authorization", "cookie"].some((end) => to - from >= end.length && startsWith(bytes, to - end.length, to, end, true));
}

/** End of a header line: its line break, or the quote that stands before the name as well. */
function lineEnd(bytes: Uint8Array, from: number, to: number, value: Plain): number {
  const before = value.name.from > value.lo ? bytes[value.name.from - 1] : 0;
  const quote = before === DOUBLE || before === 0x27 ? before : 0;
  let i = from;
  for (; i < to; i++) {
    const byte = bytes[i];
    if (byte === 0x0a || byte === 0x0d || (byte === quote && quote !== 0) || (value.inString && (byte === DOUBLE || byte === BACKSLASH)))
      break;
    if (byte === BACKSLASH && (bytes[i + 1] === 0x6e || bytes[i + 1] === 0x72 || bytes[i + 1] === quote)) break;
  }
  return i;
}

/** Offset where the line of `at` begins, looked for at most 256 bytes back. */
function lineStart(bytes: Uint8Array, at: number, lo: number): number {
  let i = at;
  while (i > lo && at - i < 256 && bytes[i - 1] !== 0x0a) i--;
  return i;
}

/** End of a YAML value: its line, and all lines after it that are indented deeper than its key (block scalars, children). */
function yamlEnd(bytes: Uint8Array, line: number, from: number, to: number): number {
  const indent = indentOf(bytes, line, to);
  let end = from;
  while (end < to && bytes[end] !== 0x0a) end++;
  for (let next = end + 1; next < to; next = end + 1) {
    const deeper = indentOf(bytes, next, to) > indent;
    const blank = bytes[next] === 0x0a || bytes[next] === 0x0d;
    if (!deeper && !blank) return bytes[end - 1] === 0x0d ? end - 1 : end;
    end = next;
    while (end < to && bytes[end] !== 0x0a) end++;
  }
  return end;
}

function indentOf(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to && (bytes[i] === 0x20 || bytes[i] === 0x2d)) i++;
  return i - from;
}

function beforeListSign(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to && bytes[i] !== 0x2c && bytes[i] !== 0x7d && bytes[i] !== 0x5d && bytes[i] !== 0x29) i++;
  return i;
}

/** The name for the list of what was redacted, if it is a plain identifier (a name can hold a secret itself). */
function whereOf(bytes: Uint8Array, name: Found): string {
  return identifier(bytes, name.from, name.to);
}

/** `.name` for identifiers of at most 40 letters, `_`, `-` and two digits; else "". */
export function identifier(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > 40 || to <= from) return "";
  let text = "";
  let digits = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0;
    const letter = byte | 0x20;
    if (byte >= 0x30 && byte <= 0x39) digits++;
    else if (!(letter >= 0x61 && letter <= 0x7a) && byte !== 0x5f && byte !== 0x2d && byte !== 0x24) return "";
    text += String.fromCharCode(byte);
  }
  return digits > 2 ? "" : text;
}
