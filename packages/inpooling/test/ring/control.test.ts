import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import type { CallStart } from "#record";
import { createRing, reached, RingControl, RingReader, RingWriter } from "../../src/ring/index.ts";

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

describe("RingControl", () => {
  it("compares positions across their overflow", () => {
    expect(reached(5, 5)).toBe(true);
    expect(reached(4, 5)).toBe(false);
    expect(reached(-2_147_483_648, 2_147_483_647)).toBe(true);
    expect(reached(2_147_483_647, -2_147_483_648)).toBe(false);
  });

  it("blocks the writer until the worker has delivered what was written", async () => {
    const ring = createRing(64 * 1024);
    const worker = new Worker(
      `import { parentPort, workerData } from "node:worker_threads";
       import { RingReader } from ${JSON.stringify(new URL("../../src/ring/index.ts", import.meta.url).href)};
       const reader = new RingReader(workerData);
       const alive = setInterval(() => {}, 1000);
       parentPort.postMessage("ready");
       while (reader.control.flushRequests === 0) await reader.waitForData(5000);
       let calls = 0;
       reader.drain((event) => { if (event.type === "end") calls += 1; });
       reader.control.acknowledge(reader.position);
       parentPort.postMessage(calls);
       clearInterval(alive);`,
      { eval: true, workerData: ring, execArgv: [] },
    );
    await once(worker, "message");
    const writer = new RingWriter(ring);
    for (let index = 0; index < 20; index += 1) writer.end(writer.open(start), "complete");
    const control = new RingControl(ring);
    control.requestFlush();
    const delivered = once(worker, "message");
    expect(control.waitUntilFlushed(10_000)).toBe(true);
    expect(await delivered).toEqual([20]);
    expect(reached(control.acked, control.written)).toBe(true);
  });

  it("gives up at the limit, and at once when no worker is there", () => {
    const ring = createRing(64 * 1024);
    const writer = new RingWriter(ring);
    const control = new RingControl(ring);
    expect(control.waitUntilFlushed(0)).toBe(true);
    writer.open(start);
    expect(control.waitUntilFlushed(20)).toBe(false);
    control.markGone();
    expect(control.waitUntilFlushed(60_000)).toBe(false);
    control.markServed();
    control.acknowledge(control.written);
    expect(control.waitUntilFlushed(60_000)).toBe(true);
  });

  it("shows what was lost to whoever asks, on either side", () => {
    const ring = createRing(64 * 1024);
    new RingControl(ring).countHookError();
    expect(new RingReader(ring).counters()).toEqual({
      droppedCalls: 0,
      droppedBodies: 0,
      droppedBytes: 0,
      droppedFrames: 0,
      hookErrors: 1,
    });
  });
});
