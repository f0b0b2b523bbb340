// What redaction costs, by kind of body: `node packages/record/bench/redact.ts`. Prints MB/s and, for hostile
// input, the time for n and 2n bytes: linear means twice.
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
