import { registry } from "./registry.ts";

/** The CLIENT span that some instrumentation made for a call. Ids as in OTLP JSON: lower-case hex. */
export interface CallSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly sampled: boolean;
}

/**
 * Finds the span that stands for a request.
 * @param request the `ClientRequest`, or undici's request object (its `headers` are a flat array).
 * @param moment `start`: the request was just made, in the caller's context. `head`: its head leaves now, with the
 * fields that instrumentations have added; asked only when `start` found nothing, and only for undici.
 * @param head at `head`, the text that leaves.
 */
export type SpanLookup = (request: object, moment: "start" | "head", head?: string) => CallSpan | undefined;

/**
 * Lets a bridge to OpenTelemetry name the span of each call, so that one call is one record however many layers
 * saw it. While a lookup is set, a call over undici is opened when its head leaves, with its true start time.
 * @returns takes the lookup out again.
 */
export function setSpanLookup(lookup: SpanLookup): () => void {
  const shared = registry();
  shared.spanLookup = lookup;
  return () => {
    if (shared.spanLookup === lookup) shared.spanLookup = undefined;
  };
}
