import { startsWith } from "./bytes.ts";
import type { Decoded } from "./decode.ts";
import type { Scan } from "./scan.ts";
import { scanText } from "./text.ts";

/**
 * Server-sent events (WHATWG HTML 9.2): the data of each event is looked through as a text of its own; lines
 * `data:` that follow each other are one text, as they are for the client.
 */
export function scanEventStream(scan: Scan): void {
  const { bytes, to } = scan;
  for (let i = scan.from; i < to;) {
    const end = lineEnd(bytes, i, to);
    const data = dataStart(bytes, i, end);
    if (data === -1) {
      scanText(scan, i, end, false);
      i = afterLine(bytes, end, to);
      continue;
    }
    let last = end;
    for (let next = afterLine(bytes, end, to); next < to;) {
      const nextEnd = lineEnd(bytes, next, to);
      if (dataStart(bytes, next, nextEnd) === -1) break;
      last = nextEnd;
      next = afterLine(bytes, nextEnd, to);
    }
    if (last === end) scan.part(data, end, scan.content);
    else scan.decoded(data, last, joinData, "");
    i = afterLine(bytes, last, to);
  }
}

/** The lines of one event without their `data:`. */
function joinData(source: Uint8Array, from: number, to: number, into: Decoded): void {
  into.reserve(to - from);
  let length = 0;
  for (let i = from; i < to;) {
    const end = lineEnd(source, i, to);
    for (let at = i === from ? i : dataStart(source, i, end); at < end; at++) {
      into.map[length] = at;
      into.bytes[length++] = source[at] ?? 0;
    }
    i = afterLine(source, end, to);
    if (i < to) {
      into.map[length] = end;
      into.bytes[length++] = 0x0a;
    }
  }
  into.map[length] = to;
  into.length = length;
}

function lineEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to && bytes[i] !== 0x0a && bytes[i] !== 0x0d) i++;
  return i;
}

function afterLine(bytes: Uint8Array, end: number, to: number): number {
  if (end >= to) return to;
  return bytes[end] === 0x0d && end + 1 < to && bytes[end + 1] === 0x0a ? end + 2 : end + 1;
}

/** Offset of the data in a `data:` line; -1 for other lines. */
function dataStart(bytes: Uint8Array, from: number, to: number): number {
  if (!startsWith(bytes, from, to, "data:")) return -1;
  return from + 5 < to && bytes[from + 5] === 0x20 ? from + 6 : from + 5;
}
