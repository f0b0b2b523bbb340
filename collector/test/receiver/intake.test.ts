import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterEach, describe, expect, test } from "vitest";
import { callFromSpan, encodeLoss, encodeSpan, encodeTraceRequest, type Loss, redact, resourceFromAttributes, scopeName } from "#record";
import { SpanTally } from "../../src/receiver/decoded-spans.ts";
import { DEFAULT_LIMITS } from "../../src/receiver/limits.ts";
import { Meter } from "../../src/receiver/meter.ts";
import { decodeTraces } from "../../src/receiver/otlp-protobuf.ts";
import { SinkRefused } from "../../src/sink.ts";
import { post, startRig, stopRigs } from "./rig.ts";
import { span, traceRequest } from "./samples.ts";

afterEach(stopRigs);

describe("the official OpenTelemetry exporter", () => {
  /** Ends `count` CLIENT spans and one INTERNAL span, and flushes them. */
  async function send(url: string, count: number, options: object = {}): Promise<void> {
    const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces`, ...options });
    const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
    const tracer = provider.getTracer("shop-instrumentation");
    tracer.startSpan("work", { kind: SpanKind.INTERNAL }).end();
    for (let number = 0; number < count; number++) {
      const span = tracer.startSpan("POST", { kind: SpanKind.CLIENT });
      span.setAttributes({
        "http.request.method": "POST",
        "url.full": "https://api.stripe.com/v1/charges?expand=customer",
        "server.address": "api.stripe.com",
        "server.port": 443,
        "http.response.status_code": 200 + number,
        "http.response.header.content-type": ["application/json"],
        "http.response.body.content": '{"name":"Žofie 🙂"}',
      });
      span.setStatus({ code: SpanStatusCode.UNSET });
      span.end();
    }
    await provider.forceFlush();
    await provider.shutdown();
  }

  test.each([
    ["uncompressed", {}],
    ["gzip", { compression: "gzip" }],
  ])("%s: every call is kept, other spans are not", async (_, options) => {
    const { rejections, sink, url, receiver } = await startRig();
    await send(url, 600, options);
    expect(sink.calls.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 600 }, (_, number) => 200 + number),
    );
    const [call] = sink.calls;
    expect(call).toMatchObject({ source: "span", host: "api.stripe.com", port: 443, method: "POST", sampled: true });
    expect(Buffer.from(call?.response.body ?? []).toString()).toBe('{"name":"Žofie 🙂"}');
    expect(call?.response.headers).toEqual([["content-type", "application/json"]]);
    expect(receiver.counters).toMatchObject({ calls: 600, otherSpans: 1, refused: 0, deferred: 0 });
    expect(rejections).toEqual([]);
  });

  test("comes again after 503, and nothing is lost or doubled", async () => {
    const { sink, url, receiver } = await startRig();
    let refusals = 0;
    sink.before = () => {
      if (refusals++ < 1) throw new SinkRefused("the journal is full");
    };
    await send(url, 20);
    expect(new Set(sink.calls.map(({ spanId }) => spanId)).size).toBe(20);
    expect(sink.calls).toHaveLength(20);
    expect(receiver.counters).toMatchObject({ deferred: 1, calls: 20 });
  });
});

describe("our own sender", () => {
  const resource = resourceFromAttributes([["service.name", "shop"]]);
  const foreign = [...decodeTraces(traceRequest([span(0)]), new Meter(DEFAULT_LIMITS), new SpanTally())][0];
  if (foreign === undefined) throw new Error("the sample is a call");
  const plain = callFromSpan(foreign.span, resource);
  if (plain === undefined) throw new Error("the sample is a call");

  test("a call arrives as it was sent and is not redacted a second time", async () => {
    const { sink, url } = await startRig();
    const call = redact({
      ...plain,
      source: "patch",
      request: {
        ...plain.request,
        headers: [
          ["X-A", "1"],
          ["Authorization", "Bearer abc"],
          ["x-a", "2"],
        ],
      },
      tags: { order: "42" },
      previous: { traceId: plain.traceId, spanId: "00000000000000aa" },
    });
    const reply = await post(`${url}/v1/traces`, encodeTraceRequest(resource, { name: scopeName, version: "1" }, [encodeSpan(call)]));
    expect(reply.status).toBe(200);
    expect(sink.calls).toEqual([call]);
    expect(sink.calls[0]?.request.body).toEqual(call.request.body);
  });

  test("what it lost arrives as losses beside the calls", async () => {
    const { sink, url, receiver } = await startRig();
    const loss: Loss = {
      reason: "queue-full",
      what: "body",
      host: "api.stripe.com",
      count: 3,
      bytes: 4096,
      from: 1n,
      to: 2n,
      serviceName: "shop",
    };
    await post(`${url}/v1/traces`, encodeTraceRequest(resource, { name: scopeName, version: "1" }, [encodeLoss(loss)]));
    expect(sink.batches).toEqual([{ calls: [], losses: [loss] }]);
    expect(receiver.counters).toMatchObject({ calls: 0, losses: 1 });
  });
});
