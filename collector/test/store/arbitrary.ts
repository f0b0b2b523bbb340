import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import { assumeRedacted } from "#record";
import type { Call, Loss, Message, RedactedCall, Timings } from "#record";

const text = fc.oneof(
  fc.constant(""),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.constantFrom("\0", "'\\", "a\n\nb\t", "{x:String}", "語".repeat(50)),
);
const hex = (length: number): Arbitrary<string> =>
  fc.uint8Array({ minLength: length / 2, maxLength: length / 2 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1e9 }).map((value) => value + 0);
const size = fc.maxSafeNat();
const time = fc.bigInt({ min: 1_600_000_000_000_000_000n, max: 1_900_000_000_000_000_000n });
const record = fc.dictionary(text, text, { maxKeys: 4 }).map((value) => ({ ...value }));
const pairs = fc.array(fc.tuple(text, text), { maxLength: 5 });

const message: Arbitrary<Message> = fc.record({
  headers: pairs,
  body: fc.uint8Array({ maxLength: 300 }),
  bodySize: size,
  bodyTruncated: fc.boolean(),
  bodySha256: fc.oneof(fc.constant(""), hex(64)),
  chunks: fc.array(fc.tuple(number, size), { maxLength: 4 }),
});

const optional = fc.option(number, { nil: undefined });
const timings: Arbitrary<Timings> = fc.record({
  dnsMs: optional,
  connectMs: optional,
  tlsMs: optional,
  requestSentMs: optional,
  firstByteMs: optional,
  lastByteMs: optional,
});

/** Calls in every shape that the store promises to give back unchanged. */
export const anyCall: Arbitrary<RedactedCall> = fc
  .record({
    traceId: hex(32),
    spanId: hex(16),
    parentSpanId: fc.oneof(fc.constant(""), hex(16)),
    traceState: text,
    sampled: fc.boolean(),
    startTime: time,
    durationMs: number,
    resource: fc.record({ serviceName: text, serviceVersion: text, environment: text, attributes: record }),
    source: fc.constantFrom("patch" as const, "manual" as const, "client" as const, "gateway" as const, "span" as const),
    client: text,
    vendor: text,
    operation: text,
    method: text,
    url: text,
    host: text.map((value) => value.toLowerCase()),
    port: fc.nat(65_535),
    route: text,
    status: fc.nat(65_535),
    statusText: text,
    outcome: fc.constantFrom("complete" as const, "aborted" as const, "error" as const),
    errorType: text,
    errors: fc.array(fc.record({ name: text, code: text, message: text }), { maxLength: 3 }),
    attempt: fc.nat(),
    request: message,
    response: message,
    timings,
    network: fc.record({ protocol: text, peerAddress: text, peerPort: fc.nat(65_535), localPort: fc.nat(65_535) }),
    callSite: text,
    tags: record,
    redacted: fc.array(text, { maxLength: 3 }),
    dropped: fc.array(text, { maxLength: 3 }),
    previous: fc.option(fc.record({ traceId: hex(32), spanId: hex(16) }), { nil: undefined }),
  })
  .map(({ previous, ...rest }): RedactedCall => {
    const call: Call = previous === undefined ? rest : { ...rest, previous };
    return assumeRedacted(call);
  });

export const anyLoss: Arbitrary<Loss> = fc.record({
  reason: text,
  what: fc.constantFrom("call" as const, "body" as const),
  host: text,
  count: size,
  bytes: size,
  from: time,
  to: time,
  serviceName: text,
});
