import { connect } from "node:net";
import { once } from "node:events";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { SinkRefused } from "../../src/sink.ts";
import { logsRequest, metricsRequest, span, spanId, traceId, traceRequest, traceRequestJson } from "./samples.ts";
import { fields, post, raw, type Reply, startRig, statusMessage, stopRigs } from "./rig.ts";

afterEach(stopRigs);

const JSON_TYPE = { "content-type": "application/json" };
const spans = (count: number): Buffer[] => Array.from({ length: count }, (_, number) => span(number));

describe("a traces export is kept and answered", () => {
  const protobuf = traceRequest(spans(3));
  const json = traceRequestJson(3);

  test.each([
    ["protobuf", protobuf, {}],
    ["protobuf in chunks without a length", [protobuf.subarray(0, 10), protobuf.subarray(10)], {}],
    ["protobuf in gzip", gzipSync(protobuf), { "content-encoding": "gzip" }],
    ["protobuf in gzip, chunked", [gzipSync(protobuf)], { "content-encoding": "x-gzip" }],
    ["protobuf in zstd", zstdCompressSync(protobuf), { "content-encoding": "zstd" }],
    ["protobuf in deflate", deflateSync(protobuf), { "content-encoding": "deflate" }],
    ["JSON", json, JSON_TYPE],
    ["JSON with a charset", json, { "content-type": "application/JSON; charset=UTF-8" }],
    ["JSON in gzip", gzipSync(json), { ...JSON_TYPE, "content-encoding": "gzip" }],
    ["JSON in zstd", zstdCompressSync(json), { ...JSON_TYPE, "content-encoding": "zstd" }],
  ])("%s", async (_, body, headers: Record<string, string>) => {
    const { sink, url, receiver } = await startRig();
    const reply = await post(`${url}/v1/traces`, body, headers);
    const isJson = "content-type" in headers;
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({
      "content-type": isJson ? "application/json" : "application/x-protobuf",
      "inpooling-collector": "9.9.9",
    });
    expect(reply.body.toString()).toBe(isJson ? "{}" : "");
    expect(reply.headers).not.toHaveProperty("access-control-allow-origin");
    expect(sink.calls.map(({ spanId }) => spanId)).toEqual([0, 1, 2].map((number) => spanId(number)));
    expect(sink.calls[0]).toMatchObject({
      traceId,
      method: "POST",
      host: "api.stripe.com",
      status: 402,
      resource: { serviceName: "shop" },
    });
    expect(Buffer.from(sink.calls[0]?.response.body ?? []).toString()).toBe('{"error":{"code":"card_declined"}}');
    expect(receiver.counters).toMatchObject({ requests: 1, calls: 3, refused: 0 });
  });

  test("the same calls come out of protobuf and JSON", async () => {
    const { sink, url } = await startRig();
    await post(`${url}/v1/traces`, protobuf);
    await post(`${url}/v1/traces`, json, JSON_TYPE);
    const [first, second] = sink.batches;
    expect(JSON.stringify(second?.calls, bigints)).toBe(JSON.stringify(first?.calls, bigints));
  });

  test("an empty request is a success", async () => {
    const { sink, url } = await startRig();
    for (const [body, headers] of [
      ["", {}],
      ["{}", JSON_TYPE],
      ['{"resourceSpans":[]}', JSON_TYPE],
      ['{"resourceSpans":null}', JSON_TYPE],
    ] as const) {
      expect((await post(`${url}/v1/traces`, body, headers)).status).toBe(200);
    }
    expect(sink.batches).toEqual([]);
  });

  test("secrets of foreign senders are redacted before anything is kept", async () => {
    const { sink, url } = await startRig();
    const attributes = {
      "http.request.method": "GET",
      "url.full": "https://a.test/?api_key=canary-1234567890",
      "http.request.header.authorization": ["Bearer canary-1234567890"],
    };
    await post(`${url}/v1/traces`, traceRequest([span(0, { attributes })]));
    expect(sink.calls).toHaveLength(1);
    expect(JSON.stringify(sink.calls, bigints)).not.toContain("canary");
  });

  test("INTERNAL and SERVER spans are answered with full success and only counted", async () => {
    const { sink, url, receiver } = await startRig();
    const reply = await post(`${url}/v1/traces`, traceRequest([span(0, { kind: 1 }), span(1, { kind: 2 }), span(2)]));
    expect([reply.status, reply.body.length, sink.calls.length, receiver.counters.otherSpans]).toEqual([200, 0, 1, 2]);
  });
});

function bigints(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

describe("partial success", () => {
  const mixed = traceRequest([...spans(490), ...Array.from({ length: 10 }, (_, number) => span(number, { spanId: "00".repeat(8) }))]);

  test("10 bad spans among 500 are reported, the others are kept", async () => {
    const { rejections, sink, url, receiver } = await startRig();
    const reply = await post(`${url}/v1/traces`, mixed);
    const partial = fields(fields(reply.body).get(1) as Buffer);
    expect(reply.status).toBe(200);
    expect(partial.get(1)).toBe(10);
    expect(String(partial.get(2))).toBe("10 of 500 spans have a span id of zeros only");
    expect(sink.calls).toHaveLength(490);
    expect(receiver.counters.rejected).toBe(10);
    expect(rejections).toEqual([expect.objectContaining({ endpoint: "/v1/traces", status: 200, count: 10, remote: "127.0.0.1" })]);
  });

  test("in JSON the count is a string, as every 64-bit integer", async () => {
    const { url } = await startRig();
    const body = JSON.parse(traceRequestJson(2)) as { resourceSpans: { scopeSpans: { spans: { traceId: string }[] }[] }[] };
    const [first] = body.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    if (first !== undefined) first.traceId = Buffer.from("5b8efff798038103d269b633813fc60c", "hex").toString("base64");
    const reply = await post(`${url}/v1/traces`, JSON.stringify(body), JSON_TYPE);
    expect(JSON.parse(reply.body.toString())).toEqual({
      partialSuccess: { rejectedSpans: "1", errorMessage: "1 of 2 spans have a trace id of 24 instead of 32 hexadecimal digits" },
    });
  });

  test("logs and metrics are counted and said not to be kept", async () => {
    const { url, sink } = await startRig();
    const logs = await post(`${url}/v1/logs`, logsRequest(3));
    const metrics = await post(`${url}/v1/metrics`, metricsRequest(5));
    expect([logs.status, metrics.status]).toEqual([200, 200]);
    expect(fields(fields(logs.body).get(1) as Buffer).get(1)).toBe(3);
    expect(fields(fields(metrics.body).get(1) as Buffer).get(1)).toBe(5);
    const json = await post(
      `${url}/v1/logs`,
      '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}},{}]}]}]}',
      JSON_TYPE,
    );
    expect(JSON.parse(json.body.toString())).toMatchObject({ partialSuccess: { rejectedLogRecords: "2" } });
    expect(sink.batches).toEqual([]);
  });
});

describe("what is not OTLP is named, with the remedy", () => {
  const traces = traceRequest([span(0)]);

  test.each([
    ["logs posted to traces", "/v1/traces", logsRequest(2), {}, /look like logs, which belong to \/v1\/logs/],
    ["metrics posted to traces", "/v1/traces", metricsRequest(2), {}, /belong to \/v1\/metrics/],
    ["traces posted to logs", "/v1/logs", traces, {}, /post it to \/v1\/traces, not \/v1\/logs/],
    ["JSON logs posted to traces", "/v1/traces", '{"resourceLogs":[]}', JSON_TYPE, /an OTLP logs export: post it to \/v1\/logs/],
    ["JSON traces posted to metrics", "/v1/metrics", traceRequestJson(1), JSON_TYPE, /post it to \/v1\/traces/],
    ["JSON called protobuf", "/v1/traces", traceRequestJson(1), {}, /the body is JSON.*send Content-Type: application\/json/],
    ["protobuf called JSON", "/v1/traces", traces, JSON_TYPE, /the body is binary.*application\/x-protobuf/],
    ["gzip without saying so", "/v1/traces", gzipSync(traces), {}, /gzip data.*Content-Encoding: gzip/],
    ["zstd without saying so", "/v1/traces", zstdCompressSync(traces), {}, /zstd data.*Content-Encoding: zstd/],
    ["not gzip although it says so", "/v1/traces", traces, { "content-encoding": "gzip" }, /not valid gzip.*leave the header out/],
    ["gzip cut short", "/v1/traces", gzipSync(traces).subarray(0, -9), { "content-encoding": "gzip" }, /not valid gzip/],
    ["zstd cut short", "/v1/traces", zstdCompressSync(traces).subarray(0, -9), { "content-encoding": "zstd" }, /not valid zstd/],
    ["a web page", "/v1/traces", "<!doctype html>", {}, /markup/],
    ["plain text", "/v1/traces", "hello, is this a log?", {}, /plain text/],
    ["other JSON", "/v1/traces", '{"message":"hello"}', JSON_TYPE, /an object with \["message"\] and without "resourceSpans"/],
    ["Zipkin", "/v1/traces", '[{"traceId":"1","localEndpoint":{}}]', JSON_TYPE, /Zipkin JSON/],
    ["broken JSON", "/v1/traces", '{"resourceSpans":[{]}', JSON_TYPE, /byte 19/],
    [
      "an enum by name",
      "/v1/traces",
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":"SPAN_KIND_CLIENT"}]}]}]}',
      JSON_TYPE,
      /kind must be an integer/,
    ],
  ])("%s", async (_, path, body, headers: Record<string, string>, expected) => {
    const { rejections, sink, url } = await startRig();
    const reply = await post(url + path, body, headers);
    expect(reply.status).toBe(400);
    expect(reply.headers["content-type"]).toBe("content-type" in headers ? "application/json" : "application/x-protobuf");
    expect(statusMessage(reply)).toMatch(expected);
    expect(sink.batches).toEqual([]);
    expect(rejections).toEqual([expect.objectContaining({ endpoint: path, status: 400 })]);
  });
});

describe("requests that cannot be taken", () => {
  async function answer(path: string, headers: Record<string, string>, method = "POST"): Promise<Reply> {
    const { url } = await startRig();
    return post(url + path, method === "POST" ? "x" : "", headers, method);
  }

  test("another path is 404 and names the right one", async () => {
    const reply = await answer("/", JSON_TYPE);
    expect(reply.status).toBe(404);
    expect(statusMessage(reply)).toMatch(/POST to \/v1\/traces/);
    expect(reply.headers["inpooling-collector"]).toBe("9.9.9");
  });

  test.each(["GET", "PUT", "OPTIONS", "DELETE"])("%s is 405 with Allow and without CORS", async (method) => {
    const reply = await answer(
      "/v1/traces",
      { ...JSON_TYPE, origin: "https://evil.test", "access-control-request-method": "POST" },
      method,
    );
    expect([reply.status, reply.headers["allow"]]).toEqual([405, "POST"]);
    expect(Object.keys(reply.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("another media type is 415; gRPC learns which protocol to set", async () => {
    expect((await answer("/v1/traces", { "content-type": "text/plain" })).status).toBe(415);
    expect((await answer("/v1/traces", { "content-type": "application/json; charset=latin1" })).status).toBe(415);
    expect(statusMessage(await answer("/v1/traces", { "content-type": "application/grpc+proto" }))).toMatch(/http\/protobuf/);
  });

  test("another content coding is 415 with Accept-Encoding", async () => {
    for (const coding of ["br", "gzip, zstd", "snappy", "__proto__"]) {
      const reply = await answer("/v1/traces", { "content-encoding": coding });
      expect([reply.status, reply.headers["accept-encoding"]]).toEqual([415, "gzip, zstd, deflate, identity"]);
    }
  });

  test("without the ingest key it is 401, with it 200", async () => {
    const { sink, url } = await startRig({ key: "correct-horse" });
    const body = traceRequest([span(0)]);
    const none = await post(`${url}/v1/traces`, body);
    const wrong = await post(`${url}/v1/traces`, body, { authorization: "Bearer wrong-horse" });
    expect([none.status, wrong.status, none.headers["www-authenticate"]]).toEqual([401, 401, 'Bearer realm="inpooling"']);
    expect(fields(none.body).get(1)).toBe(16);
    expect(statusMessage(none)).toMatch(/INPOOLING_KEY/);
    expect(sink.batches).toEqual([]);
    expect((await post(`${url}/v1/traces`, body, { authorization: "bearer correct-horse" })).status).toBe(200);
  });

  test("connection stays usable after a refusal", async () => {
    const { receiver } = await startRig();
    const one = "POST /nope HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc";
    const two = "POST /v1/traces HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    const text = await raw(receiver.port, one + two);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 404", "HTTP/1.1 200"]);
  });

  test("a refusal comes before the sender is told to go on", async () => {
    const { receiver } = await startRig();
    const socket = connect(receiver.port, "127.0.0.1");
    socket.write("POST /v1/traces HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: text/csv\r\ncontent-length: 9\r\n\r\n");
    const [first] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    expect(first.toString()).toMatch(/^HTTP\/1\.1 415/);
  });

  test("and a sender that may go on is told so", async () => {
    const { receiver } = await startRig();
    const socket = connect(receiver.port, "127.0.0.1");
    socket.write(
      "POST /v1/traces HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n",
    );
    expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1\.1 100/);
    socket.write("{}");
    expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1\.1 200/);
    socket.destroy();
  });
});

describe("overload is never 500", () => {
  test("a sink that refuses gives 503 with Retry-After 2 and its reason", async () => {
    const { sink, url, receiver } = await startRig();
    sink.before = () => {
      throw new SinkRefused("the journal is full (1 GiB): the database is down, see its log");
    };
    const reply = await post(`${url}/v1/traces`, traceRequest([span(0)]));
    expect([reply.status, reply.headers["retry-after"]]).toEqual([503, "2"]);
    expect(fields(reply.body).get(1)).toBe(14);
    expect(statusMessage(reply)).toMatch(/journal is full/);
    expect(receiver.counters).toMatchObject({ deferred: 1, refused: 0, calls: 0 });
  });

  test("a sink that breaks gives 503 too: nothing was kept, so the sender must come again", async () => {
    const { sink, url } = await startRig();
    sink.before = () => {
      throw new Error("ENOSPC");
    };
    expect((await post(`${url}/v1/traces`, traceRequest([span(0)]))).status).toBe(503);
  });

  test("when all bodies together are too many, the newest has to come again", async () => {
    const { sink, url } = await startRig({ limits: { inFlightBytes: 3_000 } });
    const gate = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    sink.before = () => {
      entered.resolve();
      return gate.promise;
    };
    const body = traceRequest(spans(6));
    const first = post(`${url}/v1/traces`, body);
    await entered.promise;
    const second = await post(`${url}/v1/traces`, body);
    expect([second.status, second.headers["retry-after"]]).toEqual([503, "2"]);
    gate.resolve();
    expect((await first).status).toBe(200);
    expect((await post(`${url}/v1/traces`, body)).status).toBe(200);
  });
});
