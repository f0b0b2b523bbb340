import type { CallStart } from "#record";
import type { RingProducer } from "./producer.ts";
import {
  CLIENTS,
  METHODS,
  OPEN_ID_BYTES,
  OpenAt,
  OpenFlag,
  SOURCES,
  SPAN_ID_CHARS,
  TRACE_ID_CHARS,
  WORD_ELSEWHERE,
  type OpenExtra,
} from "./layout.ts";

// Property lookup on a constant object beats a Map and an indexOf for words that are internalised anyway.
const codeOf = (words: readonly string[]): Readonly<Record<string, number>> =>
  Object.assign(Object.create(null) as Record<string, number>, Object.fromEntries(words.map((word, index) => [word, index])));
const sourceCodes = codeOf(SOURCES);
const clientCodes = codeOf(CLIENTS);
const methodCodes = codeOf(METHODS);

/** An OPEN frame that does not fit is refused as a whole. */
export interface OpenFrame {
  readonly at: number;
  readonly size: number;
}

function idsFit({ traceId, spanId, parentSpanId }: CallStart): boolean {
  return (
    (traceId === "" || traceId.length === TRACE_ID_CHARS) &&
    (spanId === "" || spanId.length === SPAN_ID_CHARS) &&
    (parentSpanId === "" || parentSpanId.length === SPAN_ID_CHARS)
  );
}

function extraOf(start: CallStart, fit: boolean): string {
  const { headers, facts } = start;
  const source = sourceCodes[start.source] === undefined;
  const client = clientCodes[start.client] === undefined;
  const method = methodCodes[start.method] === undefined;
  if (fit && !source && !client && !method && headers.length === 0 && facts === undefined) return "";
  const extra: OpenExtra = {
    source: source ? start.source : undefined,
    client: client ? start.client : undefined,
    method: method ? start.method : undefined,
    traceId: fit ? undefined : start.traceId,
    spanId: fit ? undefined : start.spanId,
    parentSpanId: fit ? undefined : start.parentSpanId,
    headers: headers.length === 0 ? undefined : headers,
    facts,
  };
  return JSON.stringify(extra);
}

/**
 * Writes an OPEN frame, without publishing it.
 * @returns its place, or undefined when it finds no room within `most` bytes.
 */
export function writeOpen(ring: RingProducer, start: CallStart, most: number, keepFree: number): OpenFrame | undefined {
  const fit = idsFit(start);
  const extra = extraOf(start, fit);
  const { url, traceId, spanId, parentSpanId } = start;
  const reserve = OpenAt.text + OPEN_ID_BYTES + 3 * (url.length + extra.length);
  if (reserve > most) return undefined;
  const at = ring.reserve(reserve, keepFree);
  if (at < 0) return undefined;
  const { bytes, int32 } = ring;
  let flags = (start.sampled ? OpenFlag.sampled : 0) | (start.time === undefined ? 0 : OpenFlag.timeGiven);
  let end = at + OpenAt.text;
  if (fit) {
    flags |= (traceId === "" ? 0 : OpenFlag.trace) | (spanId === "" ? 0 : OpenFlag.span) | (parentSpanId === "" ? 0 : OpenFlag.parent);
    const ids = traceId + spanId + parentSpanId;
    if (ids !== "") end += bytes.latin1Write(ids, end, OPEN_ID_BYTES);
  }
  const urlBytes = bytes.utf8Write(url, end, 3 * url.length);
  end += urlBytes;
  const extraBytes = extra === "" ? 0 : bytes.utf8Write(extra, end, 3 * extra.length);
  bytes[at + OpenAt.source] = sourceCodes[start.source] ?? WORD_ELSEWHERE;
  bytes[at + OpenAt.client] = clientCodes[start.client] ?? WORD_ELSEWHERE;
  bytes[at + OpenAt.method] = methodCodes[start.method] ?? WORD_ELSEWHERE;
  bytes[at + OpenAt.flags] = flags;
  int32[(at + OpenAt.urlBytes) >> 2] = urlBytes;
  int32[(at + OpenAt.extraBytes) >> 2] = extraBytes;
  return { at, size: end + extraBytes - at };
}
