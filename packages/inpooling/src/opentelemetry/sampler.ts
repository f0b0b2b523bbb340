import type { Sampler, SamplingResult } from "@opentelemetry/sdk-trace";

// Values of the specification's SpanKind and SamplingDecision, written out so that no SDK is loaded for two numbers.
const CLIENT = 2;
const NOT_RECORD = 0;
const RECORD = 1;

/**
 * Wraps a sampler so that CLIENT spans it drops are still recorded, without the sampled flag: processors that export
 * sampled spans only (OpenTelemetry's own do) see what they saw before, and so do downstream services. Spans of other
 * kinds are the wrapped sampler's business alone.
 *
 * @throws TypeError when `sampler` is not a sampler.
 */
export function recordClientSpans(sampler: Sampler): Sampler {
  if (typeof sampler?.shouldSample !== "function") {
    throw new TypeError(
      `recordClientSpans(sampler) needs an OpenTelemetry sampler, e.g. new TraceIdRatioBasedSampler(0.1); got ${String(sampler)}`,
    );
  }
  return {
    shouldSample(...args): SamplingResult {
      const result = sampler.shouldSample(...args);
      return result.decision === NOT_RECORD && args[3] === CLIENT ? { ...result, decision: RECORD } : result;
    },
    toString: () => `recordClientSpans(${sampler.toString()})`,
  };
}
