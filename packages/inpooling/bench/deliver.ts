// What the worker thread costs: CPU per call from ring to acknowledged request, against a sink in another process.
// Run: node packages/inpooling/bench/deliver.ts [calls]
import { fork } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { readConfig } from "../src/config.ts";
import { readClock } from "../src/deliver/clock.ts";
import { Pipeline } from "../src/deliver/pipeline.ts";
import { Status } from "../src/deliver/status.ts";
import { createRing, RingWriter } from "../src/ring/index.ts";

/** The sink: says that it is a collector, takes everything, keeps nothing. */
function serve(): void {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(200, { "inpooling-collector": "0.1.0" }).end());
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
  process.on("disconnect", () => process.exit());
}

const json = (bytes: number, seed: number): string => {
  let text = '{"object":"list","data":[';
  for (let index = 0; text.length < bytes - 80; index++) {
    text += `${index === 0 ? "" : ","}{"id":"ch_${(seed * 7919 + index * 104_729).toString(36)}","amount":${(seed * 31 + index * 17) % 100_000},"paid":true}`;
  }
  return `${text}]}`;
};
const requestHeaders = [
  "host",
  "accept",
  "user-agent",
  "content-type",
  "content-length",
  "accept-language",
  "sec-fetch-mode",
  "accept-encoding",
].map((name, index) => [name, `value-${index} application/json`] as const);
const responseHeaders = [
  "date",
  "content-type",
  "connection",
  "server",
  "request-id",
  "x-ratelimit",
  "cache-control",
  "vary",
  "etag",
  "strict-transport-security",
  "x-frame",
  "via",
].flatMap((name, index) => [name, name === "content-type" ? "application/json" : `value-${index} of some length`]);

function write(sink: RingWriter, index: number, request: string, response: string): void {
  const call = sink.open({
    source: "patch",
    client: "fetch",
    method: "POST",
    url: `https://api.example.com/v1/charges/${index}?page=2`,
    headers: requestHeaders,
    traceId: "",
    spanId: "",
    parentSpanId: "",
    sampled: false,
  });
  sink.requestBody(call, request);
  sink.requestEnd(call);
  sink.response(call, 200, "OK", responseHeaders);
  sink.responseBody(call, response);
  sink.end(call, "complete");
}

async function measure(port: number, calls: number): Promise<void> {
  const ring = createRing(8 * 1024 ** 2);
  const status = new Status();
  const config = readConfig({}, { INPOOLING_ENDPOINT: `http://127.0.0.1:${port}`, INPOOLING_MEMORY_LIMIT: "256MiB" });
  const pipeline = new Pipeline({
    config,
    ring,
    status: status.buffer,
    clock: readClock(),
    facts: { pid: process.pid, main: "", cwd: "", resource: {} },
    version: "0.1.0",
    crashedCalls: 0,
  });
  const sink = new RingWriter(ring, { bodyLimit: config.bodyLimit });
  const done = pipeline.run();
  const bodies = Array.from({ length: 64 }, (_, seed) => [json(2048, seed), json(4096, seed + 64)] as const);
  const round = async (count: number): Promise<number> => {
    let writing = 0;
    const before = process.cpuUsage();
    for (let index = 0; index < count; index++) {
      const [request = "", response = ""] = bodies[index % bodies.length] ?? [];
      const from = performance.now();
      write(sink, index, request, response);
      writing += performance.now() - from;
      if (index % 100 === 99) await pipeline.flush();
    }
    await pipeline.flush();
    const { user, system } = process.cpuUsage(before);
    return (user + system - writing * 1000) / count;
  };
  await round(Math.min(calls, 3000));
  const perCall = await round(calls);
  const { delivered, lostCalls } = status.stats();
  process.stdout.write(
    `worker CPU per call (2 KiB up, 4 KiB down, 20 header fields): ${perCall.toFixed(1)} us; ${delivered} delivered, ${lostCalls} lost\n`,
  );
  await pipeline.stop();
  await done;
}

if (process.send !== undefined && process.argv[2] === "sink") serve();
else {
  const child = fork(fileURLToPath(import.meta.url), ["sink"]);
  child.once("message", (port: number) => {
    void measure(port, Number(process.argv[2] ?? 20_000)).finally(() => child.disconnect());
  });
}
