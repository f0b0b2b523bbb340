import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DecodedSpan, SpanTally } from "../../src/receiver/decoded-spans.ts";
import { Meter } from "../../src/receiver/meter.ts";
import { decodeTraces } from "../../src/receiver/otlp-protobuf.ts";
import { ProtobufError } from "../../src/receiver/protobuf-reader.ts";
import { Refusal } from "../../src/receiver/refusal.ts";
import { anyValue, logsRequest, metricsRequest, pair, span, spanId, startTime, traceId, traceRequest } from "./samples.ts";
import { fixed32, fixed64, group, int, len, message, varint } from "./wire.ts";

const limits = { items: 1_000, values: 10_000, depth: 32 };

function decode(body: Buffer, tally = new SpanTally(), caps = limits): DecodedSpan[] {
  return [...decodeTraces(body, new Meter(caps), tally)];
}

function attributesOf(...attributes: Buffer[]): Map<string, unknown> {
  const bare = message(len(1, Buffer.from(traceId, "hex")), len(2, Buffer.from(spanId(0), "hex")), int(6, 3));
  const [decoded] = decode(traceRequest([message(bare, ...attributes.map((bytes) => len(9, bytes)))]));
  return new Map(decoded?.span.attributes);
}

describe("an export request", () => {
  test("yields the spans with their resource, scope, ids and times exact to the nanosecond", () => {
    const [first, second, ...more] = decode(traceRequest([span(0), span(1)]));
    expect(more).toEqual([]);
    expect(first?.resource.serviceName).toBe("shop");
    expect(first?.span).toMatchObject({ traceId, spanId: spanId(0), kind: 3, name: "POST", scopeName: "test-scope", flags: 1 });
    expect(first?.span.startTime).toBe(startTime);
    expect(first?.span.endTime).toBe(startTime + 12_500_000n);
    expect(second?.span.spanId).toBe(spanId(1));
  });

  test("finds resource and scope also behind the spans", () => {
    const scopeSpans = message(len(2, span(0)), len(1, len(1, "late")));
    const request = len(1, message(len(2, scopeSpans), len(1, len(1, pair("service.name", "late-shop")))));
    expect(decode(request).map(({ span, resource }) => [span.scopeName, resource.serviceName])).toEqual([["late", "late-shop"]]);
  });

  test("reads links, events and status of calls", () => {
    const extra = message(
      len(11, message(fixed64(1, startTime), len(2, "exception"), len(3, pair("exception.type", "TypeError")))),
      len(13, message(len(1, Buffer.from(traceId, "hex")), len(2, Buffer.from(spanId(7), "hex")), len(4, pair("k", "v")))),
      len(15, message(len(2, "boom"), int(3, 2))),
    );
    const [decoded] = decode(traceRequest([message(span(0), extra)]));
    expect(decoded?.span.links).toEqual([{ traceId, spanId: spanId(7), attributes: [["k", "v"]] }]);
    expect(decoded?.span.events).toEqual([{ name: "exception", attributes: [["exception.type", "TypeError"]] }]);
    expect(decoded?.span.status).toEqual({ code: 2, message: "boom" });
  });

  test("counts INTERNAL and SERVER spans without yielding them, and yields reports of losses", () => {
    const tally = new SpanTally();
    const spans = decode(
      traceRequest([span(0, { kind: 1 }), span(1, { kind: 2 }), span(2), span(3, { kind: 1, name: "inpooling.loss" })]),
      tally,
    );
    expect(spans.map(({ span }) => span.spanId)).toEqual([spanId(2), spanId(3)]);
    expect(tally).toMatchObject({ total: 4, other: 2, invalid: 0 });
  });

  test("is empty when the body is", () => {
    expect(decode(Buffer.alloc(0))).toEqual([]);
  });
});

describe("attribute values", () => {
  test("of every kind come through exact", () => {
    const list = ["a", 1n, true, [2.5, Buffer.from([1])]] as const;
    const values = attributesOf(
      pair("max", 2n ** 63n - 1n),
      pair("min", -(2n ** 63n)),
      pair("minus", -1n),
      pair("double", 0.1),
      pair("yes", true),
      pair("text", "naïve 🙂"),
      pair("bytes", Buffer.from([0, 255])),
      pair("list", list),
      pair("map", { a: { b: "c" } }),
      len(1, "absent"),
    );
    expect([...values]).toEqual([
      ["max", 2n ** 63n - 1n],
      ["min", -(2n ** 63n)],
      ["minus", -1n],
      ["double", 0.1],
      ["yes", true],
      ["text", "naïve 🙂"],
      ["bytes", Buffer.from([0, 255])],
      ["list", list],
      ["map", { a: { b: "c" } }],
    ]);
  });

  test("bodies are views into the request, not copies", () => {
    const request = traceRequest([span(0)]);
    const [decoded] = decode(request);
    const body = new Map(decoded?.span.attributes).get("http.request.body.content");
    expect(body).toBeInstanceOf(Uint8Array);
    expect((body as Buffer).buffer).toBe(request.buffer);
    expect((body as Buffer).toString()).toBe('{"amount":100}');
  });

  test("a key __proto__ is only a key", () => {
    const values = attributesOf(pair("map", JSON.parse('{"__proto__":"x"}') as { __proto__: string }));
    expect(Object.getPrototypeOf(values.get("map"))).toBe(Object.prototype);
    expect(Object.keys(values.get("map") as object)).toEqual(["__proto__"]);
  });
});

describe("what is not known is stepped over", () => {
  test("fields of every wire type, groups too, at every level", () => {
    const unknown = message(
      int(100, 2n ** 64n - 1n),
      fixed64(101, 1n),
      len(102, "x"),
      fixed32(103, 1),
      group(104, message(int(1, 1), group(2, Buffer.alloc(0)))),
    );
    const scopeSpans = message(unknown, len(1, message(unknown, len(1, "s"))), len(2, message(unknown, span(0), unknown)));
    const request = message(unknown, len(1, message(unknown, len(2, scopeSpans), unknown)), unknown);
    expect(decode(request).map(({ span }) => span.spanId)).toEqual([spanId(0)]);
  });
});

describe("other signals", () => {
  test("logs do not become spans", () => {
    const tally = new SpanTally();
    expect(decode(logsRequest(3), tally)).toEqual([]);
    expect(tally).toMatchObject({ total: 3, invalid: 3, looksLike: "logs" });
  });

  test("metrics do not become spans", () => {
    const tally = new SpanTally();
    expect(decode(metricsRequest(1), tally)).toEqual([]);
    expect(tally).toMatchObject({ total: 1, invalid: 1, looksLike: "metrics" });
  });

  test.each(["00".repeat(16), "ab".repeat(15), "ab".repeat(40), ""])("a trace id %j is not valid", (id) => {
    const tally = new SpanTally();
    expect(decode(traceRequest([span(0, { traceId: id })]), tally)).toEqual([]);
    expect(tally.firstProblem).toContain("trace id");
  });
});

describe("limits", () => {
  test("nesting: as deep as allowed is read, one more is refused", () => {
    const nested = (levels: number): Buffer => {
      let value = anyValue("x");
      for (let level = 0; level < levels; level++) value = len(5, len(1, value));
      return message(len(1, "deep"), len(2, value));
    };
    expect(attributesOf(nested(32)).has("deep")).toBe(true);
    expect(() => attributesOf(nested(33))).toThrow(Refusal);
    expect(() => attributesOf(nested(4_000))).toThrow(/nested deeper than 32/);
  });

  test("more spans or values than allowed are refused as too large", () => {
    const many = traceRequest([0, 1, 2].map((number) => span(number)));
    expect(() => decode(many, new SpanTally(), { ...limits, items: 2 })).toThrow(expect.objectContaining({ status: 413 }));
    expect(() => decode(many, new SpanTally(), { ...limits, values: 5 })).toThrow(expect.objectContaining({ status: 413 }));
  });
});

describe("broken bytes", () => {
  test.each([
    ["a varint without end", Buffer.from([0x0a, 0x80]), /inside a varint \(byte 1\)/],
    [
      "a varint of 11 bytes",
      Buffer.concat([Buffer.from([0x08]), Buffer.alloc(10, 0x80), Buffer.from([1])]),
      /longer than 10 bytes \(byte 1\)/,
    ],
    ["a length beyond the body", Buffer.concat([Buffer.from([0x0a]), varint(1000)]), /says 1000 bytes, 0 are left \(byte 1\)/],
    ["a length beyond any number", Buffer.concat([Buffer.from([0x0a]), varint(2n ** 64n - 1n)]), /says \d+ bytes/],
    ["field number 0", Buffer.from([0x02, 0x00]), /field number 0/],
    ["wire type 7", Buffer.from([0x0f]), /wire type 7/],
    ["an end without a group", Buffer.from([0x0c]), /wire type 4/],
    ["a group that does not end", Buffer.from([0x0b, 0x08, 0x01]), /inside a group/],
    ["a group that another one ends", Buffer.from([0x0b, 0x14]), /was not open/],
    ["groups in groups", Buffer.alloc(100, 0x0b), /nested deeper/],
    ["no resource_spans", int(7, 7), /no resource_spans/],
  ])("%s", (_, bytes, expected) => {
    expect(() => decode(bytes)).toThrow(ProtobufError);
    expect(() => decode(bytes)).toThrow(expected);
  });

  const whole = traceRequest([span(0), span(1)]);

  test("cut anywhere, the body gives an error or fewer spans, never another exception", () => {
    for (let end = 0; end < whole.length; end++) readOrRefuse(whole.subarray(0, end));
  });

  test("with flipped bits it gives an error or other spans, never another exception", () => {
    const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, mask] of changes) bytes[at] = (bytes[at] ?? 0) ^ mask;
        readOrRefuse(bytes);
      }),
      { numRuns: 3_000 },
    );
  });

  test("any bytes at all give an error or spans", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => readOrRefuse(Buffer.from(bytes))),
      { numRuns: 3_000 },
    );
  });
});

/** Decoding never reads outside the body: what it yields are views of it, what it throws names a place in it. */
function readOrRefuse(bytes: Buffer): void {
  try {
    for (const { span } of decode(bytes)) expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
  } catch (error) {
    if (error instanceof Refusal) return;
    expect(error).toBeInstanceOf(ProtobufError);
    expect((error as ProtobufError).offset).toBeLessThanOrEqual(bytes.length);
  }
}
