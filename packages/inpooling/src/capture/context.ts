// The active trace context, read the way @opentelemetry/api 1.x publishes it: under global symbols, so that
// neither the package nor its version is ours to choose (opentelemetry-js api/src/internal/global-utils.ts,
// context/context.ts: context keys are Symbol.for of their description).

const apiKey = Symbol.for("opentelemetry.js.api.1");
const spanKey = Symbol.for("OpenTelemetry Context Key SPAN");
const suppressedKey = Symbol.for("OpenTelemetry SDK Context Key SUPPRESS_TRACING");
const SAMPLED = 1;

interface Context {
  getValue(key: symbol): unknown;
}
interface Api {
  readonly context?: { active(): Context | undefined };
}
interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}
interface Span {
  spanContext(): SpanContext;
}

/** Ids of the span that is active where a call is made. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

/** Inside `suppressTracing()`: the call is an exporter's own. */
export const suppressed: unique symbol = Symbol("suppressed");

/** @returns undefined when no OpenTelemetry context is active. */
export function activeTrace(): TraceContext | typeof suppressed | undefined {
  const api = (globalThis as { [apiKey]?: Api })[apiKey];
  if (api === undefined) return undefined;
  const context = api.context?.active();
  if (!context) return undefined;
  if (context.getValue(suppressedKey) === true) return suppressed;
  const span = context.getValue(spanKey) as Span | undefined;
  if (!span) return undefined;
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (!isId(traceId, 32) || !isId(spanId, 16)) return undefined;
  return { traceId, spanId, sampled: (traceFlags & SAMPLED) !== 0 };
}

function isId(id: unknown, chars: number): id is string {
  return typeof id === "string" && id.length === chars && !/^0+$/.test(id);
}

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;

/** The W3C `traceparent` header (Trace Context, section 3.2), as an application without an active span may send it. */
export function parseTraceparent(value: unknown): TraceContext | undefined {
  const match = typeof value === "string" ? traceparent.exec(value) : null;
  if (!match) return undefined;
  const [, traceId = "", spanId = "", flags = "0"] = match;
  if (!isId(traceId, 32) || !isId(spanId, 16)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0 };
}
