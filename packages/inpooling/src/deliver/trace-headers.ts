import { headerValue } from "#record";
import type { HeaderPairs } from "#record";
import type { Propagator } from "../config/parse.ts";

/** Trace and parent span that a request's header fields name. Ids are lower-case hex of full length. */
export interface TraceContext {
  readonly traceId: string;
  readonly parentSpanId: string;
  readonly sampled: boolean;
}

function context(traceId: string, spanId: string, sampled: boolean): TraceContext | undefined {
  const trace = traceId.toLowerCase().padStart(32, "0");
  const parent = spanId.toLowerCase().padStart(16, "0");
  if (!/^[0-9a-f]{32}$/.test(trace) || !/^[0-9a-f]{16}$/.test(parent) || /^0+$/.test(trace) || /^0+$/.test(parent)) return undefined;
  return { traceId: trace, parentSpanId: parent, sampled };
}

type Read = (headers: HeaderPairs) => TraceContext | undefined;

const readers: Readonly<Record<Propagator, Read | undefined>> = {
  /** https://www.w3.org/TR/trace-context/#traceparent-header */
  tracecontext: (headers) => {
    const match = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/.exec(headerValue(headers, "traceparent").trim());
    return match === null ? undefined : context(match[1] ?? "", match[2] ?? "", (Number.parseInt(match[3] ?? "0", 16) & 1) === 1);
  },
  /** https://github.com/openzipkin/b3-propagation#single-header */
  b3: (headers) => {
    const [trace = "", span = "", flag = ""] = headerValue(headers, "b3").trim().split("-");
    return context(trace, span, flag === "1" || flag === "d");
  },
  /** https://github.com/openzipkin/b3-propagation#multiple-headers */
  b3multi: (headers) => {
    const flag = headerValue(headers, "x-b3-sampled").toLowerCase();
    return context(headerValue(headers, "x-b3-traceid"), headerValue(headers, "x-b3-spanid"), flag === "1" || flag === "true");
  },
  /** https://www.jaegertracing.io/docs/1.76/client-libraries/#propagation-format */
  jaeger: (headers) => {
    const [trace = "", span = "", , flags = ""] = decodeSafely(headerValue(headers, "uber-trace-id")).split(":");
    return context(trace, span, (Number.parseInt(flags, 16) & 1) === 1);
  },
  /** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
  xray: (headers) => {
    const fields = new Map(
      headerValue(headers, "x-amzn-trace-id")
        .split(";")
        .map((part) => part.trim().split("=", 2) as [string, string]),
    );
    const [, seconds = "", rest = ""] = (fields.get("Root") ?? "").split("-");
    return context(seconds + rest, fields.get("Parent") ?? "", fields.get("Sampled") === "1");
  },
  ottrace: (headers) =>
    context(
      headerValue(headers, "ot-tracer-traceid"),
      headerValue(headers, "ot-tracer-spanid"),
      headerValue(headers, "ot-tracer-sampled") === "true",
    ),
  baggage: undefined,
  none: undefined,
};

function decodeSafely(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return "";
  }
}

/** The trace a request carries, by the first of the configured propagators (`OTEL_PROPAGATORS`) that finds one. */
export function traceContextOf(headers: HeaderPairs, propagators: readonly Propagator[]): TraceContext | undefined {
  for (const name of propagators) {
    const found = readers[name]?.(headers);
    if (found !== undefined) return found;
  }
  return undefined;
}
