import { expect, test } from "vitest";
import type { Call, RedactedCall } from "../../src/index.ts";
import { callFromSpan, encodeSpan, encodeTraceRequest } from "../../src/index.ts";
import { readRequest } from "./wire.ts";

const utf8 = new TextEncoder();
const call: Call = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  parentSpanId: "00f067aa0ba902b7",
  traceState: "a=b",
  sampled: true,
  startTime: 1_764_000_000_123_456_789n,
  durationMs: 12.345678,
  resource: {
    serviceName: "shop",
    serviceVersion: "1.2",
    environment: "prod",
    attributes: { "service.name": "shop", "service.version": "1.2", "deployment.environment.name": "prod", "host.name": "ä" },
  },
  source: "patch",
  client: "fetch",
  vendor: "stripe",
  operation: "charges.create",
  method: "POST",
  url: "https://api.stripe.com/v1/charges",
  host: "api.stripe.com",
  port: 443,
  route: "/v1/charges",
  status: 402,
  statusText: "Payment Required",
  outcome: "complete",
  errorType: "402",
  errors: [{ name: "E", code: "C", message: "mé" }],
  attempt: 2,
  previous: { traceId: "1af7651916cd43dd8448eb211c80319c", spanId: "c7ad6b7169203331" },
  request: {
    headers: [
      ["Content-Type", "application/json"],
      ["X-A", "1"],
      ["x-a", "2"],
    ],
    body: utf8.encode('{"a":"ü"}'),
    bodySize: 10,
    bodyTruncated: false,
    bodySha256: "ab",
    chunks: [],
  },
  response: {
    headers: [["content-type", "image/png"]],
    body: new Uint8Array([1, 2, 255]),
    bodySize: 5_000_000_000,
    bodyTruncated: true,
    bodySha256: "",
    chunks: [
      [0.5, 100],
      [1.25, 5e9],
    ],
  },
  timings: { requestSentMs: 1, firstByteMs: 2.5, lastByteMs: 12.345678 },
  network: { protocol: "1.1", peerAddress: "1.2.3.4", peerPort: 443, localPort: 50123 },
  callSite: "shop.js:12",
  tags: { order: "42", ключ: "значение" },
  redacted: ["request.header.authorization:header-name"],
  dropped: ["response.body:limit"],
};

test("a call survives OTLP", () => {
  const [batch] = readRequest(
    encodeTraceRequest(call.resource, { name: "inpooling", version: "0.1.0" }, [encodeSpan(call as RedactedCall)]),
  );
  expect(batch?.scope).toEqual({ name: "inpooling", version: "0.1.0" });
  expect(callFromSpan(batch!.spans[0]!, batch!.resource)).toEqual(call);
});
