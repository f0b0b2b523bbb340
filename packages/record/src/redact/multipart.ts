import { identifier } from "./assigned.ts";
import { startsWith } from "./bytes.ts";
import { Name, classifyName } from "./names.ts";
import type { Scan } from "./scan.ts";
import { scanText } from "./text.ts";
import { hidesValue } from "./values.ts";

/** Longest boundary (RFC 2046 5.1.1). */
const LONGEST_BOUNDARY = 70;

/**
 * `multipart/*` (RFC 2046, RFC 7578): parts whose field name is a secret's are hidden, the others looked
 * through by their own media type.
 * @param boundary from the content type; "" takes it from the body's first line.
 * @param byType how a part of a media type is scanned.
 */
export function scanMultipart(scan: Scan, boundary: string, byType: (scan: Scan, contentType: string) => void): void {
  const { bytes, to } = scan;
  const delimiter = `--${boundary === "" ? firstLine(bytes, scan.from, to) : boundary.slice(0, LONGEST_BOUNDARY)}`;
  if (delimiter.length === 2) return void scanText(scan, scan.from, to, false);
  let i = nextDelimiter(bytes, scan.from, to, delimiter);
  scanText(scan, scan.from, i, false);
  while (i < to) {
    const start = afterLine(bytes, i + delimiter.length, to);
    const end = nextDelimiter(bytes, start, to, delimiter);
    scanPart(scan, start, beforeLineBreak(bytes, start, end, to), byType);
    i = end;
  }
}

function scanPart(scan: Scan, from: number, to: number, byType: (scan: Scan, contentType: string) => void): void {
  const { bytes } = scan;
  let name: readonly [number, number] = [from, from];
  let contentType = "";
  let i = from;
  while (i < to) {
    const next = afterLine(bytes, i, to);
    if (bytes[i] === 0x0d || bytes[i] === 0x0a) {
      i = next;
      break;
    }
    if (startsWith(bytes, i, to, "content-disposition:", true)) name = parameter(bytes, i, next, "name=");
    else if (startsWith(bytes, i, to, "content-type:", true)) contentType = line(bytes, i + 13, next);
    scanText(scan, i, next, false);
    i = next;
  }
  const nameClass = classifyName(bytes, name[0], name[1], true);
  const where = identifier(bytes, name[0], name[1]);
  if (nameClass !== Name.plain && hidesValue(nameClass, bytes, i, to)) scan.hide(i, to, "key-name", where);
  else scan.part(i, to, (part) => byType(part, contentType));
}

/** The value of a header parameter, quoted or not, between offsets. */
function parameter(bytes: Uint8Array, from: number, to: number, name: string): readonly [number, number] {
  for (let i = from + 1; i < to; i++) {
    const before = bytes[i - 1];
    if ((before !== 0x20 && before !== 0x3b && before !== 0x09) || !startsWith(bytes, i, to, name, true)) continue;
    const quoted = bytes[i + name.length] === 0x22;
    const start = i + name.length + (quoted ? 1 : 0);
    let end = start;
    while (end < to && (quoted ? bytes[end] !== 0x22 : bytes[end] !== 0x3b && (bytes[end] ?? 0) > 0x20)) end++;
    return [start, end];
  }
  return [from, from];
}

/** The next line that begins with the delimiter; `to` when there is none. */
function nextDelimiter(bytes: Uint8Array, from: number, to: number, delimiter: string): number {
  for (let i = from; i < to; i++) {
    if (bytes[i] !== 0x2d || (i > from && bytes[i - 1] !== 0x0a)) continue;
    if (startsWith(bytes, i, to, delimiter)) return i;
  }
  return to;
}

function afterLine(bytes: Uint8Array, from: number, to: number): number {
  const end = bytes.indexOf(0x0a, from);
  return end === -1 || end >= to ? to : end + 1;
}

/** The line break before a delimiter belongs to the delimiter (RFC 2046 5.1.1). */
function beforeLineBreak(bytes: Uint8Array, from: number, end: number, to: number): number {
  if (end >= to) return end;
  const lf = end > from && bytes[end - 1] === 0x0a ? end - 1 : end;
  return lf > from && bytes[lf - 1] === 0x0d ? lf - 1 : lf;
}

function firstLine(bytes: Uint8Array, from: number, to: number): string {
  return startsWith(bytes, from, to, "--") ? line(bytes, from + 2, Math.min(to, from + 2 + LONGEST_BOUNDARY)) : "";
}

/** ASCII text of the rest of a line, trimmed, at most 200 characters. */
function line(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to && i < from + 200; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === 0x0a || byte === 0x0d) break;
    text += String.fromCharCode(byte);
  }
  return text.trim();
}
