import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CallBuilder, encodeSpan } from "../src/index.ts";
import type { CallEvent, RedactedCall } from "../src/index.ts";
import { body, end, got, head, network, newBuilder, open, record, resource, response, sent, sentAll } from "./transcript.ts";

describe("a call from its first to its last event", () => {
  test("POST with JSON both ways", () => {
    const call = record([
      open(1000, "POST", "https://api.stripe.com/v1/charges/ch_3NabC4lYyZ8/capture?expand=customer", {
        client: "node:https",
        traceId: "0af7651916cd43dd8448eb211c80319c",
        parentSpanId: "00f067aa0ba902b7",
      }),
      head(
        1000.5,
        "POST /v1/charges/ch_3NabC4lYyZ8/capture?expand=customer HTTP/1.1",
        "Host: api.stripe.com",
        "Content-Type: application/json",
        "X-Twice: a",
        "x-twice: b",
      ),
      sent(1001, '{"amount":'),
      sent(1001.1, "4200}"),
      sentAll(1001.2),
      network(1001.3, "1.1", "18.200.1.9", 443, 51_234),
      response(1050.25, 200, "OK", [["Content-Type", "application/json"]]),
      got(1050.5, '{"id":"ch_'),
      got(1060.5, '3NabC4lYyZ8"}'),
      end(1060.75),
    ]);
    expect(call).toEqual({
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "0000000000000001",
      parentSpanId: "00f067aa0ba902b7",
      traceState: "",
      sampled: true,
      startTime: 1_700_000_001_000_000_000n,
      durationMs: 60.75,
      resource,
      source: "patch",
      client: "node:https",
      vendor: "stripe",
      operation: "",
      method: "POST",
      url: "https://api.stripe.com/v1/charges/ch_3NabC4lYyZ8/capture?expand=customer",
      host: "api.stripe.com",
      port: 443,
      route: "/v1/charges/{id}/capture",
      status: 200,
      statusText: "OK",
      outcome: "complete",
      errorType: "",
      errors: [],
      attempt: 1,
      request: {
        headers: [
          ["Host", "api.stripe.com"],
          ["Content-Type", "application/json"],
          ["X-Twice", "a"],
          ["x-twice", "b"],
        ],
        body: new TextEncoder().encode('{"amount":4200}'),
        bodySize: 15,
        bodyTruncated: false,
        bodySha256: "",
        chunks: [],
      },
      response: {
        headers: [["Content-Type", "application/json"]],
        body: new TextEncoder().encode('{"id":"ch_3NabC4lYyZ8"}'),
        bodySize: 23,
        bodyTruncated: false,
        bodySha256: "",
        chunks: [
          [50.5, 10],
          [60.5, 13],
        ],
      },
      timings: { requestSentMs: 1.2, firstByteMs: 50.25, lastByteMs: 60.75 },
      network: { protocol: "1.1", peerAddress: "18.200.1.9", peerPort: 443, localPort: 51_234 },
      callSite: "",
      tags: {},
      redacted: [],
      dropped: [],
    });
  });

  test("facts of manual logging become fields and tags, and a start in the past counts", () => {
    const facts = {
      vendor: "acme",
      operation: "order.create",
      route: "/orders/{orderId}",
      callSite: "shop.ts:7",
      attempt: "3",
      "tag.order": "42",
      "tag.__proto__": "x",
    };
    const call = record([
      open(5000, "PUT", "http://10.0.0.7:8080/orders/42", { source: "manual", client: "soap", time: -250.5, facts }),
      response(5000, 204, "No Content"),
      end(5000),
    ]);
    expect(call).toMatchObject({
      vendor: "acme",
      operation: "order.create",
      route: "/orders/{orderId}",
      callSite: "shop.ts:7",
      attempt: 3,
      host: "10.0.0.7",
      port: 8080,
    });
    expect(call.startTime).toBe(1_699_999_999_749_500_000n);
    expect(call.durationMs).toBe(5250.5);
    expect(Object.entries(call.tags)).toEqual([
      ["order", "42"],
      ["__proto__", "x"],
    ]);
  });

  test("moments after the end are none: events of a call that is logged afterwards say nothing about its timing", () => {
    const call = record([
      open(9000, "POST", "http://a.test/", { source: "manual", time: 1000 }),
      sentAll(9000),
      response(9001, 200, "OK"),
      got(9001, "body"),
      end(1250),
    ]);
    expect(call).toMatchObject({ durationMs: 250, timings: {}, response: { bodySize: 4, chunks: [] } });
    expect(body(call.response)).toBe("body");
  });

  test("facts that are empty leave it to the URL", () => {
    expect(record([open(0, "GET", "https://api.stripe.com/v1/charges/7", { facts: { vendor: "", route: "" } }), end(1)])).toMatchObject({
      vendor: "stripe",
      route: "/v1/charges/{id}",
    });
  });

  test("HTTP/2: pseudo-header fields give method and URL and are no header fields", () => {
    const call = record([
      open(0, "", ""),
      head(0, ":method: PATCH", ":scheme: https", ":authority: api.acme.dev:8443", ":path: /v2/things?x=1", "content-type: text/plain"),
      response(1, 200, ""),
      end(2),
    ]);
    expect(call).toMatchObject({
      method: "PATCH",
      url: "https://api.acme.dev:8443/v2/things?x=1",
      host: "api.acme.dev",
      port: 8443,
      route: "/v2/things",
    });
    expect(call.request.headers).toEqual([["content-type", "text/plain"]]);
  });

  test("a URL that open lacked comes from the request line and Host", () => {
    const steps = (client: string) => [open(0, "", "/a", { client }), head(0, "GET /a?b HTTP/1.1", "host: example.org:81"), end(1)];
    expect(record(steps("node:http"))).toMatchObject({ method: "GET", url: "http://example.org:81/a?b", network: { protocol: "1.1" } });
    expect(record(steps("node:https")).url).toBe("https://example.org:81/a?b");
    expect(record([open(0, "", ""), head(0, "GET http://proxied.example.org/x HTTP/1.1", "Host: proxy"), end(1)]).url).toBe(
      "http://proxied.example.org/x",
    );
  });

  test("a resent head replaces the first one", () => {
    const call = record([
      open(0, "GET", "http://a.test/", { headers: [["x", "0"]] }),
      head(0, "GET / HTTP/1.1", "x: 1"),
      head(1, "GET / HTTP/1.1", "x: 2"),
      end(2),
    ]);
    expect(call.request.headers).toEqual([["x", "2"]]);
  });

  test("interim responses are not the answer; an upgrade is", () => {
    expect(
      record([open(0, "GET", "http://a.test/"), response(1, 103, "Early Hints", [["link", "x"]]), response(5, 200, "OK"), end(6)]),
    ).toMatchObject({ status: 200, timings: { firstByteMs: 5 } });
    expect(record([open(0, "GET", "http://a.test/"), response(1, 101, "Switching Protocols"), end(1)])).toMatchObject({
      status: 101,
      outcome: "complete",
    });
  });

  test("at most 256 chunks stand in the timeline, all bytes in the body", () => {
    const chunks = Array.from({ length: 1000 }, (_, i) => got(i, "data: x\n\n"));
    const call = record([open(0, "GET", "http://a.test/"), response(0, 200, "OK"), ...chunks, end(1000)]);
    expect(call.response.chunks).toHaveLength(256);
    expect(call.response.bodySize).toBe(9000);
    expect(body(call.response)).toBe("data: x\n\n".repeat(1000));
  });

  test("the SDK's retry counter gives the attempt", () => {
    expect(record([open(0, "POST", "http://a.test/"), head(0, "POST / HTTP/1.1", "X-Stainless-Retry-Count: 2"), end(1)]).attempt).toBe(3);
    expect(record([open(0, "POST", "http://a.test/"), head(0, "POST / HTTP/1.1", "X-Stainless-Retry-Count: many"), end(1)]).attempt).toBe(
      1,
    );
  });
});

describe("what failed", () => {
  test.each([
    ["a status from 400 on", [response(1, 404, "Not Found"), end(2)], "404"],
    [
      "a status, even when the body broke off",
      [response(1, 503, ""), end(2, "error", [{ name: "Error", code: "ECONNRESET", message: "" }])],
      "503",
    ],
    [
      "an error code, the outermost",
      [
        end(2, "error", [
          { name: "TypeError", code: "", message: "fetch failed" },
          { name: "Error", code: "ECONNREFUSED", message: "" },
        ]),
      ],
      "ECONNREFUSED",
    ],
    ["a DOMException's name, not its number", [end(2, "aborted", [{ name: "AbortError", code: "20", message: "" }])], "AbortError"],
    ["a class where there is no code", [end(2, "aborted", [{ name: "AbortError", code: "", message: "" }])], "AbortError"],
    ["the application that stopped without saying why", [response(1, 200, "OK"), end(2, "aborted")], "aborted"],
    ["an error that says nothing", [end(2, "error")], "_OTHER"],
    ["nothing", [response(1, 302, "Found"), end(2)], ""],
  ] as const)("error.type: %s", (_, steps, errorType) => {
    expect(record([open(0, "GET", "http://a.test/"), ...steps]).errorType).toBe(errorType);
  });

  test("a response that broke off is truncated though every byte that came is there", () => {
    const call = record([
      open(0, "GET", "http://a.test/"),
      response(1, 200, "OK", [["Content-Length", "100"]]),
      got(2, "half"),
      end(3, "error", [{ name: "Error", code: "ECONNRESET", message: "aborted" }]),
    ]);
    expect(call.response).toMatchObject({ bodySize: 4, bodyTruncated: true });
    expect(body(call.response)).toBe("half");
    expect(call.dropped).toEqual([]);
    expect(call.timings).toEqual({ firstByteMs: 1 });
  });

  test("an abort after the last announced byte truncates nothing", () => {
    const call = record([
      open(0, "GET", "http://a.test/"),
      response(1, 200, "OK", [["content-length", "4"]]),
      got(2, "full"),
      end(3, "aborted"),
    ]);
    expect(call.response.bodyTruncated).toBe(false);
  });

  test.each([
    ["HEAD", 200],
    ["GET", 204],
    ["GET", 304],
    ["CONNECT", 200],
  ] as const)("%s answered %i has no content to lose", (method, status) => {
    const call = record([open(0, method, "http://a.test/"), response(1, status, "", [["Content-Length", "100"]]), end(3, "aborted")]);
    expect(call.response).toMatchObject({ bodySize: 0, bodyTruncated: false });
  });

  test("a refused connection: no answer, and the request's content never left", () => {
    const call = record([
      open(0, "POST", "http://a.test/", { headers: [["content-length", "12"]] }),
      end(1, "error", [{ name: "Error", code: "ECONNREFUSED", message: "connect ECONNREFUSED" }]),
    ]);
    expect(call).toMatchObject({
      status: 0,
      outcome: "error",
      request: { bodySize: 0, bodyTruncated: true },
      response: { bodyTruncated: false },
      timings: {},
    });
  });
});

describe("what capture had to leave out", () => {
  test("over the limit: the beginning is kept, the size is whole", () => {
    const call = record(
      [open(0, "POST", "http://a.test/"), sent(0, "abcdef"), sent(1, "ghij"), sent(2, "klm"), sentAll(3), end(4)],
      newBuilder(8),
    );
    expect(body(call.request)).toBe("abcdefgh");
    expect(call.request).toMatchObject({ bodySize: 13, bodyTruncated: true });
    expect(call.dropped).toEqual(["request.body:limit"]);
  });

  test("body frames dropped on the way: the totals of the end tell", () => {
    const call = record([open(0, "POST", "http://a.test/"), sent(0, "abc"), response(1, 200, "OK"), end(4, "complete", [], [10, 5000])]);
    expect(body(call.request)).toBe("abc");
    expect(call.request).toMatchObject({ bodySize: 10, bodyTruncated: true });
    expect(call.response).toMatchObject({ bodySize: 5000, bodyTruncated: true });
    expect(call.dropped).toEqual(["request.body:memory", "response.body:memory"]);
  });

  test("a body that ends exactly at the limit is whole", () => {
    const call = record([open(0, "POST", "http://a.test/"), sent(0, "12345678"), end(4, "complete", [], [8, 0])], newBuilder(8));
    expect(call.request.bodyTruncated).toBe(false);
    expect(call.dropped).toEqual([]);
  });

  test("what follows a gap is not joined to what came before it", () => {
    const call = record([open(0, "POST", "http://a.test/"), sent(0, "abc", 5), sent(1, "fgh"), end(4)]);
    expect(body(call.request)).toBe("abc");
    expect(call.request).toMatchObject({ bodySize: 8, bodyTruncated: true });
  });
});

describe("a builder with many calls", () => {
  test("calls that overlap do not mix", () => {
    const builder = newBuilder();
    const push = (call: number, ...steps: ((call: number) => CallEvent)[]) =>
      steps.map((step) => builder.push(step(call))).findLast((done) => done !== undefined);
    push(7, open(0, "GET", "http://a.test/7"), response(1, 200, "OK"), got(1, "seven"));
    push(8, open(0, "GET", "http://a.test/8"), response(1, 200, "OK"), got(1, "eight"));
    expect(builder.openCalls).toBe(2);
    expect(body(push(8, end(3))!.response)).toBe("eight");
    expect(body(push(7, end(4))!.response)).toBe("seven");
    expect(builder.openCalls).toBe(0);
    expect(builder.openBytes).toBe(0);
  });

  test("late events, unknown numbers and number 0 are nothing", () => {
    const builder = newBuilder();
    for (const step of [open(0, "GET", "http://a.test/"), end(1)]) builder.push(step(1));
    for (const step of [got(2, "late"), response(2, 200, ""), end(2)]) {
      expect(builder.push(step(1))).toBeUndefined();
      expect(builder.push(step(99))).toBeUndefined();
    }
    expect(builder.push(open(0, "GET", "http://a.test/")(0))).toBeUndefined();
    expect(builder.openCalls).toBe(0);
  });

  test("a number that comes again before its end gives the older call as far as it came", () => {
    const builder = newBuilder();
    builder.push(open(0, "GET", "http://a.test/first")(1));
    const lost = builder.push(open(9, "GET", "http://a.test/second")(1));
    expect(lost).toMatchObject({ url: "http://a.test/first", outcome: "aborted", errorType: "", dropped: ["call.end:lost"] });
    expect(builder.push(end(10)(1))).toMatchObject({ url: "http://a.test/second" });
  });

  test("at exit every open call becomes a record that says its end was not seen", () => {
    const builder = newBuilder();
    builder.push(open(0, "GET", "http://a.test/a")(1));
    for (const step of [open(0, "GET", "http://a.test/b"), response(3, 200, "OK"), got(7, "da"), got(12.5, "ta")]) builder.push(step(2));
    const [a, b] = builder.abandonAll("exit");
    expect(a).toMatchObject({ url: "http://a.test/a", durationMs: 0, dropped: ["call.end:exit"] });
    expect(b).toMatchObject({
      status: 200,
      durationMs: 12.5,
      outcome: "aborted",
      errorType: "",
      response: { bodyTruncated: true },
      dropped: ["call.end:exit"],
    });
    expect(body(b!.response)).toBe("data");
    expect(builder.openBytes).toBe(0);
  });

  test("for memory bodies go before calls, oldest first", () => {
    const builder = newBuilder();
    for (const call of [1, 2, 3])
      for (const step of [open(0, "PUT", `http://a.test/${call}`), sent(1, "x".repeat(10_000))]) builder.push(step(call));
    const before = builder.openBytes;
    expect(builder.releaseBodies(15_000)).toBe(20_000);
    expect(builder.openBytes).toBe(before - 20_000);
    expect(builder.abandonOldest()).toMatchObject({
      url: "http://a.test/1",
      request: { bodySize: 10_000, bodyTruncated: true },
      dropped: ["call.end:memory", "request.body:memory"],
    });
    builder.push(sent(2, "later")(2));
    expect(builder.push(end(3)(2))).toMatchObject({ request: { bodySize: 10_005, bodyTruncated: true }, dropped: ["request.body:memory"] });
    expect(body(builder.push(end(3)(3))!.request)).toHaveLength(10_000);
    expect(builder.abandonOldest()).toBeUndefined();
  });

  test("start times are exact to the nanosecond although the clock's zero has a fraction", () => {
    const builder = new CallBuilder({
      timeOrigin: 1_764_000_000_123.25,
      resource,
      bodyLimit: 0,
      newTraceId: () => "1".repeat(32),
      newSpanId: () => "1".repeat(16),
    });
    builder.push(open(86_400_000.000001, "GET", "http://a.test/")(1));
    expect(builder.push(end(86_400_000.5)(1))!.startTime).toBe(1_764_086_400_123_250_001n);
  });
});

const bytes = fc.uint8Array({ maxLength: 300 });
const anyEvent: fc.Arbitrary<CallEvent> = fc
  .record({
    call: fc.integer({ min: 0, max: 3 }),
    time: fc.double(),
    text: fc.string(),
    chunk: bytes,
    size: fc.integer({ min: 0, max: 1000 }),
    kind: fc.integer({ min: 0, max: 7 }),
    status: fc.integer({ min: 0, max: 999 }),
  })
  .map(({ call, time, text, chunk, size, kind, status }): CallEvent => {
    switch (kind) {
      case 0:
        return open(time, text, text)(call);
      case 1:
        return head(time, text, text)(call);
      case 2:
        return sent(time, chunk, size)(call);
      case 3:
        return sentAll(time)(call);
      case 4:
        return network(time, text, text, size, size)(call);
      case 5:
        return response(time, status, text, [[text, text]])(call);
      case 6:
        return got(time, chunk, size)(call);
      default:
        return end(time, "error", [{ name: text, code: "", message: text }], [size, -1])(call);
    }
  });

describe("properties", () => {
  test("no order and no loss of events makes the builder throw, and no memory stays", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const builder = newBuilder(500);
        for (const event of events) {
          const call = builder.push(event);
          if (call !== undefined) {
            expect(call.durationMs).toBeGreaterThanOrEqual(0);
            expect(encodeSpan(call as RedactedCall).length).toBeGreaterThan(0);
            expect(call.request.body.length).toBeLessThanOrEqual(Math.min(500, call.request.bodySize));
            expect(call.response.body.length).toBeLessThanOrEqual(Math.min(500, call.response.bodySize));
          }
        }
        builder.abandonAll("exit");
        expect(builder.openCalls).toBe(0);
        expect(builder.openBytes).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  test("the body is the concatenation of the chunks, up to the limit, whatever becomes of the chunks' memory", () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 40 }), fc.integer({ min: 0, max: 4000 }), (chunks, limit) => {
        const builder = newBuilder(limit);
        builder.push(open(0, "PUT", "http://a.test/")(1));
        const whole = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
        for (const chunk of chunks) {
          const shared = chunk.slice();
          builder.push(sent(1, shared)(1));
          builder.push(got(1, shared)(1));
          shared.fill(0);
        }
        const call = builder.push(end(2)(1))!;
        expect(call.request.body).toEqual(whole.subarray(0, limit));
        expect(call.response.body).toEqual(whole.subarray(0, limit));
        expect(call.request.bodySize).toBe(whole.length);
        expect(call.request.bodyTruncated).toBe(whole.length > limit);
      }),
    );
  });
});
