// Query times and bytes on disk of the store: fills a folder with calls shaped like those of real APIs, then asks what
// the page asks. `node --conditions=inpooling-source collector/bench/query.ts [calls] [memory MiB]`
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assumeRedacted, callId } from "#record";
import type { RedactedCall } from "#record";
import { Driver } from "../src/store/driver.ts";
import { embeddedBackend } from "../src/store/embedded/launcher.ts";
import type { Filter } from "../src/store/filter.ts";
import { openStore } from "../src/store/open.ts";
import { RowWriter } from "../src/store/row/binary.ts";
import { writeCall } from "../src/store/row/write.ts";

const total = Math.min(Number(process.argv[2] ?? 200_000), 1_000_000);
const memoryLimit = Number(process.argv[3] ?? 1024) * 1024 * 1024;

/** Small and seeded, so that every run stores the same (mulberry32's recurrence). */
function generator(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = generator(3);
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() ** 2 * values.length)] as T;
const id = (length: number): string =>
  Array.from({ length }, () => "0123456789abcdefghijklmnopqrstuvwxyz"[Math.floor(random() * 36)]).join("");
const hex = (length: number): string => Array.from({ length }, () => "0123456789abcdef"[Math.floor(random() * 16)]).join("");
const words =
  "payment order customer invoice shipment refund address express standard pending captured currency amount receipt balance method network verified".split(
    " ",
  );
const sentence = (count: number): string => Array.from({ length: count }, () => pick(words)).join(" ");

const hosts = Array.from({ length: 40 }, (_, index) => `api.vendor${index}.example`);
const routes = Array.from({ length: 29 }, (_, index) => `/v1/${words[index % words.length]}s/{id}${index > 17 ? "/items" : ""}`);
const services = Array.from({ length: 12 }, (_, index) => `service-${index}`);
const start = BigInt(Date.UTC(2026, 10, 20)) * 1_000_000n;
/** Two days of traffic. */
const step = (2n * 86_400_000_000_000n) / BigInt(total);

function body(): Uint8Array {
  const items = Array.from({ length: 1 + Math.floor(random() * 6) }, () => ({
    id: `it_${id(14)}`,
    name: sentence(3),
    amount: Math.floor(random() * 90_000),
    currency: "eur",
    description: sentence(12),
    metadata: { order: id(10) },
  }));
  return new TextEncoder().encode(
    JSON.stringify({
      id: `ch_${id(24)}`,
      object: "list",
      created: 1_764_000_000,
      customer: `cus_${id(14)}`,
      data: items,
      note: sentence(10),
    }),
  );
}

function call(index: number): RedactedCall {
  const host = pick(hosts);
  const dice = random();
  const status = dice < 0.94 ? 200 : dice < 0.98 ? 404 : dice < 0.995 ? 503 : 0;
  const route = pick(routes);
  const request = body().subarray(0, 200 + Math.floor(random() * 300));
  const response = body();
  const service = pick(services);
  return assumeRedacted({
    traceId: hex(32),
    spanId: hex(16),
    parentSpanId: hex(16),
    traceState: "",
    sampled: true,
    startTime: start + step * BigInt(index),
    durationMs: 20 + random() ** 4 * 3_000,
    resource: {
      serviceName: service,
      serviceVersion: "1.4.2",
      environment: "production",
      attributes: { "service.name": service, "host.name": `node-${index % 7}` },
    },
    source: "patch",
    client: "fetch",
    vendor: host.split(".")[1] ?? "",
    operation: "",
    method: random() < 0.6 ? "GET" : "POST",
    url: `https://${host}${route.replace("{id}", id(18))}`,
    host,
    port: 443,
    route,
    status,
    statusText: status === 200 ? "OK" : "",
    outcome: status === 0 ? "error" : "complete",
    errorType: status === 200 ? "" : status === 0 ? "ECONNRESET" : String(status),
    errors: status === 0 ? [{ name: "Error", code: "ECONNRESET", message: "socket hang up" }] : [],
    attempt: 1,
    request: {
      headers: [
        ["host", host],
        ["content-type", "application/json"],
        ["accept", "*/*"],
        ["user-agent", "node"],
        ["authorization", "[redacted:header-name]"],
        ["x-request-id", id(20)],
        ["content-length", String(request.length)],
      ],
      body: request,
      bodySize: request.length,
      bodyTruncated: false,
      bodySha256: hex(64),
      chunks: [],
    },
    response: {
      headers: [
        ["content-type", "application/json; charset=utf-8"],
        ["date", "Tue, 24 Nov 2026 12:00:00 GMT"],
        ["server", "nginx"],
        ["x-request-id", id(20)],
        ["cache-control", "no-store"],
        ["vary", "accept-encoding"],
        ["x-ratelimit-remaining", String(index % 500)],
        ["strict-transport-security", "max-age=31556926"],
      ],
      body: response,
      bodySize: response.length,
      bodyTruncated: false,
      bodySha256: hex(64),
      chunks: [[12.5, response.length]],
    },
    timings: { firstByteMs: 18.5, lastByteMs: 21.25 },
    network: { protocol: "1.1", peerAddress: "203.0.113.7", peerPort: 443, localPort: 40_000 + (index % 9_000) },
    callSite: "src/orders.ts:88:14",
    tags: { order: id(10) },
    redacted: ["request.header.authorization:header-name"],
    dropped: [],
  });
}

/** What overviews will ask: the rollup, straight from the database, because no reader offers it yet. */
async function overviews(): Promise<void> {
  const backend = await embeddedBackend({ dataDir: folder, memoryLimit, retentionDays: 0 }).start();
  const driver = new Driver(backend.target);
  const queries: readonly [string, string][] = [
    [
      "top 20 routes by time (rollup)",
      "SELECT host, route, sum(calls), sum(total_ms) AS total FROM inpooling.calls_per_minute GROUP BY host, route ORDER BY total DESC LIMIT 20",
    ],
    [
      "top 20 routes by time (calls)",
      "SELECT host, route, count(), sum(duration_ms) AS total FROM inpooling.calls GROUP BY host, route ORDER BY total DESC LIMIT 20",
    ],
    [
      "quantiles per host, last hour (rollup)",
      "SELECT host, sum(errors), quantilesTDigestMerge(0.5, 0.9, 0.95, 0.99)(duration_ms) FROM inpooling.calls_per_minute WHERE minute >= (SELECT max(minute) FROM inpooling.calls_per_minute) - 3600 GROUP BY host",
    ],
  ];
  for (const [name, query] of queries) await time(name, async () => (await driver.rows(query)).data.length);
  await driver.close();
  await backend.stop();
}

/** Asks six times: the first, and the median of the others. */
async function time(name: string, ask: () => Promise<number>): Promise<void> {
  const times: number[] = [];
  let answers = 0;
  for (let round = 0; round < 6; round++) {
    const before = performance.now();
    answers = await ask();
    times.push(performance.now() - before);
  }
  const warm = times.slice(1).toSorted((a, b) => a - b);
  print(
    `${name.padEnd(38)}first ${(times[0] ?? 0).toFixed(0).padStart(5)} ms   then ${(warm[2] ?? 0).toFixed(0).padStart(5)} ms   ${answers} found`,
  );
}

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), "inpooling-bench-"));
const store = await openStore({ dataDir: folder, memoryLimit, onWarning: print });
try {
  await store.whenReady;

  const sample = Array.from({ length: 2_000 }, (_, index) => call(index));
  const writer = new RowWriter(16 * 1024 * 1024);
  const encode = (): number => {
    const began = performance.now();
    writer.truncate(0);
    for (const one of sample) writeCall(writer, one);
    return ((performance.now() - began) * 1000) / sample.length;
  };
  for (let warm = 0; warm < 5; warm++) encode();
  const costs = Array.from({ length: 15 }, encode).toSorted((a, b) => a - b);
  print(`row encoding          ${costs[7]?.toFixed(2)} us per call of ${Math.round(writer.length / sample.length)} bytes`);

  const kept: RedactedCall[] = [];
  let bytes = 0;
  let accepting = 0;
  const began = performance.now();
  const cpu = process.cpuUsage();
  for (let at = 0; at < total; at += 500) {
    const calls = Array.from({ length: Math.min(500, total - at) }, (_, index) => call(at + index));
    kept.push(...calls.slice(0, 1));
    for (const one of calls) bytes += one.request.body.length + one.response.body.length;
    const before = performance.now();
    await store.sink.accept({ calls, losses: [] });
    accepting += performance.now() - before;
  }
  await store.flush();
  const used = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  print(
    `filled                ${total} calls, ${(bytes / 1e6).toFixed(0)} MB of bodies, in ${seconds.toFixed(1)} s (making them included; ${((used.user + used.system) / 1e6).toFixed(1)} CPU-s here), accept ${((accepting * 1000) / total).toFixed(1)} us per call`,
  );

  const target = kept.at(-20) as RedactedCall;
  const order = target.tags["order"] ?? "";
  const range = {};
  const search = async (where: Filter, limit = 100): Promise<number> =>
    (await store.reader.search({ where, range }, { limit })).calls.length;
  const questions: readonly [string, () => Promise<number>][] = [
    ["by id", async () => ((await store.reader.get(callId(target))) === undefined ? 0 : 1)],
    ["newest 100, no filter", async () => await search({ kind: "all" })],
    [
      "newest 100 of a host, status >= 500",
      async () =>
        await search({
          kind: "and",
          terms: [
            { kind: "text", field: "host", match: { op: "equals", value: hosts[3] ?? "" } },
            { kind: "number", field: "status", match: { op: ">=", value: 500 } },
          ],
        }),
    ],
    [
      "newest 100 of a rare host",
      async () => await search({ kind: "text", field: "host", match: { op: "equals", value: hosts[39] ?? "" } }),
    ],
    ["newest 100 of a route", async () => await search({ kind: "text", field: "route", match: { op: "equals", value: routes[5] ?? "" } })],
    [
      "errors, slower than 2 s",
      async () =>
        await search({
          kind: "and",
          terms: [
            { kind: "exists", field: "error" },
            { kind: "number", field: "duration", match: { op: ">", value: 2_000 } },
          ],
        }),
    ],
    ["trace id", async () => await search({ kind: "text", field: "trace", match: { op: "equals", value: target.traceId } })],
    ["tag.order", async () => await search({ kind: "keyed", field: "tag", key: "order", match: { op: "equals", value: order } })],
    ["substring that is nowhere", async () => await search({ kind: "text", field: "body", match: { op: "contains", value: "zzqxjk" } })],
    [
      "quoted word in bodies (index)",
      async () => await search({ kind: "text", field: "body", match: { op: "contains", value: `"zz${order}"` } }),
    ],
    [
      "JSON path, value nowhere (index)",
      async () =>
        await search({
          kind: "json",
          side: "response",
          path: ["data", "0", "metadata", "order"],
          match: { op: "equals", value: `zz${order}` },
        }),
    ],
    [
      "JSON path, common",
      async () => await search({ kind: "json", side: "response", path: ["data", "0", "currency"], match: { op: "equals", value: "eur" } }),
    ],
    ["statistics", async () => (await store.reader.stats()).calls],
  ];
  for (const [name, ask] of questions) await time(name, ask);
  const stats = await store.reader.stats();
  print(`on disk               ${(stats.bytesOnDisk / 1e6).toFixed(0)} MB, ${Math.round(stats.bytesOnDisk / total)} bytes per call`);
  await store.close();
  await overviews();
} finally {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}
