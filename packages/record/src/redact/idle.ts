import { namesBefore } from "./assigned.ts";
import { RUN_END, find } from "./bytes.ts";
import { cardEnd } from "./card.ts";
import { isHex } from "./decode.ts";
import { isDullName } from "./idle-names.ts";
import { Met } from "./met.ts";
import { BACK, CARD, HEAD, isWordKind, KIND, LOOK, NAME_PART, seek, SIGN, URL, VALUE } from "./places.ts";
import type { Place } from "./places.ts";
import type { Scan } from "./scan.ts";
import { beforeScheme } from "./text.ts";
import { beginsToken, CARD_HEADS, isScheme, matchToken, spansEscapes } from "./tokens.ts";
import { hideAuthority, LONGEST_PATH } from "./url.ts";

// What may stand after backslashes (RFC 8259 section 7); decoding anything else could make a credential whole.
const UNKNOWN = 0;
const BLANK = 1;
const VISIBLE = 2;
const ESCAPES = new Uint8Array(256);
for (const letter of "nrtbf") ESCAPES[letter.charCodeAt(0)] = BLANK;
for (const letter of '"/u') ESCAPES[letter.charCodeAt(0)] = VISIBLE;
/** `:`, `/` and `1`, as in `:\/\/` and `1\/\/0`. */
const MAY_GO_ON = [0x3a, 0x2f, 0x31];

/** A longer run of backslashes may be text that is nested deeper than redaction looks. */
const MOST_BACKSLASHES = 15;

/** The same for a short text, before it is copied to bytes: true when no place needs a look at all. */
export function isBoring(value: string): boolean {
  let last = 0;
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    const kind = unit < 0x80 ? (KIND[unit] ?? 0) : 0;
    const look = LOOK[(last << 5) | kind] ?? 0;
    if (look !== 0 && (look !== CARD || mayBeCard(value, i - 1))) return false;
    last = ((last & 31) << 5) | kind;
  }
  return true;
}

/** Whether a number that begins at `from` has the digits of a card number's first groups: fourteen, or four and four. */
function mayBeCard(value: string, from: number): boolean {
  let i = from;
  while (i < from + 14 && isDigit(value.charCodeAt(i))) i++;
  if (i - from !== 4) return i - from === 14;
  const separator = value.charCodeAt(i);
  if (separator !== 0x20 && separator !== 0x2d) return false;
  for (let next = i + 1; next <= i + 4; next++) if (!isDigit(value.charCodeAt(next))) return false;
  return true;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/**
 * Whether the text of `probe` certainly has nothing to hide, found in one pass that knows no format: the full
 * scan need not run. It may say no for a text that turns out clean, never yes for one that is not: everything
 * that the scanners hide needs a credential's first letters, a part of a secret's name, `://`, `=`, a
 * backslash or `%`, and each such place is looked at here in its raw form.
 * Not for texts that were cut, YAML, forms and multipart, whose rules take more than these places.
 */
export function isIdle(probe: Scan, isEventStream: boolean): boolean {
  const { bytes, to } = probe;
  const place: Place = { at: probe.from, before: 0 };
  let met: Met | undefined;
  for (;;) {
    seek(bytes, to, place);
    const { at } = place;
    if (at >= to) return met === undefined || met.isHarmless;
    met ??= new Met(probe, isEventStream);
    const kind = KIND[bytes[at] ?? 0] ?? 0;
    const look = LOOK[(place.before << 5) | kind] ?? 0;
    if ((look & SIGN) !== 0) {
      if (!passSign(met, place)) return false;
    } else {
      const isHarmless = look === NAME_PART ? isDullName(met, at) : isDull(met, look, at);
      if (!isHarmless) return false;
      place.at++;
      place.before = ((place.before & 31) << 5) | kind;
    }
  }
}

/** Moves past `=`, `%` or backslashes; false when the full scan must run. */
function passSign(met: Met, place: Place): boolean {
  const { bytes } = met.probe;
  const { at, before } = place;
  const next = afterSign(met, at, before);
  if (next === 0) return false;
  place.at = next;
  // A backslash or `%` vanishes when names are read, so that the letters around it come together.
  if (bytes[at] === 0x3d) place.before = (before & 31) << 5;
  else if (bytes[at] === 0x5c && bytes[next - 1] !== 0x5c) place.before = ((before & 31) << 5) | (KIND[lowByte(bytes, next)] ?? 0);
  return true;
}

/** A place that needs a look, `at` its last byte: true when nothing is to hide there. */
function isDull(met: Met, look: number, at: number): boolean {
  const { probe } = met;
  const { bytes, to } = probe;
  if ((look & CARD) !== 0 && !isDullNumber(probe, at - 1)) return false;
  if ((look & HEAD) !== 0 && !isDullHead(met, at)) return false;
  if ((look & URL) !== 0) {
    const end = hideAuthority(probe, at + 1, to);
    if (probe.edits.size > 0 || beforeScheme(bytes, at + 1, end, to) !== end || goesOnEscaped(bytes, end, to)) return false;
  }
  if ((look & VALUE) !== 0 && bytes[at - 3] === 0x22) met.value = true;
  return (look & NAME_PART) === 0 || isDullName(met, at);
}

/** Whether the URL whose path begins at `from` goes on after an escape, as in `https://a.example/b\/c`. */
function goesOnEscaped(bytes: Uint8Array, from: number, to: number): boolean {
  let i = find(bytes, from, Math.min(to, from + LONGEST_PATH), RUN_END);
  if (bytes[i] !== 0x5c) return false;
  while (i < to && bytes[i] === 0x5c) i++;
  return bytes[i] === 0x2f || bytes[i] === 0x75;
}

function isDullNumber(probe: Scan, at: number): boolean {
  const { bytes, to } = probe;
  const limit = Math.min(to, at + 5);
  let i = at + 2;
  while (i < limit && isDigit(bytes[i] ?? 0)) i++;
  // A card number's first group has four digits, or it has one group.
  return i - at < 4 || cardEnd(bytes, at, to, false) === at;
}

/** Whether none of the words that `at` may belong to is a credential. */
function isDullHead(met: Met, at: number): boolean {
  let back = BACK[KIND[met.probe.bytes[at] ?? 0] ?? 0] ?? 0;
  for (let start = at; back !== 0; back >>= 1, start--) if ((back & 1) !== 0 && !isDullWord(met, start)) return false;
  return true;
}

/** Whether no credential begins at `at`, also none that shows once escapes around it are read. */
function isDullWord(met: Met, at: number): boolean {
  const { probe } = met;
  const { bytes, from, to } = probe;
  if (at < from || (at > from && isWordKind(KIND[bytes[at - 1] ?? 0] ?? 0))) return true;
  return !beginsToken(bytes, at, to) || isDullToken(met, at);
}

function isDullToken(met: Met, at: number): boolean {
  const { probe } = met;
  if (spansEscapes(probe.bytes, at)) met.head = true;
  // Lines of one event are joined: the credential may stand on the line after its scheme.
  if (met.isEventStream && isScheme(probe.bytes, at)) return false;
  return matchToken(probe, at, probe.to) === at && probe.edits.size === 0;
}

/** A word that begins at `at` whatever stands before it: a card number or a credential. */
function isDullStart(met: Met, at: number): boolean {
  const { probe } = met;
  const { bytes, to } = probe;
  if (at + 1 >= to) return true;
  const one = bytes[at] ?? 0;
  if (CARD_HEADS[one] === 1 && !isDullNumber(probe, at)) return false;
  return !beginsToken(bytes, at, to) || isDullToken(met, at);
}

/** After `=`, `%` or backslashes: the offset to go on at; 0 when the full scan must run. */
function afterSign(met: Met, at: number, last: number): number {
  const { bytes, from, to } = met.probe;
  const sign = bytes[at];
  if (sign === 0x3d) return namesBefore(met.probe, at, from) ? 0 : at + 1;
  if (sign === 0x25) return (at + 1 < to && isHex(bytes[at + 1])) || !isDullStart(met, at + 1) ? 0 : at + 1;
  let next = at;
  while (next < to && bytes[next] === 0x5c) next++;
  if (next - at > MOST_BACKSLASHES) return 0;
  const letter = next < to ? (bytes[next] ?? 0) : 0;
  const escape = ESCAPES[letter] ?? UNKNOWN;
  if (escape === UNKNOWN) return 0;
  if (next - at > 1 || escape === VISIBLE) met.escape = true;
  if (letter === 0x75) return afterUnicode(met, next + 5, last);
  // `:\/\/` and `1\/\/0` are read as `://` and `1//0`.
  if (letter === 0x2f && at > from && MAY_GO_ON.includes(bytes[at - 1] ?? 0)) return 0;
  return isDullStart(met, next) && isDullStart(met, next + 1) ? next : 0;
}

/** `end` is the offset after `\uXXXX`. ASCII written so is left to the full scan. */
function afterUnicode(met: Met, end: number, last: number): number {
  const { bytes, to } = met.probe;
  if (end > to) return 0;
  for (let i = end - 4; i < end; i++) if (!isHex(bytes[i])) return 0;
  const isAscii = bytes[end - 4] === 0x30 && bytes[end - 3] === 0x30 && (bytes[end - 2] ?? 0) < 0x38;
  if (isAscii || ((LOOK[(last << 5) | (KIND[lowByte(bytes, end)] ?? 0)] ?? 0) & NAME_PART) !== 0) return 0;
  return isDullStart(met, end) ? end : 0;
}

/** The low byte of the code before `end`: all that names see of it. */
function lowByte(bytes: Uint8Array, end: number): number {
  return Number.parseInt(String.fromCharCode(bytes[end - 2] ?? 0, bytes[end - 1] ?? 0), 16) & 0xff;
}
