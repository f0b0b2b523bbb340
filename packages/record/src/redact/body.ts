import { scanBinary } from "./binary.ts";
import { scanContent } from "./content.ts";
import { startsWith } from "./bytes.ts";
import { decodeUtf16 } from "./decode.ts";
import type { Decoded } from "./decode.ts";
import { scanEventStream } from "./event-stream.ts";
import { scanForm } from "./form.ts";
import { isIdle } from "./idle.ts";
import { forgetJson } from "./json.ts";
import { scanMultipart } from "./multipart.ts";
import { Scan } from "./scan.ts";
import { scanText } from "./text.ts";

/** `application/json; charset=utf-8` taken apart: lower-case media type, boundary as written. */
export interface MediaType {
  readonly type: string;
  readonly boundary: string;
}

// The same few values come with every call; other people choose them, so the memory is bounded.
const known = new Map<string, MediaType>();
const MOST_KNOWN = 64;
const LONGEST_KNOWN = 128;

/** Reads a Content-Type field value (RFC 9110 8.3) as far as redaction needs it; never throws. */
export function mediaTypeOf(contentType: string): MediaType {
  const before = known.get(contentType);
  if (before !== undefined) return before;
  const mediaType = readMediaType(contentType);
  if (known.size >= MOST_KNOWN) known.clear();
  if (contentType.length <= LONGEST_KNOWN) known.set(contentType, mediaType);
  return mediaType;
}

function readMediaType(contentType: string): MediaType {
  const semicolon = contentType.indexOf(";");
  const type = (semicolon === -1 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
  const at = contentType.toLowerCase().indexOf("boundary=");
  if (at === -1) return { type, boundary: "" };
  const rest = contentType.slice(at + 9).trim();
  const quoted = rest.startsWith('"');
  const end = quoted ? rest.indexOf('"', 1) : rest.indexOf(";");
  return { type, boundary: rest.slice(quoted ? 1 : 0, end === -1 ? undefined : end).trim() };
}

/** Looks through a body by its media type, or by what it looks like where that says nothing. */
export function scanBody(body: Uint8Array, contentType: string, cut: boolean): Scan {
  const { type } = mediaTypeOf(contentType);
  const scan = new Scan(body, 0, body.length, { cut, content: scanContent, isYaml: type.includes("yaml"), isStable: true });
  const wide = utf16(body);
  try {
    if (wide === undefined) scanByType(scan, contentType);
    else scan.decoded(0, body.length, wide === "little" ? decodeLittle : decodeBig, "", wide === "little" ? littleText : bigText);
  } finally {
    forgetJson();
  }
  return scan;
}

/** Whether a text is UTF-16: its byte order mark says so, or its first letters have a NUL between them. */
function utf16(body: Uint8Array): "little" | "big" | undefined {
  const a = body[0] ?? 0;
  const b = body[1] ?? 0;
  const c = body[2] ?? 0;
  const d = body[3] ?? 0;
  if ((a === 0xff && b === 0xfe) || (a > 0 && a < 0x80 && b === 0 && c > 0 && c < 0x80 && d === 0)) return "little";
  if ((a === 0xfe && b === 0xff) || (a === 0 && b > 0 && b < 0x80 && c === 0 && d > 0 && d < 0x80)) return "big";
  return undefined;
}

function decodeLittle(source: Uint8Array, from: number, to: number, into: Decoded): void {
  decodeUtf16(source, from, to, true, into);
}

function decodeBig(source: Uint8Array, from: number, to: number, into: Decoded): void {
  decodeUtf16(source, from, to, false, into);
}

const littleText = (text: string): string => Array.from(text, (char) => `${char}\0`).join("");
const bigText = (text: string): string => Array.from(text, (char) => `\0${char}`).join("");

function scanByType(scan: Scan, contentType: string): void {
  const { type, boundary } = mediaTypeOf(contentType);
  if (type === "application/x-www-form-urlencoded") scanForm(scan);
  else if (type === "text/event-stream") unlessIdle(scan, scanEventStream);
  else if (type.startsWith("multipart/")) scanMultipart(scan, boundary, scanByType);
  else if (type.includes("yaml")) scanText(scan, scan.from, scan.to, false);
  else if (looksLikeMultipart(scan)) scanMultipart(scan, "", scanByType);
  else if (startsWith(scan.bytes, scan.from, scan.to, "data:") || startsWith(scan.bytes, scan.from, scan.to, "event:"))
    unlessIdle(scan, scanEventStream);
  else unlessIdle(scan, scanUnknown);
}

function scanUnknown(scan: Scan): void {
  if (isBinary(scan)) scanBinary(scan);
  else scanContent(scan);
}

/** The scanner runs where something may be to hide; most bodies have nothing, and that is quickly known. */
function unlessIdle(scan: Scan, scanner: (scan: Scan) => void): void {
  const { bytes, from, to, cut, content, depth, isYaml } = scan;
  const isStream = scanner === scanEventStream;
  // An event's data is a text inside the text.
  const probe = new Scan(bytes, from, to, { cut, content, depth: isStream ? depth + 1 : depth });
  if (cut || isYaml || !isIdle(probe, isStream)) scanner(scan);
}

/** A multipart body whose Content-Type is not there to say so: a delimiter, then a part's header. */
function looksLikeMultipart(scan: Scan): boolean {
  const { bytes, from, to } = scan;
  if (!startsWith(bytes, from, to, "--")) return false;
  for (let i = from; i < Math.min(to, from + 80); i++) if (bytes[i] === 0x0a) return startsWith(bytes, i + 1, to, "content-", true);
  return false;
}

/** What a text never has: a NUL, or many control bytes, in its first half KiB. */
function isBinary(scan: Scan): boolean {
  const { bytes, from } = scan;
  const to = Math.min(scan.to, from + 512);
  let controls = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === 0) return true;
    if (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09 && byte !== 0x1b && byte !== 0x0c) controls++;
  }
  return controls * 10 > to - from;
}
