import type { CallEvent, CallStart, ErrorInfo, HeaderPairs } from "#record";
import {
  BodyAt,
  CLIENTS,
  EndAt,
  Frame,
  FRAME_HEADER_BYTES,
  METHODS,
  NetworkAt,
  OpenAt,
  OpenFlag,
  OUTCOMES,
  ResponseAt,
  SOURCES,
  SPAN_ID_CHARS,
  TRACE_ID_CHARS,
  type OpenExtra,
  type RingViews,
} from "./layout.ts";
import { WordMemory } from "./words.ts";

const noExtra: OpenExtra = {};
const names = new WordMemory();

/** The frame of `type` at byte offset `at`; body chunks are views of the ring. */
export function decodeFrame(views: RingViews, at: number, type: number): CallEvent {
  const call = (views.int32[(at >> 2) + 1] ?? 0) >>> 0;
  const time = views.float64[(at >> 3) + 1] ?? 0;
  switch (type) {
    case Frame.open:
      return { type: "open", call, time, start: startOf(views, at, time) };
    case Frame.requestHead:
      return { type: "request-head", call, time, head: views.bytes.latin1Slice(at + FRAME_HEADER_BYTES, at + sizeOf(views, at)) };
    case Frame.requestBody:
      return { type: "request-body", call, time, chunk: chunkOf(views, at), size: word(views, at + BodyAt.size) >>> 0 };
    case Frame.requestEnd:
      return { type: "request-end", call, time };
    case Frame.network:
      return { type: "network", call, time, ...networkOf(views, at) };
    case Frame.response:
      return { type: "response", call, time, ...responseOf(views, at) };
    case Frame.responseBody:
      return { type: "response-body", call, time, chunk: chunkOf(views, at), size: word(views, at + BodyAt.size) >>> 0 };
    case Frame.end:
      return { type: "end", call, time, ...endOf(views, at) };
    default:
      throw new RangeError(`ring frame of unknown type ${type}: writer and reader are of different versions`);
  }
}

function sizeOf(views: RingViews, at: number): number {
  return (views.int32[at >> 2] ?? 0) & 0xff_ffff;
}

function word(views: RingViews, at: number): number {
  return views.int32[at >> 2] ?? 0;
}

function startOf(views: RingViews, at: number, time: number): CallStart {
  const { bytes } = views;
  const flags = bytes[at + OpenAt.flags] ?? 0;
  let from = at + OpenAt.text;
  const id = (flag: number, chars: number): string => {
    if ((flags & flag) === 0) return "";
    from += chars;
    return bytes.latin1Slice(from - chars, from);
  };
  const traceId = id(OpenFlag.trace, TRACE_ID_CHARS);
  const spanId = id(OpenFlag.span, SPAN_ID_CHARS);
  const parentSpanId = id(OpenFlag.parent, SPAN_ID_CHARS);
  const urlEnd = from + word(views, at + OpenAt.urlBytes);
  const extraBytes = word(views, at + OpenAt.extraBytes);
  const extra = extraBytes === 0 ? noExtra : (JSON.parse(bytes.utf8Slice(urlEnd, urlEnd + extraBytes)) as OpenExtra);
  return {
    source: extra.source ?? SOURCES[bytes[at + OpenAt.source] ?? 0] ?? "patch",
    client: extra.client ?? CLIENTS[bytes[at + OpenAt.client] ?? 0] ?? "",
    method: extra.method ?? METHODS[bytes[at + OpenAt.method] ?? 0] ?? "",
    url: bytes.utf8Slice(from, urlEnd),
    headers: extra.headers ?? [],
    time: (flags & OpenFlag.timeGiven) === 0 ? undefined : time,
    traceId: extra.traceId ?? traceId,
    spanId: extra.spanId ?? spanId,
    parentSpanId: extra.parentSpanId ?? parentSpanId,
    sampled: (flags & OpenFlag.sampled) !== 0,
    facts: extra.facts,
  };
}

function chunkOf(views: RingViews, at: number): Uint8Array {
  return views.bytes.subarray(at + BodyAt.bytes, at + sizeOf(views, at));
}

function networkOf(views: RingViews, at: number) {
  const { bytes } = views;
  const text = at + NetworkAt.text;
  const protocolEnd = text + (bytes[at + NetworkAt.protocolBytes] ?? 0);
  return {
    protocol: bytes.latin1Slice(text, protocolEnd),
    peerAddress: bytes.latin1Slice(protocolEnd, protocolEnd + (bytes[at + NetworkAt.addressBytes] ?? 0)),
    peerPort: word(views, at + NetworkAt.peerPort),
    localPort: word(views, at + NetworkAt.localPort),
  };
}

function responseOf(views: RingViews, at: number) {
  const { bytes, int32 } = views;
  const fields = word(views, at + ResponseAt.fields);
  const table = (at + ResponseAt.table) >> 2;
  const from = at + ResponseAt.table + 4 * fields;
  const statusTextBytes = word(views, at + ResponseAt.statusTextBytes);
  // One string for all of it, and parts of that: the way into native code costs more than the copy.
  const text = bytes.latin1Slice(from, at + sizeOf(views, at));
  let next = statusTextBytes;
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < fields; index += 2) {
    const nameBytes = int32[table + index] ?? 0;
    const name = names.at(bytes, from + next, nameBytes);
    next += nameBytes;
    const valueAt = next;
    next += int32[table + index + 1] ?? 0;
    headers.push([name, text.slice(valueAt, next)]);
  }
  return { status: word(views, at + ResponseAt.status), statusText: text.slice(0, statusTextBytes), headers: headers as HeaderPairs };
}

function endOf(views: RingViews, at: number) {
  const { bytes, float64 } = views;
  const errorBytes = word(views, at + EndAt.errorBytes);
  return {
    outcome: OUTCOMES[bytes[at + EndAt.outcome] ?? 0] ?? "error",
    errors:
      errorBytes === 0 ? [] : (JSON.parse(bytes.utf8Slice(at + EndAt.errors, at + EndAt.errors + errorBytes)) as readonly ErrorInfo[]),
    requestSize: float64[(at + EndAt.requestSize) >> 3] ?? -1,
    responseSize: float64[(at + EndAt.responseSize) >> 3] ?? -1,
  };
}
