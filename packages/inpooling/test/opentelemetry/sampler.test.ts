import { context, SpanKind } from "@opentelemetry/api";
import { AlwaysOffSampler, AlwaysOnSampler, SamplingDecision } from "@opentelemetry/sdk-trace";
import { expect, test } from "vitest";
import { recordClientSpans } from "../../src/opentelemetry/sampler.ts";

const decide = (sampler: ReturnType<typeof recordClientSpans>, kind: SpanKind): SamplingDecision =>
  sampler.shouldSample(context.active(), "0af7651916cd43dd8448eb211c80319c", "GET", kind, {}, []).decision;

test("a dropped CLIENT span is recorded, not sampled", () => {
  expect(decide(recordClientSpans(new AlwaysOffSampler()), SpanKind.CLIENT)).toBe(SamplingDecision.RECORD);
});

test.each([SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.PRODUCER, SpanKind.CONSUMER])("kind %s stays dropped", (kind) => {
  expect(decide(recordClientSpans(new AlwaysOffSampler()), kind)).toBe(SamplingDecision.NOT_RECORD);
});

test("a sampled span stays sampled", () => {
  expect(decide(recordClientSpans(new AlwaysOnSampler()), SpanKind.CLIENT)).toBe(SamplingDecision.RECORD_AND_SAMPLED);
});

test("its description names what it wraps", () => {
  expect(String(recordClientSpans(new AlwaysOffSampler()))).toBe("recordClientSpans(AlwaysOffSampler)");
});

test("something else than a sampler is refused with the remedy", () => {
  expect(() => recordClientSpans(0.1 as never)).toThrow(/recordClientSpans\(sampler\) needs an OpenTelemetry sampler.*got 0.1/);
});
