import { parseSse } from "../../../src/query/present/sse.ts";

/** One event of a stream, or one line of NDJSON. */
export interface StreamEvent {
  /** "" for the usual kind. */
  readonly name: string;
  readonly id: string;
  readonly data: string;
  /** Milliseconds since the call's start when it had arrived; undefined where that was not seen. */
  readonly atMs: number | undefined;
}

export interface Stream {
  readonly events: readonly StreamEvent[];
  /** The beginning of an event that was cut off. */
  readonly rest: string;
  /** There are more events than are shown. */
  readonly more: boolean;
}

type Chunks = readonly (readonly [offsetMs: number, bytes: number])[];

const RECORD_SEPARATOR = String.fromCharCode(0x1e);
const EVENTS_SHOWN = 10_000;

/** UTF-8 length, without making the bytes. */
function bytesIn(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x80) bytes++;
    // Each half of a surrogate pair counts two: four bytes together.
    if (code >= 0x800 && (code < 0xd800 || code > 0xdfff)) bytes++;
  }
  return bytes;
}

/**
 * Tells when the text up to an offset had arrived, for offsets that grow. Chunks count bytes as on the wire, so a
 * content-coded body gives no times; nor does what lies beyond the chunks that were kept.
 */
class Arrival {
  readonly #text: string;
  readonly #chunks: Chunks;
  #read = 0;
  #bytes = 0;
  #chunk = 0;
  #arrived = 0;

  constructor(text: string, chunks: Chunks) {
    this.#text = text;
    this.#chunks = chunks;
    this.#arrived = chunks[0]?.[1] ?? 0;
  }

  of(end: number): number | undefined {
    this.#bytes += bytesIn(this.#text.slice(this.#read, end));
    this.#read = end;
    while (this.#arrived < this.#bytes && this.#chunk < this.#chunks.length) {
      this.#chunk++;
      this.#arrived += this.#chunks[this.#chunk]?.[1] ?? 0;
    }
    return this.#chunks[this.#chunk]?.[0];
  }
}

/** An event stream as a list. @param chunks [] where times cannot be told. */
export function sseStream(text: string, chunks: Chunks): Stream {
  const { events, rest, more } = parseSse(text, EVENTS_SHOWN);
  const arrival = new Arrival(text, chunks);
  return {
    rest,
    more,
    events: events.map(({ event, id, data }, index) => {
      const end = events[index + 1]?.offset ?? text.length - rest.length;
      return { name: event === "message" ? "" : event, id, data, atMs: arrival.of(end) };
    }),
  };
}

/** NDJSON as a list; empty lines are no documents. */
export function ndjsonStream(text: string, chunks: Chunks): Stream {
  const arrival = new Arrival(text, chunks);
  const events: StreamEvent[] = [];
  for (let start = 0; start < text.length;) {
    if (events.length >= EVENTS_SHOWN) return { events, rest: "", more: true };
    const feed = text.indexOf("\n", start);
    const end = feed === -1 ? text.length : feed + 1;
    const line = text.slice(start, end);
    // RFC 7464 puts a record separator before each document.
    const data = (line.startsWith(RECORD_SEPARATOR) ? line.slice(1) : line).trim();
    if (data !== "") events.push({ name: "", id: "", data, atMs: arrival.of(end) });
    start = end;
  }
  return { events, rest: "", more: false };
}
