import type { RingProducer } from "./producer.ts";
import { ResponseAt, SPAN_FIELDS, type RingBytes } from "./layout.ts";

type Fields = readonly (string | Uint8Array)[];

/** A span may be this much longer than its fields: past that it drags along bytes of something else. */
const SPAN_SLACK_PER_FIELD = 16;

/** Where a response head lies in one socket chunk: `undici` hands out its fields as views of it. */
interface Span {
  readonly bytes: Uint8Array;
  readonly from: number;
}

function spanOf(fields: Fields): Span | undefined {
  const first = fields[0];
  if (first === undefined || typeof first === "string") return undefined;
  const { buffer, byteOffset: from } = first;
  let previous = from;
  let used = 0;
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index];
    if (field === undefined || typeof field === "string" || field.buffer !== buffer || field.byteOffset < previous) return undefined;
    previous = field.byteOffset + field.byteLength;
    used += field.byteLength;
  }
  const length = previous - from;
  if (length > used + SPAN_SLACK_PER_FIELD * fields.length) return undefined;
  return { bytes: new Uint8Array(buffer, from, length), from };
}

/** Up to here a loop over characters beats the call into native code; neither makes garbage, as joining would. */
const SHORT_TEXT = 24;

function writeLatin1(bytes: RingBytes, text: string, at: number): number {
  const { length } = text;
  if (length > SHORT_TEXT) bytes.latin1Write(text, at, length);
  else for (let index = 0; index < length; index += 1) bytes[at + index] = text.charCodeAt(index);
  return at + length;
}

/**
 * Writes a RESPONSE frame, without publishing it. Fields are copied as one span where they share a socket chunk.
 * @returns its place, or undefined when it finds no room within `most` bytes.
 */
export function writeResponse(
  ring: RingProducer,
  status: number,
  statusText: string,
  fields: Fields,
  most: number,
  keepFree: number,
): { readonly at: number; readonly size: number } | undefined {
  const span = spanOf(fields);
  if (span) return writeSpan(ring, status, statusText, fields, span, most, keepFree);
  const head = ResponseAt.table + 4 * fields.length;
  let size = head + statusText.length;
  for (let index = 0; index < fields.length; index += 1) size += fields[index]?.length ?? 0;
  if (size > most) return undefined;
  const at = ring.reserve(size, keepFree);
  if (at < 0) return undefined;
  const { bytes, int32 } = ring;
  int32[(at + ResponseAt.status) >> 2] = status;
  int32[(at + ResponseAt.statusTextBytes) >> 2] = statusText.length;
  int32[(at + ResponseAt.fields) >> 2] = fields.length;
  const table = (at + ResponseAt.table) >> 2;
  let end = writeLatin1(bytes, statusText, at + head);
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] ?? "";
    int32[table + index] = field.length;
    if (typeof field === "string") end = writeLatin1(bytes, field, end);
    else {
      bytes.set(field, end);
      end += field.length;
    }
  }
  return { at, size };
}

function writeSpan(
  ring: RingProducer,
  status: number,
  statusText: string,
  fields: Fields,
  span: Span,
  most: number,
  keepFree: number,
): { readonly at: number; readonly size: number } | undefined {
  const head = ResponseAt.table + 8 * fields.length;
  const size = head + statusText.length + span.bytes.byteLength;
  if (size > most) return undefined;
  const at = ring.reserve(size, keepFree);
  if (at < 0) return undefined;
  const { bytes, int32 } = ring;
  int32[(at + ResponseAt.status) >> 2] = status | SPAN_FIELDS;
  int32[(at + ResponseAt.statusTextBytes) >> 2] = statusText.length;
  int32[(at + ResponseAt.fields) >> 2] = fields.length;
  let entry = (at + ResponseAt.table) >> 2;
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] as Uint8Array;
    int32[entry] = field.byteOffset - span.from;
    int32[entry + 1] = field.byteLength;
    entry += 2;
  }
  const text = writeLatin1(bytes, statusText, at + head);
  if (span.bytes.byteLength > 0) bytes.fill(span.bytes, text, at + size);
  return { at, size };
}
