import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import type { CallStart } from "#record";
import { createRing, RingReader, RingWriter } from "../../src/ring/index.ts";

const CALLS = 8000;

const start: CallStart = {
  source: "patch",
  client: "undici",
  method: "GET",
  url: "http://127.0.0.1/",
  headers: [],
  traceId: "",
  spanId: "",
  parentSpanId: "",
  sampled: false,
};

/** Checks every call's content on the other thread, and reports what it saw when it meets the last one. */
const checker = `
import { parentPort, workerData } from "node:worker_threads";
import { RingReader } from ${JSON.stringify(new URL("../../src/ring/index.ts", import.meta.url).href)};
const reader = new RingReader(workerData.ring);
const seen = { ends: 0, bytes: 0, wrong: [] };
const alive = setInterval(() => {}, 1000);
const sums = new Map();
let last = false;
while (!last) {
  reader.drain((event) => {
    if (event.type === "open") { sums.set(event.call, 0); last = event.start.url.endsWith("/last"); }
    if (event.type === "response-body") {
      for (const byte of event.chunk) if (byte !== event.call % 251) seen.wrong.push([event.call, byte]);
      sums.set(event.call, sums.get(event.call) + event.chunk.byteLength);
    }
    if (event.type === "end") {
      seen.ends += 1;
      const sum = sums.get(event.call);
      if (sum !== event.responseSize && sum % 977 !== 0) seen.wrong.push([event.call, sum, event.responseSize]);
      seen.bytes += sum;
      sums.delete(event.call);
    }
  }, workerData.maxBytes);
  await reader.waitForData(1000);
}
clearInterval(alive);
parentPort.postMessage(seen);
`;

describe("RingReader", () => {
  it("keeps every call right while another thread writes as fast as it can", async () => {
    const ring = createRing(1024 * 1024);
    const worker = new Worker(checker, { eval: true, workerData: { ring, maxBytes: 10_000 }, execArgv: [] });
    await once(worker, "online");
    const writer = new RingWriter(ring);
    const done = once(worker, "message");
    const chunk = new Uint8Array(977);
    /** Opens a call, however long the reader needs to make room. */
    const open = async (url: string): Promise<number> => {
      for (;;) {
        const call = writer.open({ ...start, url });
        if (call !== 0) return call;
        refused += 1;
        await sleep(1);
      }
    };
    let refused = 0;
    for (let index = 0; index < CALLS; index += 1) {
      const call = await open(start.url);
      chunk.fill(call % 251);
      for (let piece = 0; piece < 1 + (index % 4); piece += 1) writer.responseBody(call, chunk);
      writer.end(call, "complete");
    }
    await open("http://127.0.0.1/last");
    const [seen] = (await done) as [{ ends: number; bytes: number; wrong: unknown[] }];
    expect(seen.wrong).toEqual([]);
    expect(seen.ends).toBe(CALLS);
    expect(refused).toBeGreaterThan(0);
    await worker.terminate();
  });

  it("wakes a sleeping reader with the first frame, and a flush request wakes it too", async () => {
    const ring = createRing(64 * 1024);
    const writer = new RingWriter(ring);
    const reader = new RingReader(ring);
    const alive = setInterval(() => {}, 1000);
    const waiting = reader.waitForData(30_000);
    writer.open(start);
    expect(await waiting).toBe(true);
    reader.drain(() => {});
    const flushed = reader.waitForData(30_000);
    reader.control.requestFlush();
    expect(await flushed).toBe(false);
    expect(await reader.waitForData(1)).toBe(false);
    // Asked for between two waits: the next one ends at once.
    reader.control.requestFlush();
    expect(await reader.waitForData(60_000)).toBe(false);
    clearInterval(alive);
  });

  it("passes a consumer's error on, and goes on behind the frame that caused it", () => {
    const ring = createRing(64 * 1024);
    const writer = new RingWriter(ring);
    const reader = new RingReader(ring);
    writer.open(start);
    writer.open(start);
    expect(() =>
      reader.drain(() => {
        throw new RangeError("consumer");
      }),
    ).toThrow("consumer");
    const calls: number[] = [];
    reader.drain((event) => calls.push(event.call));
    expect(calls).toEqual([2]);
  });

  it("uses the same few pages again and again while the reader keeps up", () => {
    const ring = createRing(4 * 1024 * 1024);
    const writer = new RingWriter(ring);
    const reader = new RingReader(ring);
    for (let index = 0; index < 2000; index += 1) {
      const call = writer.open(start);
      writer.responseBody(call, "x".repeat(5000));
      writer.end(call, "complete");
      reader.drain(() => {});
    }
    const touched = new Uint8Array(ring).findLastIndex((byte) => byte !== 0);
    expect(touched).toBeLessThan(600 * 1024);
  });

  it("refuses a buffer that is no ring", () => {
    expect(() => new RingReader(new SharedArrayBuffer(4096))).toThrow(
      /not a ring: a SharedArrayBuffer of 4096 bytes; make it with createRing/,
    );
  });
});
