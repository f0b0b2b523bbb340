import type { RingProducer } from "./producer.ts";
import { ResponseAt, SPAN_FIELDS } from "./layout.ts";

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

const latin1 = (field: string | Uint8Array): string =>
  typeof field === "string" ? field : Buffer.from(field.buffer, field.byteOffset, field.byteLength).toString("latin1");

/**
 * Writes a RESPONSE frame, without publishing it. Fields are written with one copy where they share a socket
 * chunk, else as one joined string.
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
  const texts = fields.every((field) => typeof field === "string") ? fields : fields.map(latin1);
  const joined = statusText + texts.join("");
  const head = ResponseAt.table + 4 * texts.length;
  if (head + joined.length > most) return undefined;
  const at = ring.reserve(head + joined.length, keepFree);
  if (at < 0) return undefined;
  const { bytes, int32 } = ring;
  int32[(at + ResponseAt.status) >> 2] = status;
  int32[(at + ResponseAt.statusTextBytes) >> 2] = statusText.length;
  int32[(at + ResponseAt.fields) >> 2] = texts.length;
  const table = (at + ResponseAt.table) >> 2;
  for (let index = 0; index < texts.length; index += 1) int32[table + index] = texts[index]?.length ?? 0;
  if (joined !== "") bytes.latin1Write(joined, at + head, joined.length);
  return { at, size: head + joined.length };
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
  const text = at + head;
  if (statusText !== "") bytes.latin1Write(statusText, text, statusText.length);
  if (span.bytes.byteLength > 0) bytes.fill(span.bytes, text + statusText.length, at + size);
  return { at, size };
}
