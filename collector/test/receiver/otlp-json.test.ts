import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DecodedSpan, SpanTally } from "../../src/receiver/decoded-spans.ts";
import { JsonError } from "../../src/receiver/json-reader.ts";
import { Meter } from "../../src/receiver/meter.ts";
import { decodeTracesJson } from "../../src/receiver/otlp-json.ts";
import { decodeTraces } from "../../src/receiver/otlp-protobuf.ts";
import { Refusal } from "../../src/receiver/refusal.ts";
import { span, spanId, startTime, traceId, traceRequest, traceRequestJson } from "./samples.ts";

const limits = { items: 1_000, values: 10_000, depth: 32 };

function decode(body: string | Buffer, tally = new SpanTally()): DecodedSpan[] {
  return [...decodeTracesJson(Buffer.from(body as string), 112, new Meter(limits), tally)];
}

function request(spanFields: string, more = ""): string {
  return `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${traceId}","spanId":"${spanId(0)}","kind":3${spanFields}}]}]${more}}]}`;
}

function attribute(value: string): unknown {
  const [decoded] = decode(request(`,"attributes":[{"key":"k","value":${value}}]`));
  return decoded?.span.attributes[0]?.[1];
}

describe("an export request", () => {
  test("gives the same spans as its protobuf", () => {
    const protobuf = [...decodeTraces(traceRequest([span(0), span(1)]), new Meter(limits), new SpanTally())];
    const plain = (spans: readonly DecodedSpan[]): unknown =>
      spans.map(({ span, resource }) => ({ ...span, events: [...(span.events ?? [])], resource }));
    expect(plain(decode(traceRequestJson(2)))).toEqual(plain(protobuf));
  });

  test("finds resource and scope also behind the spans, and kind behind the attributes", () => {
    const spans = `"spans":[{"attributes":[{"key":"a","value":{"stringValue":"b"}}],"kind":3,"spanId":"${spanId(0)}","traceId":"${traceId}"}]`;
    const resource = '"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"late-shop"}}]}';
    const [decoded] = decode(`{"resourceSpans":[{"scopeSpans":[{${spans},"scope":{"name":"late"}}],${resource}}]}`);
    expect(decoded).toMatchObject({ span: { scopeName: "late", attributes: [["a", "b"]] }, resource: { serviceName: "late-shop" } });
  });

  test("ids are hex in either case; base64 is not an id", () => {
    expect(decode(traceRequestJson(1))[0]?.span.traceId).toBe(traceId);
    const tally = new SpanTally();
    expect(decode(request("").replace(traceId, Buffer.from(traceId, "hex").toString("base64")), tally)).toEqual([]);
    expect(tally.firstProblem).toMatch(/24 instead of 32 hexadecimal digits/);
  });

  test.each([
    ["a string", `"${startTime}"`],
    ["a number", String(startTime)],
  ])("nanoseconds stay exact as %s", (_, literal) => {
    expect(decode(request(`,"startTimeUnixNano":${literal}`))[0]?.span.startTime).toBe(startTime);
  });

  test("snake_case keys are understood, unknown ones and nulls passed over", () => {
    const fields = `"trace_id":"${traceId}","span_id":"${spanId(0)}","kind":3,"start_time_unix_nano":"7","x":[{"y":[null,1e5,-2.5E-3,"\\"}"]}],"links":null`;
    const [decoded] = decode(`\uFEFF{"schema":{},"resource_spans":[null,{"scope_spans":[{"spans":[{${fields}}]}]}]}`);
    expect(decoded?.span).toMatchObject({ traceId, startTime: 7n });
  });

  test("links, events and status are read", () => {
    const [decoded] = decode(
      request(
        `,"links":[{"traceId":"${traceId}","spanId":"${spanId(7)}","attributes":[{"key":"k","value":{"stringValue":"v"}}]}]` +
          ',"events":[{"name":"exception","attributes":[]}],"status":{"code":2,"message":"boom"}',
      ),
    );
    expect(decoded?.span).toMatchObject({
      links: [{ traceId, spanId: spanId(7), attributes: [["k", "v"]] }],
      events: [{ name: "exception", attributes: [] }],
      status: { code: 2, message: "boom" },
    });
  });
});

describe("attribute values", () => {
  test.each([
    ['{"stringValue":"a\\u00e9\\n\\ud83d\\ude42"}', "aé\n🙂"],
    ['{"intValue":"9223372036854775807"}', 2n ** 63n - 1n],
    ['{"intValue":9223372036854775807}', 2n ** 63n - 1n],
    ['{"intValue":"-9223372036854775808"}', -(2n ** 63n)],
    ['{"int_value":9007199254740993}', 2n ** 53n + 1n],
    ['{"intValue":1e3}', 1000n],
    ['{"doubleValue":0.1}', 0.1],
    ['{"doubleValue":"-Infinity"}', -Infinity],
    ['{"doubleValue":"NaN"}', Number.NaN],
    ['{"boolValue":false}', false],
    ['{"bytesValue":"AP8="}', Buffer.from([0, 255])],
    ['{"arrayValue":{"values":[{"intValue":"1"},{"arrayValue":{}},{"stringValue":"x"}]}}', [1n, [], "x"]],
    ['{"kvlistValue":{"values":[{"key":"__proto__","value":{"boolValue":true}}]}}', Object.fromEntries([["__proto__", true]])],
  ])("%s", (json, expected) => {
    expect(attribute(json)).toEqual(expected);
  });

  test("a body is its bytes, with escapes removed", () => {
    const [decoded] = decode(request(',"attributes":[{"key":"http.response.body.content","value":{"stringValue":"{\\"a\\":\\"é\\"}"}}]'));
    expect(decoded?.span.attributes).toEqual([["http.response.body.content", Buffer.from('{"a":"é"}')]]);
  });

  test.each([
    ['{"intValue":"9223372036854775808"}', /expected a 64-bit integer/],
    ['{"intValue":"1.5"}', /expected a 64-bit integer, found "1\.5"/],
    ['{"intValue":""}', /expected a 64-bit integer/],
    ['{"doubleValue":"much"}', /expected a number, found "much"/],
    ['{"doubleValue":-}', /number/],
    ['{"boolValue":"true"}', /expected true or false/],
    ['{"stringValue":7}', /expected a string, found "7"/],
    ['{"stringValue":"\\x"}', /escape/],
  ])("%s is refused with its place", (json, expected) => {
    expect(() => attribute(json)).toThrow(JsonError);
    expect(() => attribute(json)).toThrow(expected);
    expect(() => attribute(json)).toThrow(/\(byte \d+\)$/);
  });
});

describe("hostile JSON", () => {
  const whole = Buffer.from(traceRequestJson(2));

  test("cut anywhere it is an error, never another exception", () => {
    for (let end = 1; end < whole.length; end++) expect(() => decode(whole.subarray(0, end)), String(end)).toThrow(JsonError);
  });

  test("changed anywhere it gives an error or other spans", () => {
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(changes, (list) => {
        const bytes = Buffer.from(whole);
        for (const [at, byte] of list) bytes[at] = byte;
        try {
          decode(bytes);
        } catch (error) {
          expect(error instanceof JsonError || error instanceof Refusal).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test("every JSON text is accepted or refused as JSON.parse does, as an unknown field", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(decode(`{"resourceSpans":[],"unknown":${json}}`)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test("strings come out as JSON.parse gives them", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(attribute(`{"stringValue":${JSON.stringify(text)}}`)).toBe(text.toWellFormed());
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ["a comma too many", '{"a":1,}'],
    ["no colon", '{"a" 1}'],
    ["two values", "{}{}"],
    ["an array", "[]"],
    ["nothing but space", " "],
    ["a word", '{"a":nul}'],
    ["a leading zero", '{"a":01}'],
  ])("%s", (_, json) => {
    expect(() => decode(json)).toThrow(JsonError);
  });
});
