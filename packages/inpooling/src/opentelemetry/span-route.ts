import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { CallStart, ErrorInfo, EventSink } from "#record";

const CLIENT = 2;
const ERROR_STATUS = 2;
const RESPONSE_HEADER = "http.response.header.";
const REQUEST_HEADER = "http.request.header.";

type Attributes = ReadableSpan["attributes"];

/** The first attribute of the list that is set: current names first, then those of older instrumentations. */
function text(attributes: Attributes, ...names: readonly string[]): string {
  for (const name of names) {
    const value = attributes[name];
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  }
  return "";
}

/** Whether a span stands for an HTTP call to somebody else: kind CLIENT with an HTTP method (semconv, HTTP spans). */
export function isHttpCall(span: ReadableSpan): boolean {
  return span.kind === CLIENT && text(span.attributes, "http.request.method", "http.method") !== "";
}

/** Milliseconds of the process's monotonic clock, from OpenTelemetry's [seconds, nanoseconds] since the epoch. */
function monotonic([seconds, nanoseconds]: readonly [number, number]): number {
  return seconds * 1_000 - performance.timeOrigin + nanoseconds / 1e6;
}

/** Header attributes as pairs; each is a list of values, or one value in older instrumentations. */
function headersOf(attributes: Attributes, prefix: string): [string, string][] {
  return Object.entries(attributes).flatMap(([name, value]) =>
    name.startsWith(prefix) ? [value].flat().map((one): [string, string] => [name.slice(prefix.length), String(one)]) : [],
  );
}

function startOf(span: ReadableSpan): CallStart {
  const { attributes } = span;
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    source: "span",
    client: span.instrumentationScope.name,
    method: text(attributes, "http.request.method_original", "http.request.method", "http.method"),
    url: text(attributes, "url.full", "http.url"),
    headers: headersOf(attributes, REQUEST_HEADER),
    time: monotonic(span.startTime),
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? "",
    sampled: (traceFlags & 1) === 1,
    facts: Object.fromEntries(
      [
        ["vendor", text(attributes, "service.peer.name", "peer.service")],
        ["route", text(attributes, "url.template")],
      ].filter(([, value]) => value !== ""),
    ) as Record<string, string>,
  };
}

/** What went wrong: exceptions recorded on the span, else the span's error type. */
function errorsOf(span: ReadableSpan): ErrorInfo[] {
  const exceptions = span.events.flatMap(({ name, attributes = {} }) =>
    name === "exception" ? [{ name: text(attributes, "exception.type"), code: "", message: text(attributes, "exception.message") }] : [],
  );
  if (exceptions.length > 0) return exceptions;
  return [{ name: "", code: text(span.attributes, "error.type"), message: span.status.message ?? "" }];
}

/** Writes the application's own CLIENT span into the sink as a call without payload. */
export function routeSpan(span: ReadableSpan, sink: EventSink): void {
  const { attributes } = span;
  const call = sink.open(startOf(span));
  if (call === 0) return;
  const protocol = text(attributes, "network.protocol.version");
  const localPort = Number(text(attributes, "network.local.port"));
  sink.network(call, protocol, text(attributes, "network.peer.address"), Number(text(attributes, "network.peer.port")), localPort);
  const status = Number(text(attributes, "http.response.status_code", "http.status_code"));
  if (status > 0) sink.response(call, status, "", headersOf(attributes, RESPONSE_HEADER).flat());
  const failed = span.status.code === ERROR_STATUS && status === 0;
  sink.end(call, failed ? "error" : "complete", failed ? errorsOf(span) : [], monotonic(span.endTime));
}
