import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RedactedCall } from "../../src/index.ts";
import { attributesOf, callFromSpan, encodeLoss, encodeSpan, encodeTraceRequest, lossFromSpan, scopeName } from "../../src/index.ts";
import { end, got, head, open, record, resource, response, sent } from "../transcript.ts";
import { anyCall, anyLoss, anyResource, travelled } from "./arbitrary.ts";
import { readRequest, readSpan } from "./wire.ts";

const scope = { name: scopeName, version: "0.1.0" };
const redacted = (call: ReturnType<typeof record>): RedactedCall => call as RedactedCall;

function attributesOnTheWire(call: RedactedCall): Record<string, unknown> {
  return Object.fromEntries(readSpan(encodeSpan(call)).attributes);
}

describe("a span on the wire", () => {
  const charge = record([
    open(1, "POST", "https://api.stripe.com/v1/charges/ch_3NabC4lYyZ8?x=1", {
      client: "node:https",
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      parentSpanId: "00f067aa0ba902b7",
    }),
    head(1, "POST /v1/charges/ch_3NabC4lYyZ8?x=1 HTTP/1.1", "Host: api.stripe.com", "Content-Type: application/json"),
    sent(2, '{"amount":1}'),
    response(5, 402, "Payment Required", [
      ["content-type", "application/json"],
      ["set-cookie", "a"],
      ["set-cookie", "b"],
    ]),
    got(6, '{"error":"nö"}'),
    end(7),
  ]);

  test("carries the names of the semantic conventions, in the types they ask for", () => {
    expect(attributesOnTheWire(redacted(charge))).toMatchObject({
      "http.request.method": "POST",
      "url.full": "https://api.stripe.com/v1/charges/ch_3NabC4lYyZ8?x=1",
      "url.template": "/v1/charges/{id}",
      "server.address": "api.stripe.com",
      "server.port": 443n,
      "http.response.status_code": 402n,
      "error.type": "402",
      "service.peer.name": "stripe",
      "http.request.header.content-type": ["application/json"],
      "http.response.header.set-cookie": ["a", "b"],
      "http.request.body.size": 12n,
      "http.response.body.size": 15n,
      "http.request.body.content": '{"amount":1}',
      "http.response.body.content": '{"error":"nö"}',
      "network.protocol.version": "1.1",
    });
  });

  test("has ids, kind, name, times, flags and status", () => {
    expect(readSpan(encodeSpan(redacted(charge)))).toMatchObject({
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      parentSpanId: "00f067aa0ba902b7",
      name: "POST /v1/charges/{id}",
      kind: 3,
      startTime: 1_700_000_000_001_000_000n,
      endTime: 1_700_000_000_007_000_000n,
      flags: 0x101,
      status: { code: 2, message: "" },
    });
  });

  test("success has no status, and a first attempt no resend count and no link", () => {
    const span = readSpan(encodeSpan(redacted(record([open(0, "GET", "http://a.test/"), response(1, 200, "OK"), end(2)]))));
    expect(span.status).toEqual({ code: 0, message: "" });
    expect(span.links).toEqual([]);
    expect(span.attributes.map(([name]) => name)).not.toContain("http.request.resend_count");
  });

  test("a method outside the list is _OTHER beside its original", () => {
    expect(attributesOnTheWire({ ...redacted(charge), method: "PURGE" } as RedactedCall)).toMatchObject({
      "http.request.method": "_OTHER",
      "http.request.method_original": "PURGE",
    });
  });

  test.each([
    ["text", "application/json", '{"a":"ü"}', '{"a":"ü"}'],
    ["text without a content type", "", "plain", "plain"],
    ["bytes by type, though they would be text", "application/octet-stream", "plain", new TextEncoder().encode("plain")],
    ["bytes that are no UTF-8", "text/plain", new Uint8Array([0xe9, 0x20]), new Uint8Array([0xe9, 0x20])],
    ["bytes without a content type that hold NUL", "", "a\0b", new TextEncoder().encode("a\0b")],
  ])("a body travels as %s", (_, type, sentBody, travelledBody) => {
    const call = record([
      open(0, "POST", "http://a.test/", { headers: type === "" ? [] : [["Content-Type", type]] }),
      sent(1, sentBody),
      end(2),
    ]);
    expect(attributesOnTheWire(redacted(call))["http.request.body.content"]).toEqual(travelledBody);
  });

  test("text that was cut inside a character ends before it", () => {
    const call = record([
      open(0, "GET", "http://a.test/"),
      response(1, 200, "", [["content-type", "text/plain"]]),
      got(1, new TextEncoder().encode("10 €").subarray(0, 5), 6),
      end(2),
    ]);
    expect(attributesOnTheWire(redacted(call))["http.response.body.content"]).toBe("10 ");
  });

  test.each([10, 64, 65, 5000])("%i lower-case fields come back in their order, with or without a list of names", (count) => {
    const headers = Array.from({ length: count }, (_, i) => [`x-${(i * 7919) % count}`, String(i)] as const);
    const call = { ...redacted(charge), request: { ...charge.request, headers } } as RedactedCall;
    expect(callFromSpan(readSpan(encodeSpan(call)), resource)?.request.headers).toEqual(headers);
    expect("inpooling.request.header.names" in attributesOnTheWire(call)).toBe(count > 64);
  });

  test("a name that comes after a thousand others is still found repeated", () => {
    for (let i = 0; i < 1100; i++)
      encodeSpan({ ...redacted(charge), request: { ...charge.request, headers: [[`x-${i}`, ""]] } } as RedactedCall);
    expect(attributesOnTheWire(redacted(charge))["http.response.header.set-cookie"]).toEqual(["a", "b"]);
  });
});

describe("round trips", () => {
  test("Call → OTLP → Call keeps every field", () => {
    fc.assert(
      fc.property(anyCall, (call) => {
        const [batch] = readRequest(encodeTraceRequest(call.resource, scope, [encodeSpan(call)]));
        const back = callFromSpan(batch!.spans[0]!, batch!.resource);
        expect(back).toEqual({
          ...call,
          request: { ...call.request, body: travelled(call.request) },
          response: { ...call.response, body: travelled(call.response) },
        });
        // toEqual does not look at the order of keys; for tags it is part of what was given.
        expect(Object.keys(back!.tags)).toEqual(Object.keys(call.tags));
      }),
      { numRuns: 500 },
    );
  });

  test("the values of attributesOf are what the encoder writes, in the same order", () => {
    fc.assert(
      fc.property(anyCall, (call) => {
        expect(readSpan(encodeSpan(call)).attributes).toEqual(attributesOf(call));
      }),
    );
  });

  test("Loss → OTLP → Loss keeps every field, and the same loss is the same span", () => {
    fc.assert(
      fc.property(anyLoss, (loss) => {
        const span = readSpan(encodeLoss(loss));
        expect(lossFromSpan(span, { ...resource, serviceName: loss.serviceName })).toEqual(loss);
        expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
        expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
        expect(encodeLoss({ ...loss })).toEqual(encodeLoss(loss));
        expect(callFromSpan(span, resource)).toBeUndefined();
      }),
    );
  });

  test("losses that differ are different spans", () => {
    const ids = new Set<string>();
    fc.assert(
      fc.property(
        fc.uniqueArray(anyLoss, {
          selector: (loss) => JSON.stringify(loss, (_, v: unknown) => (typeof v === "bigint" ? `${v}` : v)),
          minLength: 20,
          maxLength: 20,
        }),
        (losses) => {
          ids.clear();
          for (const loss of losses) ids.add(readSpan(encodeLoss(loss)).spanId);
          expect(ids.size).toBe(losses.length);
        },
      ),
    );
  });

  test("a request holds its spans in order, with resource, scope and schema", () => {
    fc.assert(
      fc.property(fc.array(anyCall, { maxLength: 8 }), anyResource, (calls, owner) => {
        const [batch, ...more] = readRequest(encodeTraceRequest(owner, scope, calls.map(encodeSpan)));
        expect(more).toEqual([]);
        expect(batch).toMatchObject({ resource: owner, scope, schemaUrl: "https://opentelemetry.io/schemas/1.45.0" });
        expect(batch!.spans.map((span) => span.spanId)).toEqual(calls.map((call) => call.spanId));
      }),
      { numRuns: 50 },
    );
  });

  test("a body of megabytes does not stay in the encoder", () => {
    const big = { ...redacted(record([open(0, "PUT", "http://a.test/"), sent(1, "x".repeat(3_000_000)), end(2)], undefined)) };
    expect(encodeSpan(big as RedactedCall).length).toBeGreaterThan(65_536);
    expect(encodeSpan(big as RedactedCall).buffer.byteLength).toBeLessThan(200_000);
  });
});
