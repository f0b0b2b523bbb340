import type { CallStart } from "#record";
import type { RingProducer } from "./producer.ts";
import { writeLatin1, writeUtf8 } from "./text.ts";
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

// Comparing with constants costs a pointer compare each; a lookup by key costs a hash.
function codeIn(words: readonly string[], word: string): number {
  for (let index = 0; index < words.length; index += 1) if (words[index] === word) return index;
  return WORD_ELSEWHERE;
}

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

function extraOf(start: CallStart, fit: boolean, source: number, client: number, method: number): string {
  const { headers, facts } = start;
  const known = source !== WORD_ELSEWHERE && client !== WORD_ELSEWHERE && method !== WORD_ELSEWHERE;
  if (fit && known && headers.length === 0 && facts === undefined) return "";
  const extra: OpenExtra = {
    source: source === WORD_ELSEWHERE ? start.source : undefined,
    client: client === WORD_ELSEWHERE ? start.client : undefined,
    method: method === WORD_ELSEWHERE ? start.method : undefined,
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
  const source = codeIn(SOURCES, start.source);
  const client = codeIn(CLIENTS, start.client);
  const method = codeIn(METHODS, start.method);
  const extra = extraOf(start, fit, source, client, method);
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
    if (ids !== "") end = writeLatin1(bytes, ids, end);
  }
  const urlEnd = writeUtf8(bytes, url, end);
  const extraEnd = writeUtf8(bytes, extra, urlEnd);
  bytes[at + OpenAt.source] = source;
  bytes[at + OpenAt.client] = client;
  bytes[at + OpenAt.method] = method;
  bytes[at + OpenAt.flags] = flags;
  int32[(at + OpenAt.urlBytes) >> 2] = urlEnd - end;
  int32[(at + OpenAt.extraBytes) >> 2] = extraEnd - urlEnd;
  return { at, size: extraEnd - at };
}
