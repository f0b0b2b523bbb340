import { expect, test } from "vitest";
import type { Propagator } from "../../src/config/parse.ts";
import { traceContextOf } from "../../src/deliver/trace-headers.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const parentSpanId = "b7ad6b7169203331";

test.each<[Propagator, Record<string, string>, boolean]>([
  ["tracecontext", { Traceparent: `00-${traceId}-${parentSpanId}-01` }, true],
  ["tracecontext", { traceparent: `00-${traceId}-${parentSpanId}-00` }, false],
  ["b3", { b3: `${traceId}-${parentSpanId}-1-05e3ac9a4f6e3b90` }, true],
  ["b3", { b3: `${traceId}-${parentSpanId}-d` }, true],
  ["b3", { B3: `${traceId}-${parentSpanId}` }, false],
  ["b3multi", { "X-B3-TraceId": traceId, "X-B3-SpanId": parentSpanId, "X-B3-Sampled": "1" }, true],
  ["jaeger", { "uber-trace-id": `${traceId}:${parentSpanId}:0:3` }, true],
  ["jaeger", { "uber-trace-id": `${traceId}%3A${parentSpanId}%3A0%3A0` }, false],
  ["xray", { "X-Amzn-Trace-Id": `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${parentSpanId};Sampled=1` }, true],
  ["ottrace", { "ot-tracer-traceid": traceId, "ot-tracer-spanid": parentSpanId, "ot-tracer-sampled": "true" }, true],
])("%s %j", (name, headers, sampled) => {
  expect(traceContextOf(Object.entries(headers), [name])).toEqual({ traceId, parentSpanId, sampled });
});

test("64-bit trace ids are padded", () => {
  expect(traceContextOf([["b3", "05e3ac9a4f6e3b90-b7ad6b7169203331-1"]], ["b3"])?.traceId).toBe("000000000000000005e3ac9a4f6e3b90");
});

test.each<[Propagator, string, string]>([
  ["tracecontext", "traceparent", `00-${"0".repeat(32)}-${parentSpanId}-01`],
  ["tracecontext", "traceparent", `00-${traceId}-${"0".repeat(16)}-01`],
  ["tracecontext", "traceparent", "nonsense"],
  ["b3", "b3", "0"],
  ["jaeger", "uber-trace-id", "%E0%A4%A"],
  ["xray", "x-amzn-trace-id", "Self=1;;=;Root"],
  ["none", "traceparent", `00-${traceId}-${parentSpanId}-01`],
  ["baggage", "traceparent", `00-${traceId}-${parentSpanId}-01`],
])("%s ignores %s: %s", (name, header, value) => {
  expect(traceContextOf([[header, value]], [name])).toBeUndefined();
});

test("the first propagator that finds one counts", () => {
  const headers = [
    ["b3", `${traceId}-${parentSpanId}-1`],
    ["traceparent", `00-${"1".repeat(32)}-${"2".repeat(16)}-00`],
  ] as const;
  expect(traceContextOf(headers, ["b3", "tracecontext"])?.traceId).toBe(traceId);
  expect(traceContextOf(headers, ["tracecontext", "b3"])?.traceId).toBe("1".repeat(32));
});
