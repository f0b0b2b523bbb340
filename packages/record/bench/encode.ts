// Measures the OTLP encoder and the builder on a typical call (2 KiB up, 4 KiB down, 16 + 15 header fields):
// node --conditions inpooling-source packages/record/bench/encode.ts
import type { Call, CallEvent, HeaderPairs, RedactedCall, Resource } from "../src/index.ts";
import { AttemptTracker, attributesOf, CallBuilder, callFromSpan, encodeSpan, encodeTraceRequest, textLength } from "../src/index.ts";
import { readSpan } from "../test/otlp/wire.ts";

const utf8 = new TextEncoder();
const resource: Resource = {
  serviceName: "shop",
  serviceVersion: "1.4.2",
  environment: "production",
  attributes: { "service.name": "shop", "host.name": "web-1" },
};

function json(bytes: number, word: string): Uint8Array {
  const items: unknown[] = [];
  for (let i = 0; JSON.stringify({ items }).length < bytes; i++)
    items.push({ id: `ch_${i}Abc9${i * 7919}`, amount: i * 37, currency: "eur", note: `${word} ${i}`, paid: i % 2 === 0 });
  return utf8.encode(JSON.stringify({ items })).subarray(0, bytes);
}

const head = [
  "POST /v1/charges/ch_3NabC4lYyZ8/capture?expand=customer HTTP/1.1",
  "Host: api.stripe.com",
  "Connection: keep-alive",
  "Content-Type: application/json",
  "Content-Length: 2048",
  "Accept: application/json",
  "Accept-Encoding: gzip, deflate",
  "User-Agent: Stripe/v1 NodeBindings/23.1.0",
  "Stripe-Version: 2026-03-01.clover",
  "Idempotency-Key: stripe-node-retry-2b1c7a0e-9d36-4c57-8c9a-9a3f4b6f1b7e",
  "Authorization: [redacted:header-name]",
  'X-Stripe-Client-User-Agent: {"bindings_version":"23.1.0","lang":"node","publisher":"stripe","platform":"linux","lang_version":"v24.21.0"}',
  "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  "X-Request-Id: 5f1c2b7e9a",
  "Accept-Language: *",
  "Sec-Fetch-Mode: cors",
  "",
].join("\r\n");
const responseHeaders: [string, string][] = [
  ["Server", "nginx"],
  ["Date", "Tue, 24 Nov 2026 10:00:00 GMT"],
  ["Content-Type", "application/json"],
  ["Content-Length", "4096"],
  ["Connection", "keep-alive"],
  ["Access-Control-Allow-Credentials", "true"],
  ["Access-Control-Allow-Methods", "GET, HEAD, PUT, PATCH, POST, DELETE"],
  ["Access-Control-Allow-Origin", "*"],
  ["Cache-Control", "no-cache, no-store"],
  ["Idempotency-Key", "stripe-node-retry-2b1c7a0e-9d36-4c57-8c9a-9a3f4b6f1b7e"],
  ["Request-Id", "req_GpT5kq2rDQwE3z"],
  ["Stripe-Version", "2026-03-01.clover"],
  ["Strict-Transport-Security", "max-age=63072000; includeSubDomains; preload"],
  ["Vary", "Origin"],
  ["X-Stripe-Priority-Routing-Enabled", "true"],
];
const up = json(2048, "up");
const down = json(4096, "down");

let ids = 0;
const builder = new CallBuilder({
  timeOrigin: 1_764_000_000_000.125,
  resource,
  bodyLimit: 65_536,
  newTraceId: () => (++ids).toString(16).padStart(32, "0"),
  newSpanId: () => (++ids).toString(16).padStart(16, "0"),
});

function events(call: number): CallEvent[] {
  const start = {
    source: "patch",
    client: "node:https",
    method: "POST",
    url: "https://api.stripe.com/v1/charges/ch_3NabC4lYyZ8/capture?expand=customer",
    headers: [],
    traceId: "",
    spanId: "",
    parentSpanId: "",
    sampled: true,
  } as const;
  return [
    { type: "open", call, time: 10, start },
    { type: "request-head", call, time: 10.1, head },
    { type: "request-body", call, time: 10.2, chunk: up, size: up.length },
    { type: "request-end", call, time: 10.3 },
    { type: "network", call, time: 10.3, protocol: "1.1", peerAddress: "18.200.1.9", peerPort: 443, localPort: 51_234 },
    { type: "response", call, time: 50.5, status: 200, statusText: "OK", headers: responseHeaders },
    { type: "response-body", call, time: 50.6, chunk: down, size: down.length },
    { type: "end", call, time: 50.7, outcome: "complete", errors: [], requestSize: up.length, responseSize: down.length },
  ];
}

function build(number: number): Call {
  let call: Call | undefined;
  for (const event of events(number)) call = builder.push(event) ?? call;
  if (call === undefined) throw new Error("no call came out of the builder");
  return call;
}

// Calls that differ where real ones do: ids, dates and keys change, the rest comes again.
const calls = Array.from({ length: 16 }, (_, i) => {
  const call = build(1) as RedactedCall;
  const vary = (headers: HeaderPairs): HeaderPairs =>
    headers.map(([name, value]) => [name, /date|request-id|idempotency|traceparent|length/i.test(name) ? `${value}${i}` : value]);
  return {
    ...call,
    request: { ...call.request, headers: vary(call.request.headers) },
    response: { ...call.response, headers: vary(call.response.headers) },
  };
});
const [call] = calls as [RedactedCall];
let turn = 0;
const nextCall = (): RedactedCall => calls[turn++ & 15]!;
const encoded = encodeSpan(call);
const span = readSpan(encoded);
const batch = Array.from({ length: 512 }, () => encoded);
const tracker = new AttemptTracker();
let sink = 0;

/**
 * Microseconds per run. Other programs share the machine, so this takes the quickest tenth of many short slices:
 * the ones in which we had a core to ourselves.
 */
function measure(run: () => number): number {
  const slices: number[] = [];
  const runs = Math.max(1, Math.round(2000 / timeOf(run, 200)));
  for (let slice = 0; slice < 500; slice++) slices.push(timeOf(run, runs));
  return slices.sort((a, b) => a - b)[slices.length / 10] ?? 0;
}

/** Microseconds per run, over `runs` of them. */
function timeOf(run: () => number, runs: number): number {
  const begin = performance.now();
  for (let i = 0; i < runs; i++) sink += run();
  return ((performance.now() - begin) * 1000) / runs;
}

const table = [
  ["encodeSpan", () => encodeSpan(nextCall()).length],
  ["  of it: is the body text", () => textLength(call.request) + textLength(call.response)],
  ["attributesOf", () => attributesOf(call).length],
  ["encodeTraceRequest, per call of 512", undefined],
  ["build 8 events", () => build(2).response.body.length],
  ["AttemptTracker.link", () => tracker.link(call).attempt],
  ["callFromSpan", () => callFromSpan(span, resource)?.request.headers.length ?? 0],
] as const;
console.log(`one call: ${encoded.length} bytes encoded, ${up.length} + ${down.length} of them bodies`);
for (const [name, run] of table) {
  const us =
    run === undefined
      ? measure(() => encodeTraceRequest(resource, { name: "inpooling", version: "0.1.0" }, batch).length) / batch.length
      : measure(run);
  console.log(`${name.padEnd(38)} ${us.toFixed(2).padStart(7)} us`);
}
if (sink === 0) console.log("nothing ran");
