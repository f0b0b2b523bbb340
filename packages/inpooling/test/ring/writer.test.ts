import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CallEvent, CallStart } from "#record";
import { createRing, RingReader, RingWriter, type RingWriterOptions } from "../../src/ring/index.ts";

const start: CallStart = {
  source: "patch",
  client: "fetch",
  method: "POST",
  url: "https://api.example.com/v1/things?limit=3",
  headers: [],
  traceId: "",
  spanId: "",
  parentSpanId: "",
  sampled: false,
};

/** Events with their chunks copied: the reader's are only valid during the call. */
function drain(reader: RingReader, maxBytes?: number): CallEvent[] {
  const events: CallEvent[] = [];
  reader.drain((event) => events.push("chunk" in event ? { ...event, chunk: Buffer.from(event.chunk) } : event), maxBytes);
  return events;
}

function pair(bytes: number, options: RingWriterOptions = {}): { readonly writer: RingWriter; readonly reader: RingReader } {
  const ring = createRing(bytes);
  return { writer: new RingWriter(ring, options), reader: new RingReader(ring) };
}

const timeless = ({ time: _time, ...event }: CallEvent): object => event;

describe("RingWriter and RingReader", () => {
  it("hands a whole call over, in order", () => {
    let clock = 0;
    const { writer, reader } = pair(64 * 1024, { now: () => (clock += 1) });
    const call = writer.open({ ...start, traceId: "a".repeat(32), parentSpanId: "b".repeat(16), sampled: true });
    writer.requestHead(call, "POST /v1/things?limit=3 HTTP/1.1\r\nx-ü: é\r\n", "content-length: 9\r\n");
    writer.requestBody(call, "ü€😀");
    writer.requestEnd(call);
    writer.network(call, "1.1", "::1", 443, 50_000);
    writer.response(call, 200, "OK", ["content-type", "text/plain", "x", ""]);
    writer.responseBody(call, Buffer.from([0, 255]));
    writer.end(call, "error", [{ name: "Error", code: "ECONNRESET", message: "ü" }]);
    expect(drain(reader)).toEqual([
      {
        type: "open",
        call,
        time: 1,
        start: { ...start, traceId: "a".repeat(32), parentSpanId: "b".repeat(16), sampled: true, time: undefined, facts: undefined },
      },
      { type: "request-head", call, time: 1, head: "POST /v1/things?limit=3 HTTP/1.1\r\nx-ü: é\r\ncontent-length: 9\r\n" },
      { type: "request-body", call, time: 1, chunk: Buffer.from("ü€😀"), size: 9 },
      { type: "request-end", call, time: 2 },
      { type: "network", call, time: 2, protocol: "1.1", peerAddress: "::1", peerPort: 443, localPort: 50_000 },
      {
        type: "response",
        call,
        time: 3,
        status: 200,
        statusText: "OK",
        headers: [
          ["content-type", "text/plain"],
          ["x", ""],
        ],
      },
      { type: "response-body", call, time: 4, chunk: Buffer.from([0, 255]), size: 2 },
      {
        type: "end",
        call,
        time: 5,
        outcome: "error",
        errors: [{ name: "Error", code: "ECONNRESET", message: "ü" }],
        requestSize: 9,
        responseSize: 2,
      },
    ]);
    expect(reader.drain(() => {})).toBe(0);
  });

  it("keeps what its fixed fields have no place for", () => {
    const { writer, reader } = pair(64 * 1024);
    const odd: CallStart = {
      ...start,
      source: "manual",
      client: "my-sdk",
      method: "PURGE",
      headers: [["x-a", "ü"]],
      time: 12.5,
      traceId: "short",
      spanId: "also",
      facts: { vendor: "acme", "tag.order": "42" },
    };
    writer.open(odd);
    const [event] = drain(reader);
    expect(event).toEqual({ type: "open", call: 1, time: 12.5, start: odd });
  });

  it("reads response fields from one socket chunk, from scattered buffers and from strings alike", () => {
    const { writer, reader } = pair(64 * 1024);
    const chunk = Buffer.from("HTTP/1.1 200 OK\r\na: 1\r\nlong-name: é\r\n\r\n", "latin1");
    const views = [chunk.subarray(17, 18), chunk.subarray(20, 21), chunk.subarray(23, 32), chunk.subarray(34, 35)];
    const call = writer.open(start);
    writer.response(call, 200, "OK", views);
    writer.response(
      call,
      200,
      "OK",
      views.map((view) => Buffer.from(view)),
    );
    writer.response(
      call,
      200,
      "OK",
      views.map((view) => view.toString("latin1")),
    );
    writer.response(call, 200, "OK", ["a", views[1] ?? "", "long-name", Buffer.from([0xe9])]);
    const heads = drain(reader).filter((event) => event.type === "response");
    expect(heads).toHaveLength(4);
    for (const head of heads) {
      expect(head.headers).toEqual([
        ["a", "1"],
        ["long-name", "é"],
      ]);
    }
  });

  it("keeps bodies up to the limit and counts the rest", () => {
    const { writer, reader } = pair(64 * 1024, { bodyLimit: 10 });
    const call = writer.open(start);
    writer.requestBody(call, "12345678");
    writer.requestBody(call, "abcdefgh");
    writer.requestBody(call, "nothing kept of this");
    writer.responseBody(call, Buffer.from("0123456789"));
    writer.responseBody(call, Buffer.from("x".repeat(90)));
    writer.end(call, "complete");
    const events = drain(reader);
    expect(events.filter((event) => event.type === "request-body").map(({ chunk, size }) => [chunk.toString(), size])).toEqual([
      ["12345678", 8],
      ["ab", 8],
    ]);
    expect(events.at(-1)).toMatchObject({ type: "end", requestSize: 36, responseSize: 100 });
  });

  it("splits big chunks, so that one body never blocks the ring", () => {
    const { writer, reader } = pair(1024 * 1024, { bodyLimit: 1024 * 1024 });
    const call = writer.open(start);
    const body = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    writer.responseBody(call, body);
    const chunks = drain(reader).filter((event) => event.type === "response-body");
    expect(chunks.length).toBeGreaterThan(1);
    expect(Buffer.concat(chunks.map(({ chunk }) => chunk))).toEqual(body);
    expect(chunks.reduce((sum, { size }) => sum + size, 0)).toBe(body.byteLength);
  });

  it("when full: bodies go first, then new calls; open calls still end, and what is lost is counted", () => {
    const { writer, reader } = pair(64 * 1024, { bodyLimit: 1024 * 1024 });
    const first = writer.open(start);
    const chunk = Buffer.alloc(3000, "b");
    for (let index = 0; index < 30; index += 1) writer.responseBody(first, chunk);
    const lost = reader.counters();
    expect(lost.droppedBodies).toBe(1);
    expect(lost.droppedBytes).toBe(3000);
    expect(lost.droppedCalls).toBe(0);
    const opened: number[] = [];
    for (let index = 0; index < 100; index += 1) opened.push(writer.open(start));
    expect(opened.filter((call) => call > 0).length).toBeGreaterThan(10);
    const refused = opened.filter((call) => call === 0).length;
    expect(refused).toBeGreaterThan(10);
    expect(reader.counters().droppedCalls).toBe(refused);
    writer.requestBody(0, "of a refused call");
    for (const call of [first, ...opened]) writer.end(call, "complete");
    const events = drain(reader);
    const kept = events.filter((event) => event.type === "response-body").reduce((sum, { size }) => sum + size, 0);
    // The end tells the true size, so that the record can say that its body is a prefix.
    expect(events.find((event) => event.type === "end" && event.call === first)).toMatchObject({ responseSize: 90_000 });
    expect(kept).toBeLessThan(90_000);
    expect(kept % 3000).toBe(0);
    expect(events.filter((event) => event.type === "end")).toHaveLength(101 - refused);
  });

  it("keeps ends for later when there is no room at all", () => {
    const { writer, reader } = pair(64 * 1024);
    const calls: number[] = [];
    for (let call = writer.open(start); call !== 0; call = writer.open(start)) calls.push(call);
    for (const call of calls) writer.requestHead(call, "x".repeat(500));
    for (const call of calls) writer.end(call, "aborted");
    expect(reader.counters().droppedFrames).toBeGreaterThan(0);
    const before = drain(reader).filter((event) => event.type === "end").length;
    expect(before).toBeLessThan(calls.length);
    writer.open(start);
    const after = drain(reader).filter((event) => event.type === "end").length;
    expect(before + after).toBe(calls.length);
  });

  it("starts the worker after the first call was opened, once, and survives its failure", () => {
    let starts = 0;
    const { writer, reader } = pair(64 * 1024, {
      onFirstCall: () => {
        starts += 1;
        throw new Error("no worker");
      },
    });
    expect(writer.open(start)).toBe(1);
    expect(writer.open(start)).toBe(2);
    expect(starts).toBe(1);
    expect(reader.counters().hookErrors).toBe(1);
  });

  it("keeps the sizes of calls that stay open behind thousands of others", () => {
    const { writer, reader } = pair(8 * 1024 * 1024);
    const long = writer.open(start);
    writer.responseBody(long, "first");
    for (let index = 0; index < 10_000; index += 1) writer.end(writer.open(start), "complete");
    writer.responseBody(long, " second");
    writer.end(long, "complete");
    const events = drain(reader);
    expect(events.at(-1)).toMatchObject({ type: "end", call: long, responseSize: 12 });
  });

  it("property: any calls come out as they went in, however the ring wraps and is drained", () => {
    const text = fc.oneof(fc.string({ unit: "binary", maxLength: 400 }), fc.string({ maxLength: 40 }));
    const chunk = fc.oneof(text, fc.uint8Array({ maxLength: 3000 }));
    const step = fc.record({
      head: text,
      up: fc.array(chunk, { maxLength: 3 }),
      down: fc.array(chunk, { maxLength: 3 }),
      fields: fc.array(fc.string({ maxLength: 40 }), { maxLength: 12 }),
      drainAfter: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 30_000 }), (steps, most) => {
        const { writer, reader } = pair(64 * 1024, { bodyLimit: 1_000_000 });
        const sent: object[] = [];
        const got: CallEvent[] = [];
        for (const { head, up, down, fields, drainAfter } of steps) {
          const call = writer.open(start);
          sent.push({ type: "open", call, start: { ...start, time: undefined, facts: undefined } });
          writer.requestHead(call, Buffer.from(head).toString("latin1"));
          sent.push({ type: "request-head", call, head: Buffer.from(head).toString("latin1") });
          for (const [type, chunks] of [
            ["request-body", up],
            ["response-body", down],
          ] as const) {
            for (const each of chunks) {
              if (type === "request-body") writer.requestBody(call, each);
              else writer.responseBody(call, each);
              const bytes = Buffer.from(each as string);
              if (bytes.byteLength > 0) sent.push({ type, call, chunk: bytes, size: bytes.byteLength });
            }
          }
          const even = fields.slice(0, fields.length & ~1).map((field) => Buffer.from(field).toString("latin1"));
          writer.response(call, 404, "Not Found", even);
          const headers = Array.from({ length: even.length / 2 }, (_, index) => [even[2 * index], even[2 * index + 1]]);
          sent.push({ type: "response", call, status: 404, statusText: "Not Found", headers });
          writer.end(call, "complete");
          sent.push({ type: "end", call });
          if (drainAfter || sent.length % 5 === 0)
            while (drain(reader, most).every((event) => got.push(event)) && reader.position !== reader.written);
        }
        while (reader.position !== reader.written) got.push(...drain(reader, most));
        if (reader.counters().droppedBodies > 0) return;
        expect(got.map(timeless)).toMatchObject(sent);
        expect(got).toHaveLength(sent.length);
      }),
      { numRuns: 150 },
    );
  });
});
