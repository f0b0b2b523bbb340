// Calls of every shape, for properties: each field takes every value its type and documentation allow.
import fc from "fast-check";
import type { Call, HeaderPairs, Loss, Message, RedactedCall, Resource, Timings } from "../../src/index.ts";
import { isTextType } from "../../src/index.ts";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ unit: "grapheme-ascii", maxLength: 300 }),
  fc.constant(""),
);
const hex = (digits: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef".split("")), minLength: digits, maxLength: digits });
const traceId = hex(32);
const spanId = hex(16);
const count = fc.maxSafeNat();
const small = fc.nat({ max: 65_535 });
/** Whole nanoseconds, as the builder gives them; a double of milliseconds tells them apart for 13 days. */
const milliseconds = fc.nat({ max: 2 ** 50 }).map((ns) => ns / 1e6);
const offset = fc.double({ noNaN: true, noDefaultInfinity: true });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const name = fc.oneof(
  fc.constantFrom("Content-Type", "content-type", "Set-Cookie", "set-cookie", "X-A", "x-a", "accept", "__proto__", "constructor"),
  text,
);
const type = fc.constantFrom("application/json", "text/plain; charset=utf-8", "image/png", "application/x-protobuf", "");
const headers: fc.Arbitrary<HeaderPairs> = fc
  .tuple(fc.array(fc.tuple(name, text), { maxLength: 12 }), type)
  .map(([pairs, contentType]) => (contentType === "" ? pairs : pairs.concat([["Content-Type", contentType]])));

const utf8 = new TextEncoder();
const content = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }).map((s) => utf8.encode(s)),
  fc.uint8Array({ maxLength: 200 }),
  fc.constant(new Uint8Array()),
);
const message: fc.Arbitrary<Message> = fc.record({
  headers,
  body: content,
  bodySize: count,
  bodyTruncated: fc.boolean(),
  bodySha256: fc.oneof(fc.constant(""), hex(64)),
  chunks: fc.array(fc.tuple(offset, count), { maxLength: 256, size: "small" }),
});

const timings: fc.Arbitrary<Timings> = fc
  .record({
    dnsMs: maybe(offset),
    connectMs: maybe(offset),
    tlsMs: maybe(offset),
    requestSentMs: maybe(offset),
    firstByteMs: maybe(offset),
    lastByteMs: maybe(offset),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

export const anyResource: fc.Arbitrary<Resource> = fc
  .record({ serviceName: text, serviceVersion: text, environment: text, extra: fc.array(fc.tuple(text, text), { maxLength: 5 }) })
  .map(({ serviceName, serviceVersion, environment, extra }) => ({
    serviceName,
    serviceVersion,
    environment,
    attributes: Object.fromEntries([
      ...extra.filter(
        ([key]) => !["service.name", "service.version", "deployment.environment.name", "deployment.environment"].includes(key),
      ),
      ...[
        ["service.name", serviceName],
        ["service.version", serviceVersion],
        ["deployment.environment.name", environment],
      ].filter(([, value]) => value !== ""),
    ]),
  }));

/** A call as `redact()` gives it. */
export const anyCall: fc.Arbitrary<RedactedCall> = fc
  .record({
    traceId,
    spanId,
    parentSpanId: fc.oneof(fc.constant(""), spanId),
    traceState: text,
    sampled: fc.boolean(),
    startTime: fc.bigInt({ min: 0n, max: 2n ** 62n }),
    durationMs: milliseconds,
    resource: anyResource,
    source: fc.constantFrom("patch", "manual", "client", "gateway", "span"),
    client: text,
    vendor: text,
    operation: text,
    method: fc.oneof(fc.constantFrom("GET", "POST", "QUERY", "get", "PROPFIND", "_OTHER", ""), text),
    url: text,
    host: text,
    port: small,
    route: text,
    status: fc.nat({ max: 999 }),
    statusText: text,
    outcome: fc.constantFrom("complete", "aborted", "error"),
    errorType: text,
    errors: fc.array(fc.record({ name: text, code: text, message: text }), { maxLength: 5 }),
    attempt: fc.integer({ min: 1, max: 1000 }),
    request: message,
    response: message,
    timings,
    network: fc.record({ protocol: text, peerAddress: text, peerPort: small, localPort: small }),
    callSite: text,
    tags: fc
      .array(fc.tuple(fc.oneof(text, fc.constantFrom("__proto__", "constructor", "order.id")), text), { maxLength: 6 })
      .map((pairs) => Object.fromEntries(pairs)),
    redacted: fc.array(text, { maxLength: 5 }),
    dropped: fc.array(text, { maxLength: 5 }),
  } satisfies { [K in Exclude<keyof Call, "previous">]: fc.Arbitrary<Call[K]> })
  .chain((call) =>
    maybe(fc.record({ traceId, spanId })).map((previous): Call => (previous === undefined ? call : Object.assign({ previous }, call))),
  )
  .map((call) => call as RedactedCall);

export const anyLoss: fc.Arbitrary<Loss> = fc.record({
  reason: text,
  what: fc.constantFrom("call", "body"),
  host: text,
  count,
  bytes: count,
  from: fc.bigInt({ min: 0n, max: 2n ** 62n }),
  to: fc.bigInt({ min: 0n, max: 2n ** 62n }),
  serviceName: text,
});

/** What a body is after the trip: text that was cut inside a character loses the rest of that character. */
export function travelled({ body, bodyTruncated, headers }: Message): Uint8Array {
  const contentType = headers.find(([field]) => field.toLowerCase() === "content-type")?.[1] ?? "";
  if (!bodyTruncated || (contentType !== "" && !isTextType(contentType)) || (contentType === "" && body.includes(0))) return body;
  for (let cut = 1; cut <= 3 && cut <= body.length; cut++) {
    const lead = body[body.length - cut]!;
    const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (needed <= cut) continue;
    const whole = body.subarray(0, body.length - cut);
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(whole);
    } catch {
      return body;
    }
    // The rest is dropped only when more bytes could have made it a character.
    const begun = lead >= 0xc2 && lead <= 0xf4 && body.subarray(body.length - cut + 1).every((byte) => byte >= 0x80 && byte < 0xc0);
    return begun ? whole : body;
  }
  return body;
}
