import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readConfig } from "../../src/config.ts";
import { Status } from "../../src/deliver/status.ts";
import { DeliveryThread } from "../../src/deliver/thread.ts";
import { createRing, RingWriter } from "../../src/ring/index.ts";
import { OtlpSink } from "./otlp-sink.ts";
import { recorded, run, start } from "./program.ts";
import { textOf } from "./running.ts";

let api: Server;
let origin = "";
beforeAll(async () => {
  api = createServer((_, response) => response.end("hello"));
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
});
afterAll(() => {
  api.closeAllConnections();
  api.close();
});

const paths = (sink: OtlpSink): string[] => sink.calls.map(({ url }) => new URL(url).pathname).sort();
const program = (mode: string, sink: OtlpSink, env: Record<string, string> = {}): Parameters<typeof run> => [
  "many-ways.mjs",
  { env: { MODE: mode, ORIGIN: origin, INPOOLING_ENDPOINT: sink.url, ...env } },
];

test("manual logging alone hooks nothing; flush delivers", async () => {
  await using sink = await OtlpSink.start();
  const ended = await run(...program("manual", sink));
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(ended.stdout)).toMatchObject({ logged: true, stats: { calls: 1, delivered: 1, lostCalls: 0, openCalls: 0 } });
  expect(sink.calls).toMatchObject([{ source: "manual", method: "POST", url: "https://api.example.com/v1/a", status: 201 }]);
  expect(textOf(sink.calls[0]?.request.body)).toBe('{"question":1}');
  expect(textOf(sink.calls[0]?.response.body)).toBe("made");
});

test("logRequestPatch records until it is taken back", async () => {
  await using sink = await OtlpSink.start();
  expect(await run(...program("patch", sink))).toMatchObject({ code: 0, stdout: "1\n", stderr: "" });
  expect(paths(sink)).toEqual(["/hooked"]);
});

test("after shutdown nothing is recorded and the process ends", async () => {
  await using sink = await OtlpSink.start();
  expect(await run(...program("shutdown", sink))).toMatchObject({ code: 0, stdout: "false\n", stderr: "" });
  expect(paths(sink)).toEqual(["/before"]);
});

test("the application's threads are recorded, ours is not", async () => {
  await using sink = await OtlpSink.start();
  const [name, options] = program("threads", sink);
  expect(await run(name, { ...options, flags: recorded })).toMatchObject({ code: 0, stdout: '"done"\n', stderr: "" });
  expect(paths(sink)).toEqual(["/main", "/thread"]);
});

test.each([
  ["NODE_OPTIONS=--require", { NODE_OPTIONS: "--require inpooling/register" }, []],
  ["NODE_OPTIONS=--import", { NODE_OPTIONS: "--import inpooling/register" }, []],
  ["--import", {}, ["--import", "inpooling/register"]],
  ["twice", { NODE_OPTIONS: "--require inpooling/register" }, ["--import", "inpooling/register"]],
])("%s: every call once, none of our own", { retry: 2 }, async (_, env, flags) => {
  await using sink = await OtlpSink.start();
  const [name, options] = program("burst", sink, env as Record<string, string>);
  expect(await run(name, { ...options, flags })).toMatchObject({ code: 0, stderr: "" });
  expect([sink.calls.length, new Set(paths(sink)).size]).toEqual([100, 100]);
});

test("a process that lives on delivers meanwhile", async () => {
  await using sink = await OtlpSink.start();
  const [name, options] = program("idle", sink);
  const { child, ended } = start(name, { ...options, flags: recorded });
  await sink.until(({ calls }) => calls.length === 1);
  child.stdin?.write("end\n");
  expect(await ended).toMatchObject({ code: 0, stderr: "" });
});

test("INPOOLING_DELIVERY=inline delivers without a worker before the process ends, and not its own requests", async () => {
  await using sink = await OtlpSink.start();
  const env = { ORIGIN: origin, INPOOLING_ENDPOINT: sink.url, INPOOLING_DELIVERY: "inline" };
  expect(await run("one-call.mjs", { env, flags: recorded })).toMatchObject({ code: 0, stdout: "hello", stderr: "" });
  expect(paths(sink)).toEqual(["/v1/things"]);
});

test("OTEL_SDK_DISABLED=true hooks nothing", async () => {
  await using sink = await OtlpSink.start();
  const env = { ORIGIN: origin, INPOOLING_ENDPOINT: sink.url, OTEL_SDK_DISABLED: "true" };
  expect(await run("one-call.mjs", { env, flags: recorded })).toMatchObject({ code: 0, stdout: "hello", stderr: "" });
  expect(sink.received).toEqual([]);
});

test("INPOOLING_IGNORE_HOSTS leaves hosts out", async () => {
  await using sink = await OtlpSink.start();
  const env = { ORIGIN: origin, INPOOLING_ENDPOINT: sink.url, INPOOLING_IGNORE_HOSTS: `example.com,${new URL(origin).host}` };
  await run("one-call.mjs", { env, flags: recorded });
  expect(sink.calls).toEqual([]);
});

test("our signal handler steps aside for the application's and comes back", async () => {
  await using sink = await OtlpSink.start();
  const [name, options] = program("listener-counts", sink);
  expect((await run(name, { ...options, flags: recorded })).stdout).toBe("[1,1,true,1]\n");
});

test("a collector that hangs costs the end of the process at most half a second", async () => {
  await using sink = await OtlpSink.start();
  sink.answer = () => true;
  const env = { ORIGIN: origin, INPOOLING_ENDPOINT: sink.url };
  const bare = performance.now();
  await run("one-call.mjs", { env });
  const withUs = performance.now();
  expect(await run("one-call.mjs", { env, flags: recorded })).toMatchObject({ code: 0, stdout: "hello" });
  // Generous: the machine may be busy with both processes' starts.
  expect(performance.now() - withUs - (withUs - bare)).toBeLessThan(2_000);
});

describe("in this process", () => {
  function thread(env: Readonly<Record<string, string>>): {
    readonly delivery: DeliveryThread;
    readonly sink: RingWriter;
    readonly status: Status;
  } {
    const ring = createRing(256 * 1024);
    const status = new Status();
    const delivery = new DeliveryThread(readConfig({}, { OTEL_LOG_LEVEL: "none", ...env }), ring, status, "0.1.0");
    return { delivery, status, sink: new RingWriter(ring, { onFirstCall: () => delivery.start() }) };
  }

  function record(sink: RingWriter, path: string): void {
    const call = sink.open({
      source: "manual",
      client: "",
      method: "GET",
      url: `https://a.example/${path}`,
      headers: [],
      traceId: "",
      spanId: "",
      parentSpanId: "",
      sampled: false,
    });
    sink.end(call, "complete");
  }

  test("a thread that dies is replaced; what it held is counted", async () => {
    await using collector = await OtlpSink.start();
    const { delivery, sink, status } = thread({ INPOOLING_ENDPOINT: collector.url });
    const post = vi.spyOn(Worker.prototype, "postMessage");
    record(sink, "first");
    await delivery.flush();
    const worker = post.mock.contexts[0] as Worker;
    // An open call dies with the thread.
    sink.open({
      source: "patch",
      client: "",
      method: "GET",
      url: "https://a.example/open",
      headers: [],
      traceId: "",
      spanId: "",
      parentSpanId: "",
      sampled: false,
    });
    await vi.waitUntil(() => status.stats().calls === 2);
    await worker.terminate();
    record(sink, "second");
    await vi.waitUntil(async () => {
      await delivery.flush();
      return collector.losses.length > 0 && collector.calls.length === 2;
    });
    expect(paths(collector)).toEqual(["/first", "/second"]);
    expect(collector.losses).toMatchObject([{ reason: "worker-crash", what: "call", count: 1 }]);
    expect(status.stats()).toMatchObject({ calls: 3, delivered: 2, lostCalls: 1 });
    await delivery.stop();
  });

  test("a thread that keeps dying is given up, and nobody waits for it", async () => {
    await using collector = await OtlpSink.start();
    const { delivery, sink } = thread({ INPOOLING_ENDPOINT: collector.url });
    const post = vi.spyOn(Worker.prototype, "postMessage");
    for (let death = 0; death < 6; death++) {
      record(sink, `${death}`);
      await delivery.flush();
      await (post.mock.contexts.at(-1) as Worker).terminate();
    }
    record(sink, "last");
    await delivery.flush();
    delivery.flushAtExit(60_000);
    await delivery.stop();
    expect(collector.calls.length).toBeLessThan(7);
  });
});
