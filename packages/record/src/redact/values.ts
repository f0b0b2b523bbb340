import { DIGIT, is, skip, startsWith } from "./bytes.ts";
import { Name } from "./names.ts";

/** Shortest value of a `Name.long` name that is taken for a secret: OAuth codes are longer, `code=US` is not. */
const LONG = 16;

/**
 * Whether the plain value `[from, to)` (no quotes) under a name of that class is hidden. Nothing, `null` and
 * booleans hold no secret and say something about the call, so they stay.
 */
export function hidesValue(nameClass: number, bytes: Uint8Array, from: number, to: number): boolean {
  if (to <= from || nameClass === Name.plain || isLiteral(bytes, from, to)) return false;
  if (nameClass === Name.count) return !isCount(bytes, from, to);
  if (nameClass === Name.long) return to - from >= LONG;
  return true;
}

/** `null`, `true`, `false` and what programs print for nothing. */
export function isLiteral(bytes: Uint8Array, from: number, to: number): boolean {
  const length = to - from;
  if (length < 4 || length > 9) return false;
  for (const literal of ["null", "true", "false", "none", "undefined"]) {
    if (literal.length === length && startsWith(bytes, from, to, literal, true)) return true;
  }
  return false;
}

/** A number as a count or an amount is written: at most 12 digits, a sign, a fraction. */
export function isCount(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > 16) return false;
  let at = bytes[from] === 0x2d ? from + 1 : from;
  const digits = skip(bytes, at, to, DIGIT);
  if (digits === at || digits - at > 12) return false;
  at = digits;
  if (at < to && bytes[at] === 0x2e) at = skip(bytes, at + 1, to, DIGIT);
  return at === to;
}

/**
 * End of the JSON value that begins at `at` (a quote, bracket or plain character); `to` when it is cut.
 * Strings are skipped over, so brackets in them do not count; depth is a counter, not recursion.
 */
export function jsonValueEnd(bytes: Uint8Array, at: number, to: number): number {
  const first = bytes[at];
  if (first === 0x22) return jsonStringEnd(bytes, at + 1, to);
  if (first !== 0x7b && first !== 0x5b) {
    let i = at;
    while (i < to && !endsPlain(bytes[i] ?? 0)) i++;
    return i;
  }
  let depth = 0;
  for (let i = at; i < to; i++) {
    const byte = bytes[i];
    if (byte === 0x22) i = jsonStringEnd(bytes, i + 1, to) - 1;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) return i + 1;
  }
  return to;
}

/** What ends a number or literal in JSON. */
export function endsPlain(byte: number): boolean {
  return byte === 0x2c || byte === 0x7d || byte === 0x5d || byte <= 0x20;
}

/** Offset after the closing quote of a JSON string whose content begins at `from`; `to` when it is cut. */
export function jsonStringEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte === 0x22) return i + 1;
    if (byte === 0x5c) i++;
  }
  return to;
}

/**
 * Whether the list or object that begins at `at`, under a name of that class, is looked into instead of hidden
 * whole: an empty one; an object or a list of them under `authorization` or `pin`; counts, and lists of token ids.
 */
export function staysOpen(nameClass: number, bytes: Uint8Array, at: number, to: number): boolean {
  let i = at + 1;
  while (i < to && (bytes[i] ?? 0) <= 0x20) i++;
  const first = i < to ? bytes[i] : 0;
  if (first === 0x5d || first === 0x7d) return true;
  if (nameClass === Name.secret) return false;
  if (bytes[at] === 0x7b || first === 0x7b || first === 0x5b) return true;
  return nameClass === Name.count && i < to && (first === 0x2d || is(bytes, i, DIGIT));
}
