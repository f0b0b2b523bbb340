// One client process under one tool: warms up, then makes calls for SECONDS, and prints its own figures as JSON.
// CLIENT=http|fetch, CONNECTIONS=n (saturation) or RATE=calls per second.
import http from "node:http"; // the default import: what instrumentation-http can patch
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";

const { ORIGIN, CLIENT = "http", CONNECTIONS = "32", RATE, SECONDS = "4", WARM_UP = "1.5" } = process.env;
const target = new URL("/v1/items?page=2", ORIGIN);
const body = JSON.stringify({ order: 1, note: "x".repeat(2_020) });
const headers = {
  "content-type": "application/json",
  "content-length": Buffer.byteLength(body),
  authorization: "Bearer abc",
  accept: "application/json",
  "user-agent": "load/1.0",
};
const agent = new http.Agent({ keepAlive: true, maxSockets: Number(CONNECTIONS) });

const byHttp = () =>
  new Promise((resolve, reject) => {
    const sent = http.request(
      { host: target.hostname, port: target.port, path: target.pathname + target.search, method: "POST", headers, agent },
      (answer) => {
        answer.on("data", () => {});
        answer.on("end", resolve);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
const byFetch = async () => {
  const answer = await fetch(target, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer abc" },
    body,
  });
  await answer.arrayBuffer();
};
const call = CLIENT === "fetch" ? byFetch : byHttp;

async function saturate(seconds, latencies) {
  const until = performance.now() + seconds * 1_000;
  const loop = async () => {
    while (performance.now() < until) {
      const start = performance.now();
      await call();
      latencies.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: Number(CONNECTIONS) }, loop));
}

async function paced(seconds, latencies) {
  const begin = performance.now();
  const total = Math.floor(seconds * Number(RATE));
  const running = new Set();
  for (let made = 0; made < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - begin) / 1_000) * Number(RATE)));
    for (; made < due; made++) {
      const start = performance.now();
      const one = call().then(() => latencies.push(performance.now() - start));
      running.add(one);
      void one.finally(() => running.delete(one));
    }
    await delay(1);
  }
  await Promise.all(running);
}

const run = RATE === undefined ? saturate : paced;
await run(Number(WARM_UP), []);
const loopDelay = monitorEventLoopDelay({ resolution: 1 });
loopDelay.enable();
const latencies = [];
const before = { main: process.threadCpuUsage(), all: process.cpuUsage(), time: performance.now() };
await run(Number(SECONDS), latencies);
const main = process.threadCpuUsage(before.main);
const all = process.cpuUsage(before.all);
const seconds = (performance.now() - before.time) / 1_000;
latencies.sort((a, b) => a - b);
const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
const stats = globalThis[Symbol.for("inpooling.agent.1")]?.stats();
process.stdout.write(
  JSON.stringify({
    lostCalls: stats === undefined ? 0 : stats.lostCalls / Math.max(1, stats.calls + stats.lostCalls),
    calls: latencies.length,
    perSecond: latencies.length / seconds,
    mainUs: (main.user + main.system) / latencies.length,
    allUs: (all.user + all.system) / latencies.length,
    p50: at(0.5),
    p99: at(0.99),
    loopP99: loopDelay.percentile(99) / 1e6,
    loopMax: loopDelay.max / 1e6,
    rssMb: process.memoryUsage.rss() / 2 ** 20,
  }),
);
process.exit(0);
