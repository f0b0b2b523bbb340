import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AttributeValue, OtlpSpan, RedactedCall } from "../../src/index.ts";
import { attributeTable, callFromSpan, encodeSpan, isOwnSpan, resourceFromAttributes } from "../../src/index.ts";
import { body, resource } from "../transcript.ts";

function clientSpan(attributes: Record<string, AttributeValue>, more: Partial<OtlpSpan> = {}): OtlpSpan {
  return {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    parentSpanId: "",
    traceState: "",
    flags: 1,
    name: "GET",
    kind: 3,
    startTime: 1_700_000_000_000_000_000n,
    endTime: 1_700_000_000_025_500_000n,
    attributes: Object.entries(attributes),
    links: [],
    status: { code: 0, message: "" },
    scopeName: "@opentelemetry/instrumentation-undici",
    ...more,
  };
}

describe("CLIENT spans of other senders", () => {
  test("current names (instrumentation-undici)", () => {
    const call = callFromSpan(
      clientSpan({
        "http.request.method": "GET",
        "http.request.method_original": "GET",
        "url.full": "https://api.github.com/repos/acme/shop/issues/17?page=2",
        "url.path": "/repos/acme/shop/issues/17",
        "url.query": "?page=2",
        "url.scheme": "https",
        "server.address": "api.github.com",
        "server.port": 443n,
        "user_agent.original": "node",
        "network.peer.address": "140.82.121.6",
        "network.peer.port": 443n,
        "http.response.status_code": 200n,
        "http.response.header.content-length": ["2"],
        "http.response.header.content_type": ["application/json"],
        "order.id": 42n,
      }),
      resource,
    );
    expect(call).toMatchObject({
      source: "span",
      client: "undici",
      vendor: "github",
      method: "GET",
      url: "https://api.github.com/repos/acme/shop/issues/17?page=2",
      host: "api.github.com",
      port: 443,
      route: "/repos/acme/shop/issues/{id}",
      status: 200,
      outcome: "complete",
      errorType: "",
      durationMs: 25.5,
      sampled: true,
      network: { peerAddress: "140.82.121.6", peerPort: 443 },
      tags: { "order.id": "42", "user_agent.original": "node" },
    });
    expect(call?.response.headers).toEqual([
      ["content-length", "2"],
      ["content-type", "application/json"],
    ]);
  });

  test("names before 1.23 and HyperDX's bodies", () => {
    const call = callFromSpan(
      clientSpan(
        {
          "http.method": "POST",
          "http.url": "http://orders.internal:8080/v1/orders/9",
          "http.status_code": "503",
          "http.flavor": "1.1",
          "net.peer.name": "orders.internal",
          "net.peer.port": 8080n,
          "net.sock.peer.addr": "10.0.0.8",
          "http.request_content_length": 11n,
          "http.request.header.content_type": "application/json",
          "http.request.body": '{"a":"ü","b"',
          "http.response.body": new Uint8Array([1, 2, 3]),
          "peer.service": "orders",
        },
        { scopeName: "@opentelemetry/instrumentation-http" },
      ),
      resource,
    );
    expect(call).toMatchObject({
      client: "node:http",
      method: "POST",
      host: "orders.internal",
      port: 8080,
      vendor: "orders",
      route: "/v1/orders/{id}",
      status: 503,
      errorType: "503",
      tags: {},
    });
    expect(call).toMatchObject({
      network: { protocol: "1.1", peerAddress: "10.0.0.8" },
      request: { bodySize: 11 },
      response: { bodySize: 3 },
    });
    expect(body(call!.request)).toBe('{"a":"ü","b"');
    expect(call?.request.headers).toEqual([["content-type", "application/json"]]);
  });

  test("current names win over old ones, whatever their order", () => {
    const names = { "http.method": "GET", "http.request.method": "POST", "http.url": "http://old.test/", "url.full": "http://new.test/" };
    expect(callFromSpan(clientSpan(names), resource)).toMatchObject({ method: "POST", url: "http://new.test/", host: "new.test" });
  });

  test("a URL told in parts", () => {
    const call = callFromSpan(
      clientSpan({ "http.method": "GET", "http.scheme": "https", "http.host": "api.acme.dev:8443", "http.target": "/a/b?c=d" }),
      resource,
    );
    expect(call).toMatchObject({ url: "https://api.acme.dev:8443/a/b?c=d", host: "api.acme.dev", port: 8443, route: "/a/b" });
    expect(
      callFromSpan(clientSpan({ "http.request.method": "GET", "server.address": "::1", "server.port": 80n, "url.path": "/x" }), resource)
        ?.url,
    ).toBe("http://[::1]/x");
  });

  test("an exception event becomes the error", () => {
    const events = [
      {
        name: "exception",
        attributes: [
          ["exception.type", "ECONNREFUSED"],
          ["exception.message", "connect ECONNREFUSED"],
          ["exception.stacktrace", "…"],
        ] as const,
      },
    ];
    const call = callFromSpan(
      clientSpan(
        { "http.request.method": "GET", "url.full": "http://a.test/" },
        { events, status: { code: 2, message: "connect ECONNREFUSED" } },
      ),
      resource,
    );
    expect(call).toMatchObject({
      outcome: "error",
      errorType: "ECONNREFUSED",
      errors: [{ name: "ECONNREFUSED", code: "", message: "connect ECONNREFUSED" }],
    });
  });

  test("a payload that was not sent with its size is truncated, not empty", () => {
    const call = callFromSpan(
      clientSpan({ "http.request.method": "GET", "url.full": "http://a.test/", "http.response.body.size": 4096n }),
      resource,
    );
    expect(call?.response).toMatchObject({ bodySize: 4096, bodyTruncated: true });
    expect(call?.request).toMatchObject({ bodySize: 0, bodyTruncated: false });
  });

  test("unknown attributes become at most 64 tags, lists and bytes as JSON", () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`a.${i}`, [BigInt(i), { b: new Uint8Array([255]) }]]));
    const call = callFromSpan(clientSpan({ "http.request.method": "GET", ...many }), resource);
    expect(Object.keys(call!.tags)).toHaveLength(64);
    expect(call!.tags["a.7"]).toBe('["7",{"b":"ff"}]');
  });

  test.each([
    ["a SERVER span", clientSpan({ "http.request.method": "GET" }, { kind: 2 })],
    ["a database call", clientSpan({ "db.system.name": "postgresql" })],
    ["an empty span", clientSpan({})],
  ])("%s is no call", (_, span) => {
    expect(callFromSpan(span, resource)).toBeUndefined();
  });

  test("values of the wrong type do no harm", () => {
    const call = callFromSpan(
      clientSpan({
        "http.request.method": 7n,
        "url.full": ["x"],
        "server.port": "no",
        "http.response.status_code": -5n,
        "http.request.body.size": 1e300,
        "http.response.body.content": { a: [1n] },
        "inpooling.request.chunk.sizes": "x",
        "inpooling.redacted": 3n,
        "inpooling.timing.dns_ms": { a: "b" },
      }),
      resource,
    );
    expect(call).toMatchObject({ method: "7", url: '["x"]', port: 0, status: 0, redacted: ["3"], request: { chunks: [] } });
  });
});

const anyValue: fc.Arbitrary<AttributeValue> = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.string({ unit: "binary" }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.double(),
    fc.boolean(),
    fc.uint8Array({ maxLength: 20 }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
  ),
})).value;

test("no value under any name makes a span unreadable, and the call it becomes can be sent on", () => {
  const old = [
    "http.method",
    "http.url",
    "http.target",
    "http.host",
    "http.scheme",
    "net.peer.name",
    "net.peer.port",
    "http.flavor",
    "http.request.body",
    "code.lineno",
    "code.filepath",
  ];
  const names = fc.oneof(
    fc.constantFrom(...attributeTable.map(({ name }) => name), ...old),
    fc.constantFrom("http.request.header.", "http.response.header.", "inpooling.tag.", "__proto__", "constructor", ""),
    fc.string(),
  );
  const attributes = fc.array(fc.tuple(names, anyValue), { maxLength: 30 });
  fc.assert(
    fc.property(attributes, attributes, fc.constantFrom("inpooling", "other"), fc.nat({ max: 2 }), (pairs, eventPairs, scopeName, code) => {
      const span = clientSpan(
        {},
        {
          attributes: [["http.request.method", "GET"], ...pairs],
          events: [{ name: "exception", attributes: eventPairs }],
          scopeName,
          status: { code, message: "m" },
        },
      );
      const call = callFromSpan(span, resourceFromAttributes(eventPairs));
      if (call === undefined) return;
      for (const field of [call.port, call.status, call.attempt, call.request.bodySize, call.response.bodySize])
        expect(field).toBeGreaterThanOrEqual(0);
      expect(encodeSpan(call as RedactedCall).length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});

describe("our own spans", () => {
  test("are those of our scope that carry the record's version", () => {
    const own = clientSpan({ "inpooling.record.version": 1n }, { scopeName: "inpooling" });
    expect(isOwnSpan(own)).toBe(true);
    expect(isOwnSpan({ ...own, scopeName: "other" })).toBe(false);
    expect(isOwnSpan(clientSpan({ "http.request.method": "GET" }, { scopeName: "inpooling" }))).toBe(false);
  });

  test("that a processor on the way added to and took from still make a call", () => {
    const call = callFromSpan(
      clientSpan(
        {
          "inpooling.record.version": 1n,
          "http.request.method": "GET",
          "inpooling.request.header.names": ["Accept", "X-Gone", "X-Two", "x-two"],
          "http.request.header.accept": ["*/*"],
          "http.request.header.x-two": ["1", "2", "3"],
          "http.request.header.x-new": ["n"],
          "k8s.pod.name": "shop-1",
          "inpooling.from_the_future": "?",
        },
        { scopeName: "inpooling" },
      ),
      resource,
    );
    expect(call?.request.headers).toEqual([
      ["Accept", "*/*"],
      ["X-Two", "1"],
      ["x-two", "2"],
      ["x-two", "3"],
      ["x-new", "n"],
    ]);
    expect(call?.tags).toEqual({ "k8s.pod.name": "shop-1" });
  });
});

test("a resource: named attributes, and all of them as text", () => {
  const attributes: Record<string, AttributeValue> = {
    "service.name": "shop",
    "deployment.environment": "prod",
    "process.pid": 7n,
    "process.command_args": ["node", "x"],
    __proto__x: true,
  };
  expect(resourceFromAttributes(Object.entries(attributes))).toEqual({
    serviceName: "shop",
    serviceVersion: "",
    environment: "prod",
    attributes: {
      "service.name": "shop",
      "deployment.environment": "prod",
      "process.pid": "7",
      "process.command_args": '["node","x"]',
      __proto__x: "true",
    },
  });
});
