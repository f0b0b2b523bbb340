// What the hooks and the ring cost the application's thread, per call.
//
//   node test/overhead/capture.ts [seconds] [client …]            blocks A B B A within one process
//   node test/overhead/capture.ts processes [rounds] [client …]   whole processes, bare and captured in turn
//
// The first form is precise to a few tenths of a microsecond, but its bare blocks still pass through idle hooks
// (taking prototype hooks in and out would throw away V8's optimised code and measure that). The second form has
// really bare processes, and more noise. Main-thread CPU time only (process.threadCpuUsage, Node >= 24); the ring
// is drained by a thread as in production.
//
// Both ways of calling are measured: one call at a time lets the processor sleep between any two steps, so that all
// code, ours and Node's, runs out of cold caches; with 16 in flight the thread is busy and warm, as at saturation.
// "ring us" is the part of it that the ring takes, timed in place (TimedSink); it, too, is noisy on a busy machine.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { Pool, request as undiciRequest } from "undici";
import type { EventSink } from "../../packages/record/src/index.ts";
import { installCapture } from "../../packages/inpooling/src/capture/index.ts";
import { registry } from "../../packages/inpooling/src/capture/registry.ts";
import { createRing, RingControl, RingWriter } from "../../packages/inpooling/src/ring/index.ts";
import { TimedSink } from "./timed-sink.ts";

const CALLS_PER_BLOCK = 80;
const IN_FLIGHT = [1, 16];
const TIMED_BLOCKS = 40;
const body = JSON.stringify({ prompt: "x".repeat(2048 - 13) });
const headers = { "content-type": "application/json", authorization: "Bearer sk-test-000000000000", "user-agent": "bench/1" };

async function serve(): Promise<{ child: ChildProcess; origin: string }> {
  const program = fileURLToPath(new URL("programs/server.mjs", import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
  const [origin] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { child, origin };
}

/** Reads the ring like the delivery worker does, and throws everything away. */
const drainer = `
import { workerData, parentPort } from "node:worker_threads";
import { RingReader } from ${JSON.stringify(new URL("../../packages/inpooling/src/ring/index.ts", import.meta.url).href)};
const reader = new RingReader(workerData);
setInterval(() => {}, 1000);
parentPort.postMessage("ready");
for (;;) { reader.drain(() => {}); await reader.waitForData(1000); }
`;

function clientsOf(origin: string, inFlight = 1): Record<string, () => Promise<void>> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const dispatcher = new Pool(origin, { connections: inFlight, pipelining: 1 });
  return {
    "node:http": () =>
      new Promise((resolve, reject) => {
        const request = httpRequest(`${origin}/v1/charges`, { method: "POST", agent, headers }, (response) => {
          response.on("data", () => {});
          response.once("end", resolve);
        });
        request.once("error", reject).end(body);
      }),
    "undici.request": async () => {
      const response = await undiciRequest(`${origin}/v1/charges`, { method: "POST", body, headers, dispatcher });
      await response.body.text();
    },
    fetch: async () => {
      const response = await fetch(`${origin}/v1/charges`, { method: "POST", body, headers });
      await response.text();
    },
  };
}

async function block(call: () => Promise<void>, inFlight = 1): Promise<number> {
  const from = process.threadCpuUsage();
  for (let index = 0; index < CALLS_PER_BLOCK; index += inFlight) await Promise.all(Array.from({ length: inFlight }, call));
  const { user, system } = process.threadCpuUsage(from);
  return (user + system) / CALLS_PER_BLOCK;
}

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
const median = (values: readonly number[]): number => sorted(values)[values.length >> 1] ?? Number.NaN;
/** Mean of the middle half: less noise than the median, deaf to outliers. */
function middle(values: readonly number[]): number {
  const inner = sorted(values).slice(values.length >> 2, values.length - (values.length >> 2));
  return inner.reduce((sum, value) => sum + value, 0) / inner.length;
}

type Row = Record<string, string | number>;

/** Hooks in place; `on` and `off` say whether they record. */
interface Switch {
  on(sink?: EventSink): void;
  off(): void;
}

async function compareBlocks(once: () => Promise<void>, inFlight: number, capture: Switch, seconds: number): Promise<Row> {
  const run = (): Promise<number> => block(once, inFlight);
  const bare: number[] = [];
  const added: number[] = [];
  const control: number[] = [];
  const captured = async (): Promise<number> => {
    capture.on();
    const cost = await run();
    capture.off();
    return cost;
  };
  for (let warm = 0; warm < 40; warm += 1) await (warm % 2 === 0 ? run() : captured());
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    const [a, b, c, d] = [await run(), await captured(), await captured(), await run()];
    bare.push(a, d);
    added.push((b + c - a - d) / 2);
    const [e, f, g, h] = [await run(), await run(), await run(), await run()];
    control.push((f + g - e - h) / 2);
  }
  return { pairs: added.length, "bare us": us(median(bare)), "capture adds us": us(middle(added)), "control us": us(middle(control)) };
}

const us = (value: number): string => value.toFixed(2);

/** What the ring takes of a call, timed in place. */
async function timed(call: () => Promise<void>, inFlight: number, capture: Switch, ring: EventSink): Promise<number> {
  const sink = new TimedSink(ring);
  capture.on(sink);
  for (let index = 0; index < TIMED_BLOCKS; index += 1) await block(call, inFlight);
  capture.off();
  return sink.perCall();
}

async function withRing<T>(use: (capture: Switch, ring: SharedArrayBuffer, writer: RingWriter) => Promise<T>): Promise<T> {
  const ring = createRing();
  const worker = new Worker(drainer, { eval: true, workerData: ring });
  await once(worker, "message");
  const errors: unknown[] = [];
  const writer = new RingWriter(ring);
  installCapture(writer, { ignoreHosts: [], onHookError: (_where, error) => errors.push(error) });
  const { owners } = registry();
  const [owner] = owners.splice(0);
  const on = (sink: EventSink = writer): void => {
    if (owner) owners.push({ ...owner, sink });
  };
  const result = await use({ on, off: () => void (owners.length = 0) }, ring, writer);
  await worker.terminate();
  if (errors.length > 0) throw new AggregateError(errors, "hooks failed");
  return result;
}

async function blocks(seconds: number, wanted: readonly string[]): Promise<void> {
  const server = await serve();
  const rows: Row[] = [];
  const lost = await withRing(async (capture, ring, writer) => {
    for (const inFlight of IN_FLIGHT) {
      for (const [client, call] of Object.entries(clientsOf(server.origin, inFlight))) {
        if (wanted.length > 0 && !wanted.includes(client)) continue;
        const row = await compareBlocks(call, inFlight, capture, seconds);
        rows.push({ client, "in flight": inFlight, ...row, "ring us": us(await timed(call, inFlight, capture, writer)) });
      }
    }
    return new RingControl(ring).counters();
  });
  server.child.stdin?.end();
  console.log("Main-thread CPU per call added by recording (2 KiB up, 4 KiB down); control: the same without capture in B");
  console.table(rows);
  console.log("lost:", lost);
}

/** One process of the second form, saturated: prints the middle block's cost per call, and calls per second. */
async function one(origin: string, client: string, captured: boolean): Promise<void> {
  const inFlight = Math.max(...IN_FLIGHT);
  const call = clientsOf(origin, inFlight)[client];
  if (!call) throw new RangeError(`client "${client}" is unknown; one of ${Object.keys(clientsOf(origin)).join(", ")}`);
  const costs: number[] = [];
  let rate = 0;
  const run = async (): Promise<void> => {
    for (let warm = 0; warm < 30; warm += 1) await block(call, inFlight);
    const from = performance.now();
    const until = from + 1200;
    while (performance.now() < until) costs.push(await block(call, inFlight));
    rate = (costs.length * CALLS_PER_BLOCK * 1000) / (performance.now() - from);
  };
  await (captured
    ? withRing(async (capture) => {
        capture.on();
        await run();
      })
    : run());
  console.log(`${middle(costs)} ${rate}`);
  process.exit();
}

async function processes(rounds: number, wanted: readonly string[]): Promise<void> {
  const server = await serve();
  const rows: Row[] = [];
  const cost = async (client: string, captured: boolean): Promise<readonly [number, number]> => {
    const args = [fileURLToPath(import.meta.url), "one", server.origin, client, String(captured)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const [cpu = Number.NaN, rate = Number.NaN] = line.split(" ").map(Number);
    return [cpu, rate];
  };
  for (const client of Object.keys(clientsOf(server.origin))) {
    if (wanted.length > 0 && !wanted.includes(client)) continue;
    const bare: number[] = [];
    const added: number[] = [];
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const [a, b, c, d] = [await cost(client, false), await cost(client, true), await cost(client, true), await cost(client, false)];
      bare.push(a[0], d[0]);
      added.push((b[0] + c[0] - a[0] - d[0]) / 2);
      ratios.push((b[1] + c[1]) / (a[1] + d[1]));
    }
    rows.push({
      client,
      rounds,
      "bare us": us(median(bare)),
      "capture adds us": us(median(added)),
      from: us(Math.min(...added)),
      to: us(Math.max(...added)),
      "throughput of bare": us(median(ratios)),
    });
  }
  server.child.stdin?.end();
  console.log("Main-thread CPU per call, processes with capture against processes without, at saturation (2 KiB up, 4 KiB down)");
  console.table(rows);
}

const [first = "5", ...rest] = process.argv.slice(2);
if (first === "one") await one(rest[0] ?? "", rest[1] ?? "", rest[2] === "true");
else if (first === "processes") await processes(Number(rest[0] ?? 4), rest.slice(1));
else await blocks(Number(first), rest);
process.exit();
