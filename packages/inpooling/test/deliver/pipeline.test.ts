import { createHash } from "node:crypto";
import * as zlib from "node:zlib";
import { describe, expect, test } from "vitest";
import { reached } from "../../src/ring/control.ts";
import { OtlpSink } from "./otlp-sink.ts";
import { Running, textOf } from "./running.ts";

describe("what arrives", () => {
  test("one call, decoded, hashed, redacted, with who made it", async () => {
    await using sink = await OtlpSink.start();
    const running = Running.start({
      INPOOLING_ENDPOINT: sink.url,
      INPOOLING_KEY: "k-1",
      OTEL_SERVICE_NAME: "shop",
      OTEL_RESOURCE_ATTRIBUTES: "service.version=7,team=a%20b",
    });
    const wire = zlib.gzipSync('{"answer":42}');
    running.call({
      request: '{"password":"hunter2-canary"}',
      requestHeaders: [
        ["Content-Type", "application/json"],
        ["Authorization", "Bearer canary-token-123456"],
      ],
      response: wire,
      responseHeaders: [
        ["Content-Type", "application/json"],
        ["Content-Encoding", "gzip"],
      ],
    });
    await running.pipeline.flush();
    const [call] = sink.calls;
    expect(call).toMatchObject({ method: "POST", host: "api.example.com", status: 200, outcome: "complete", attempt: 1 });
    expect(call?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(call?.resource).toMatchObject({
      serviceName: "shop",
      serviceVersion: "7",
      attributes: { team: "a b", "telemetry.sdk.name": "inpooling" },
    });
    expect(textOf(call?.response.body)).toBe('{"answer":42}');
    expect(call?.response).toMatchObject({
      bodySize: wire.length,
      bodyTruncated: false,
      bodySha256: createHash("sha256").update(wire).digest("hex"),
    });
    expect(Math.abs(Number((call?.startTime ?? 0n) / 1_000_000n) - Date.now())).toBeLessThan(60_000);
    expect(sink.text).not.toContain("canary");
    expect(sink.received.at(-1)?.headers).toMatchObject({ authorization: "Bearer k-1", "content-type": "application/x-protobuf" });
    expect(sink.received.at(-1)?.headers["user-agent"]).toMatch(/^inpooling\/0\.1\.0 \(node /);
    expect(sink.received.at(-1)?.url).toBe("/v1/traces");
  });

  test("a secret among the resource attributes does not leave, and every record says so", async () => {
    await using sink = await OtlpSink.start();
    const running = Running.start({
      INPOOLING_ENDPOINT: sink.url,
      OTEL_RESOURCE_ATTRIBUTES: "team=payments,deploy.secret=canary-of-the-deployment",
    });
    running.call({});
    running.call({});
    await running.pipeline.flush();
    expect(sink.text).not.toContain("canary");
    expect(sink.calls).toHaveLength(2);
    for (const { resource, redacted } of sink.calls) {
      expect(resource.attributes).toMatchObject({ team: "payments", "deploy.secret": expect.stringMatching(/^\[redacted:/) as string });
      expect(redacted).toEqual([expect.stringMatching(/^resource\.deploy\.secret:/)]);
    }
  });

  test("a body whose coding cannot be removed does not leave", async () => {
    await using sink = await OtlpSink.start();
    const running = Running.start({ INPOOLING_ENDPOINT: sink.url });
    running.call({
      response: Uint8Array.from({ length: 300 }, (_, i) => (i * 89 + 7) % 256),
      responseHeaders: [["content-encoding", "gzip"]],
    });
    await running.pipeline.flush();
    expect(sink.calls[0]?.response).toMatchObject({ body: new Uint8Array(0), bodyTruncated: true, bodySize: 300 });
    expect(sink.calls[0]?.dropped).toEqual(["response.body:content-coding gzip"]);
  });

  test("only the header fields that were asked for", async () => {
    await using sink = await OtlpSink.start();
    const running = Running.start({
      INPOOLING_ENDPOINT: sink.url,
      OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST: "X-Wanted",
      OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE: "etag",
    });
    running.call({
      requestHeaders: [
        ["x-wanted", "1"],
        ["x-other", "2"],
      ],
      responseHeaders: [
        ["ETag", "3"],
        ["date", "4"],
      ],
    });
    await running.pipeline.flush();
    expect(sink.calls[0]?.request.headers).toEqual([["x-wanted", "1"]]);
    expect(sink.calls[0]?.response.headers).toEqual([["ETag", "3"]]);
  });

  test("metadata capture keeps sizes and no bodies", async () => {
    await using sink = await OtlpSink.start();
    const running = Running.start({ INPOOLING_ENDPOINT: sink.url, INPOOLING_CAPTURE: "metadata" });
    running.call({ request: "question", response: "answer" });
    await running.pipeline.flush();
    expect(sink.calls[0]?.request).toMatchObject({ bodySize: 8, bodyTruncated: true, body: new Uint8Array(0) });
    expect(sink.text).not.toContain("answer");
  });

  test("an idle pipeline sends by itself", async () => {
    await using sink = await OtlpSink.start();
    const running = Running.start({ INPOOLING_ENDPOINT: sink.url, OTEL_BSP_SCHEDULE_DELAY: "10" });
    running.call();
    await sink.until(({ calls }) => calls.length === 1);
  });

  test("a thousand calls in order, batched by count and by bytes, zstd once the collector is known", async () => {
    await using sink = await OtlpSink.start();
    const running = Running.start({ INPOOLING_ENDPOINT: sink.url, OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "100" }, 16 * 1024 ** 2);
    for (let index = 0; index < 1000; index++) running.call({ response: `${index} ${"x".repeat(3000)}` });
    await sink.until(({ calls }) => calls.length >= 900);
    await running.pipeline.flush();
    expect(sink.calls.map((call) => Number(textOf(call.response.body).split(" ", 1)[0])).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    );
    expect(Math.max(...sink.received.map(({ plain }) => plain.length))).toBeLessThan(2.2 * 1024 ** 2);
    expect(sink.received.at(-1)?.headers["content-encoding"]).toBe("zstd");
    expect(running.status.stats()).toMatchObject({ calls: 1000, delivered: 1000, lostCalls: 0 });
  });

  test.each([
    ["traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", {}],
    ["b3", "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1", { OTEL_PROPAGATORS: "b3" }],
    ["uber-trace-id", "0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:1", { OTEL_PROPAGATORS: "tracecontext,jaeger" }],
    ["X-Amzn-Trace-Id", "Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1", { OTEL_PROPAGATORS: "xray" }],
  ])("a trace named by %s is the call's", async (name, value, env) => {
    await using sink = await OtlpSink.start();
    const running = Running.start({ INPOOLING_ENDPOINT: sink.url, ...env });
    running.call({ requestHeaders: [[name, value]] });
    await running.pipeline.flush();
    expect(sink.calls[0]).toMatchObject({ traceId: "0af7651916cd43dd8448eb211c80319c", parentSpanId: "b7ad6b7169203331", sampled: true });
  });
});

test("a call that stays open for gigabytes of others is still flushed at the end", async () => {
  await using sink = await OtlpSink.start();
  const running = Running.start({ INPOOLING_ENDPOINT: sink.url });
  running.open();
  const { control } = running;
  // As if a gigabyte had passed since everything was delivered.
  control.acknowledge((control.written - 2 ** 30 - 1) | 0);
  await running.pipeline.flush();
  expect(reached(control.acked, control.written)).toBe(false);
  expect((control.written - control.acked) | 0).toBeLessThan(1_000);
});

describe("payloads go only to an Inpooling collector", () => {
  test("another backend gets metadata, gzipped, as OTLP", async () => {
    await using sink = await OtlpSink.start({ identifies: false });
    const running = Running.start({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_EXPORTER_OTLP_HEADERS: "x-team=a" });
    running.call({ request: "payload-canary", response: "payload-canary" });
    await running.pipeline.flush();
    expect(sink.calls[0]).toMatchObject({
      status: 200,
      dropped: ["request.body:endpoint", "response.body:endpoint"],
      request: { bodySize: 14, bodyTruncated: true },
    });
    expect(sink.text).not.toContain("canary");
    expect(sink.received[0]?.wire.length).toBe(0);
    expect(sink.received[1]?.headers).toMatchObject({ "content-encoding": "gzip", "x-team": "a" });
  });

  test("a collector behind a general name identifies itself and gets them", async () => {
    await using sink = await OtlpSink.start();
    const running = Running.start({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url });
    running.call({ response: "payload" });
    await running.pipeline.flush();
    expect(textOf(sink.calls[0]?.response.body)).toBe("payload");
  });

  test("an endpoint that was named for Inpooling is not asked first", async () => {
    await using sink = await OtlpSink.start({ identifies: false });
    const running = Running.start({ INPOOLING_ENDPOINT: sink.url });
    running.call({ response: "payload" });
    await running.pipeline.flush();
    expect(textOf(sink.calls[0]?.response.body)).toBe("payload");
    expect(sink.received).toHaveLength(1);
  });

  test("another backend in the place of a collector that went away gets no payload", async () => {
    const collector = await OtlpSink.start();
    const running = Running.start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    running.call({ response: "first" });
    await running.pipeline.flush();
    await collector.close();
    running.call({ response: "payload-canary" });
    await running.pipeline.flush();
    await using other = await OtlpSink.start({ identifies: false, port: collector.port });
    await running.pipeline.flush();
    expect(other.calls).toHaveLength(1);
    expect(other.text).not.toContain("canary");
  });
});

test.each(["none", "gzip", "zstd"])("OTEL_EXPORTER_OTLP_COMPRESSION=%s", async (coding) => {
  await using sink = await OtlpSink.start();
  const running = Running.start({ INPOOLING_ENDPOINT: sink.url, OTEL_EXPORTER_OTLP_COMPRESSION: coding });
  running.call();
  await running.pipeline.flush();
  expect(sink.received[0]?.headers["content-encoding"]).toBe(coding === "none" ? undefined : coding);
  expect(sink.calls).toHaveLength(1);
});
