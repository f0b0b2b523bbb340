// How fast request bodies become calls, one thread, no network: node --conditions=inpooling-source collector/bench/decode.ts
import { assumeRedacted, callFromSpan } from "#record";
import { SpanTally } from "../src/receiver/decoded-spans.ts";
import { jsonDepth } from "../src/receiver/intake.ts";
import { DEFAULT_LIMITS } from "../src/receiver/limits.ts";
import { Meter } from "../src/receiver/meter.ts";
import { decodeTracesJson } from "../src/receiver/otlp-json.ts";
import { decodeTraces } from "../src/receiver/otlp-protobuf.ts";
import { sampleRequest } from "./payload.ts";
import { traceRequest as plainRequest, span, traceRequestJson } from "../test/receiver/samples.ts";

const SECONDS = 2;

function measure(name: string, body: Buffer, work: (body: Buffer) => number): void {
  for (let turn = 0; turn < 20; turn++) work(body);
  const start = process.cpuUsage();
  const until = performance.now() + SECONDS * 1_000;
  let spans = 0;
  let bytes = 0;
  while (performance.now() < until) {
    spans += work(body);
    bytes += body.length;
  }
  const { user, system } = process.cpuUsage(start);
  const cpu = (user + system) / 1e6;
  const row = [
    name.padEnd(34),
    `${Math.round(body.length / (spans / (bytes / body.length)))} B/span`,
    `${Math.round(spans / cpu / 1000)} k spans/s`,
    `${Math.round(bytes / cpu / 1e6)} MB/s`,
    `${((cpu / spans) * 1e6).toFixed(2)} us/span`,
  ];
  console.log(row.join("  "));
}

const own = Buffer.from(sampleRequest(0, 512));
const foreign = plainRequest(
  Array.from({ length: 512 }, (_, number) =>
    span(number, {
      attributes: {
        ...Object.fromEntries(Array.from({ length: 14 }, (_, key) => [`http.request.header.x-${key}`, [`value ${number}`]])),
        "http.request.method": "POST",
        "url.full": "https://api.stripe.com/v1/charges",
        "server.port": 443n,
        "http.response.status_code": 200n,
        "http.response.body.content": "x".repeat(1_400),
      },
    }),
  ),
);
const json = Buffer.from(traceRequestJson(512));

function protobuf(body: Buffer): number {
  let count = 0;
  for (const _ of decodeTraces(body, new Meter(DEFAULT_LIMITS), new SpanTally())) count++;
  return count;
}

measure("protobuf, 19 attributes", foreign, protobuf);
measure("protobuf, our own sender", own, protobuf);
measure("protobuf, our own, to calls", own, (body) => {
  let count = 0;
  for (const { span, resource } of decodeTraces(body, new Meter(DEFAULT_LIMITS), new SpanTally())) {
    const call = callFromSpan(span, resource);
    if (call !== undefined && assumeRedacted(call).status > 0) count++;
  }
  return count;
});
measure("JSON, 7 attributes", json, (body) => {
  let count = 0;
  for (const _ of decodeTracesJson(body, jsonDepth(DEFAULT_LIMITS), new Meter(DEFAULT_LIMITS), new SpanTally())) count++;
  return count;
});
