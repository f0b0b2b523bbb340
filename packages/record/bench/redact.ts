// What redaction costs, by kind of body: `node packages/record/bench/redact.ts`. Prints MB/s and, for hostile
// input, the time for n and 2n bytes: linear means twice.
import type { Call } from "../src/call.ts";
import { redact } from "../src/redact/index.ts";
import { scanBody } from "../src/redact/body.ts";

const encoder = new TextEncoder();

/** Deterministic letters for ids and prose. */
function* randoms(): Generator<number> {
  let state = 42;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}
const random = randoms();
const next = (): number => random.next().value ?? 0;
const pick = (from: string, length: number): string => Array.from({ length }, () => from.charAt(Math.floor(next() * from.length))).join("");
const ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const words = "the order was shipped yesterday and will arrive before noon if weather permits customs cleared".split(" ");
const prose = (length: number): string => Array.from({ length }, () => words[Math.floor(next() * words.length)]).join(" ");

function customers(count: number, dirty: boolean): string {
  const list = Array.from({ length: count }, (_, i) => ({
    id: `cus_${pick(ALNUM, 14)}`,
    object: "customer",
    created: 1_763_990_000 + i,
    email: `person${i}@example.com`,
    livemode: false,
    description: prose(8),
    balance: Math.floor(next() * 10_000),
    address: { city: "Berlin", country: "DE", line1: prose(3), postal_code: "10115", state: null },
    metadata: { order_id: String(100_000 + i), total_tokens: 17, author: "someone" },
    ...(dirty ? { client_secret: pick(ALNUM, 30), note: `Bearer ${pick(ALNUM, 40)}`, card: "4111 1111 1111 1111" } : {}),
  }));
  return JSON.stringify({ object: "list", data: list, has_more: true });
}

/** The first `size` bytes of a pattern repeated. */
function repeat(pattern: string, size: number): Uint8Array {
  return encoder.encode(pattern.repeat(Math.ceil(size / pattern.length))).subarray(0, size);
}

function secondsPerPass(body: Uint8Array, type: string, forMs: number): number {
  const until = performance.now() + forMs;
  let best = Number.POSITIVE_INFINITY;
  do {
    const start = performance.now();
    scanBody(body, type, false);
    best = Math.min(best, performance.now() - start);
  } while (performance.now() < until);
  return best / 1000;
}

const json = "application/json";
const clean = encoder.encode(customers(10, false));
const big = encoder.encode(customers(2000, false));
const logs = Array.from({ length: 200 }, () => `{"message":"line\\n${prose(10)}\\n\\"quoted\\" ${prose(6)}"}`).join("\n");
const chat = Array.from(
  { length: 1000 },
  (_, i) => `data: {"id":"chatcmpl-${pick(ALNUM, 20)}","choices":[{"index":0,"delta":{"content":" ${words[i % words.length]}"}}]}\n\n`,
).join("");
const rows: readonly (readonly [name: string, body: Uint8Array, type: string])[] = [
  ["clean JSON, 4 KiB", clean, json],
  ["clean JSON, 1 MB", big, json],
  ["dirty JSON (3 secrets in 500 B)", encoder.encode(customers(1000, true)), json],
  ["NDJSON with escapes", encoder.encode(logs), "application/x-ndjson"],
  ["JSON in a string", encoder.encode(JSON.stringify({ payload: customers(500, false) })), json],
  ["chat stream (SSE)", encoder.encode(chat), "text/event-stream"],
  ["base64 image in JSON", encoder.encode(JSON.stringify({ image: pick(ALNUM, 20_000).repeat(20) })), json],
  ["prose", encoder.encode(prose(60_000)), "text/plain"],
  [
    "form",
    encoder.encode(Array.from({ length: 2000 }, (_, i) => `field${i}=some+value+${i}%20x`).join("&")),
    "application/x-www-form-urlencoded",
  ],
  ["image (binary)", Uint8Array.from({ length: 500_000 }, () => Math.floor(next() * 256)), "image/png"],
];
console.log(`${"input".padEnd(34)} ${"bytes".padStart(9)} ${"us".padStart(9)} ${"MB/s".padStart(7)}`);
for (const [name, body, type] of rows) {
  const seconds = secondsPerPass(body, type, 700);
  console.log(
    `${name.padEnd(34)} ${String(body.length).padStart(9)} ${(seconds * 1e6).toFixed(1).padStart(9)} ${(body.length / seconds / 1e6).toFixed(0).padStart(7)}`,
  );
}

/** A whole call: 2 KiB up, 4 KiB down, 10 + 12 header fields, one URL with a query. */
const fields = [
  "content-type: application/json",
  "accept: */*",
  "user-agent: shop/1.0 (node)",
  "authorization: Bearer abcdefgh12345678",
  "x-request-id: 6f1ed002-ab5a-4cc1-b1a5",
  "accept-encoding: gzip, br",
  "content-length: 2048",
  "host: api.example.com",
  "connection: keep-alive",
  "cache-control: no-store",
  "date: Tue, 24 Nov 2026 10:00:00 GMT",
  'etag: W/"5c2-abc"',
];
const pairs = fields.map((field) => [field.slice(0, field.indexOf(":")), field.slice(field.indexOf(":") + 2)] as const);
const wholeCall: Call = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  parentSpanId: "",
  traceState: "",
  sampled: true,
  startTime: 0n,
  durationMs: 1,
  resource: {
    serviceName: "shop",
    serviceVersion: "1",
    environment: "test",
    attributes: { "service.name": "shop", "host.name": "a", "process.pid": "7" },
  },
  source: "patch",
  client: "fetch",
  vendor: "example",
  operation: "",
  method: "POST",
  url: "https://api.example.com/v1/orders?limit=10&after=ord_123",
  host: "api.example.com",
  port: 443,
  route: "/v1/orders",
  status: 200,
  statusText: "OK",
  outcome: "complete",
  errorType: "",
  errors: [],
  attempt: 1,
  timings: {},
  callSite: "",
  tags: {},
  redacted: [],
  dropped: [],
  network: { protocol: "1.1", peerAddress: "127.0.0.1", peerPort: 443, localPort: 50_000 },
  request: {
    headers: pairs.slice(0, 10),
    body: encoder.encode(customers(5, false)),
    bodySize: 2048,
    bodyTruncated: false,
    bodySha256: "",
    chunks: [],
  },
  response: { headers: pairs, body: clean, bodySize: clean.length, bodyTruncated: false, bodySha256: "", chunks: [] },
};
function microseconds(of: Call): string {
  const until = performance.now() + 700;
  let best = Number.POSITIVE_INFINITY;
  do {
    const start = performance.now();
    for (let i = 0; i < 100; i++) redact(of);
    best = Math.min(best, (performance.now() - start) / 100);
  } while (performance.now() < until);
  return (best * 1000).toFixed(1);
}
const empty = {
  ...wholeCall,
  request: { ...wholeCall.request, body: new Uint8Array(0) },
  response: { ...wholeCall.response, body: new Uint8Array(0) },
};
console.log(`\nredact() of a call of 2 KiB up, 4 KiB down: ${microseconds(wholeCall)} us; without its bodies: ${microseconds(empty)} us`);

const hostile: readonly (readonly [name: string, pattern: string, head: string])[] = [
  ["eyJ", "eyJ-", '{"a":"'],
  ["Bearer", "Bearer ", '{"a":"'],
  ["sk-", "sk-", '{"a":"'],
  ["PEM begin", "-----BEGIN PRIVATE KEY----- ", '{"a":"'],
  ["digits", "4111 1111 ", '{"a":"'],
  ["names", "token:", ""],
  ["query names", "?key=", ""],
  ["URLs in URLs", "a://b/", ""],
  ["userinfo", "://@", ""],
  ["percent", "%25", ""],
  ["backslashes", "\\", '{"a":"'],
  ["brackets", "[", ""],
  ["keys of lists", '{"token":[', ""],
  ["text lists", "token=[", "x "],
  ["quotes in names", '\\":', "x "],
  ["tags", "<token ", ""],
  ["tag ends", "<token>", ""],
  ["multipart", "--x\r\n", ""],
  ["escaped JSON", '{\\"a\\":', '{"a":"'],
  ["base64 JSON", "eyJhIjoi", '{"a":"'],
];
console.log(`\n${"hostile".padEnd(18)} ${"ms, 256 KB".padStart(11)} ${"ms, 1 MB".padStart(11)} ${"ratio".padStart(6)}`);
for (const [name, pattern, head] of hostile) {
  const type = name === "multipart" ? "multipart/form-data; boundary=x" : json;
  const make = (size: number): Uint8Array => encoder.encode(head + new TextDecoder().decode(repeat(pattern, size)));
  const small = secondsPerPass(make(256_000), type, 60) * 1000;
  const large = secondsPerPass(make(1_024_000), type, 60) * 1000;
  console.log(
    `${name.padEnd(18)} ${small.toFixed(2).padStart(11)} ${large.toFixed(2).padStart(11)} ${(large / small).toFixed(1).padStart(6)}`,
  );
}
