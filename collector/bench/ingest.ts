// What the collector takes in: a real `inpooling up`, loaded by another process over loopback with pre-encoded
// batches (512 calls, 2 KiB up, 4 KiB down). Needs a build. One run of each coding:
//   node --conditions=inpooling-source collector/bench/ingest.ts [--calls 40000] [--coding zstd,gzip,none] [--connections 4]
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { sampleRequest } from "./payload.ts";

const BATCH = 512;
const WARM_UP = 10 * BATCH;
const PATIENCE_MS = 60_000;
const TICKS_PER_SECOND = 100;

type Coding = "zstd" | "gzip" | "none";

interface Load {
  readonly url: string;
  readonly calls: number;
  readonly coding: Coding;
  readonly connections: number;
  readonly firstId: number;
}

interface LoadResult {
  readonly seconds: number;
  readonly wireBytes: number;
  readonly latencies: readonly number[];
  readonly refused: number;
}

function pack(body: Uint8Array, coding: Coding): Uint8Array {
  if (coding === "zstd") return zstdCompressSync(body, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  return coding === "gzip" ? gzipSync(body) : body;
}

function postBatch(load: Load, agent: Agent, body: Uint8Array): Promise<number> {
  const coding: Record<string, string> = load.coding === "none" ? {} : { "content-encoding": load.coding };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${load.url}/v1/traces`,
      { method: "POST", agent, headers: { "content-type": "application/x-protobuf", ...coding } },
      (response) => {
        response.resume().on("end", () => resolve(response.statusCode ?? 0));
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** The loading process: encodes everything first, then posts as fast as the collector answers; 503 is sent again. */
async function runLoad(load: Load): Promise<LoadResult> {
  const batches = Array.from({ length: Math.ceil(load.calls / BATCH) }, (_, number) =>
    pack(sampleRequest(load.firstId + number * BATCH, BATCH), load.coding),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  const latencies: number[] = [];
  let refused = 0;
  const start = performance.now();
  const sender = async (): Promise<void> => {
    for (let body = batches.pop(); body !== undefined; body = batches.pop()) {
      const sent = performance.now();
      const status = await postBatch(load, agent, body);
      if (status === 200) latencies.push(performance.now() - sent);
      else if (status === 503) {
        refused++;
        batches.push(body);
        await new Promise((resolve) => setTimeout(resolve, 250));
      } else throw new Error(`the collector answered ${status}`);
    }
  };
  const wireBytes = batches.reduce((sum, { length }) => sum + length, 0);
  await Promise.all(Array.from({ length: load.connections }, sender));
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  return { seconds, wireBytes, latencies, refused };
}

/** CPU seconds and peak resident MiB of a process, from /proc (Linux). */
function usage(pid: number): { cpu: number; rss: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return { cpu: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND, rss: Number(peak ?? 0) / 1024 };
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
}

async function startUp(data: string): Promise<{ process: ChildProcess; otlp: string; page: string }> {
  const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
  const child = spawn(process.execPath, [main, "up", "--data", data, "--otlp-port", "0", "--page-port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [, page, otlp] = /^inpooling ready page=(\S+) otlp=(\S+)/.exec(line) ?? [];
    if (page !== undefined && otlp !== undefined) return { process: child, otlp, page };
  }
  throw new Error("inpooling up ended before it was ready");
}

async function stored(page: string): Promise<number> {
  const answer = await fetch(`${page}/api/status`);
  return answer.ok ? ((await answer.json()) as { calls: number }).calls : -1;
}

async function untilStored(page: string, calls: number): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  let seen = -1;
  while (performance.now() < end) {
    seen = await stored(page).catch(() => -1);
    if (seen >= calls) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${calls} calls were sent, ${seen} can be searched after ${PATIENCE_MS / 1000} s`);
}

async function bench(coding: Coding, calls: number, connections: number): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), "inpooling-ingest-"));
  const up = await startUp(data);
  const collector = up.process.pid ?? 0;
  const loader = fork(fileURLToPath(import.meta.url), ["--load"], { execArgv: process.execArgv });
  try {
    await untilStored(up.page, 0);
    const database = childrenOf(collector);
    const ask = async (load: Load): Promise<LoadResult> => {
      loader.send(load);
      return ((await once(loader, "message")) as [LoadResult])[0];
    };
    const load = { url: up.otlp, coding, connections };
    // Warm-up: the compiler has seen every path, the database has its first part.
    await ask({ ...load, calls: WARM_UP, firstId: 1e9 });
    const before = [collector, ...database].map((pid) => usage(pid).cpu);
    const began = performance.now();
    const total = Math.ceil(calls / BATCH) * BATCH;
    const result = await ask({ ...load, calls: total, firstId: 0 });
    const acked = [collector, ...database].map((pid, at) => usage(pid).cpu - (before[at] ?? 0));
    const encoding = (performance.now() - began) / 1000 - result.seconds;
    await untilStored(up.page, total + WARM_UP);
    const searchable = (performance.now() - began) / 1000 - encoding;
    const after = [collector, ...database].map((pid, at) => usage(pid).cpu - (before[at] ?? 0));
    const per100k = (cpu: number): string => ((cpu / total) * 1e5).toFixed(2);
    const sorted = result.latencies.toSorted((a, b) => a - b);
    console.log(
      [
        `coding=${coding}`,
        `calls=${total}`,
        `acked=${Math.round(total / result.seconds)}/s`,
        `searchable=${Math.round(total / searchable)}/s`,
        `ack p50=${sorted[Math.floor(sorted.length * 0.5)]?.toFixed(0)}ms p99=${sorted[Math.floor(sorted.length * 0.99)]?.toFixed(0)}ms`,
        `503=${result.refused}`,
        `wire=${Math.round(result.wireBytes / total)}B/call`,
        `cpu-s/100k until acked: collector=${per100k(acked[0] ?? 0)} database=${per100k(sum(acked.slice(1)))}`,
        `until searchable: collector=${per100k(after[0] ?? 0)} database=${per100k(sum(after.slice(1)))}`,
        `rss peak MiB: collector=${Math.round(usage(collector).rss)} database=${Math.round(sum(database.map((pid) => usage(pid).rss)))}`,
      ].join("  "),
    );
  } finally {
    loader.kill();
    up.process.kill("SIGTERM");
    await once(up.process, "exit");
    rmSync(data, { recursive: true, force: true });
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

if (process.argv.includes("--load")) {
  process.on("message", (load: Load) => void runLoad(load).then((result) => process.send?.(result)));
} else {
  const { values } = parseArgs({
    options: {
      calls: { type: "string", default: "40000" },
      coding: { type: "string", default: "zstd,gzip,none" },
      connections: { type: "string", default: "4" },
    },
  });
  for (const coding of values.coding.split(",")) await bench(coding as Coding, Number(values.calls), Number(values.connections));
}
