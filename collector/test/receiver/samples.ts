import { double, fixed32, fixed64, int, len, message } from "./wire.ts";

type Value = string | bigint | boolean | number | Uint8Array | readonly Value[] | { readonly [key: string]: Value };

export function anyValue(value: Value): Buffer {
  if (typeof value === "string") return len(1, value);
  if (typeof value === "boolean") return int(2, value ? 1 : 0);
  if (typeof value === "bigint") return int(3, value);
  if (typeof value === "number") return double(4, value);
  if (value instanceof Uint8Array) return len(7, value);
  if (Array.isArray(value)) return len(5, message(...value.map((item: Value) => len(1, anyValue(item)))));
  return len(6, message(...Object.entries(value).map(([key, item]) => len(1, pair(key, item)))));
}

export const pair = (key: string, value: Value): Buffer => message(len(1, key), len(2, anyValue(value)));

export interface SampleSpan {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly kind?: number;
  readonly name?: string;
  readonly attributes?: Readonly<Record<string, Value>>;
}

export const traceId = "5b8efff798038103d269b633813fc60c";
export const startTime = 1_732_460_800_123_456_789n;

/** `number` makes ids that differ. */
export function spanId(number: number): string {
  return `e${number.toString(16).padStart(15, "0")}`;
}

export const callAttributes = {
  "http.request.method": "POST",
  "url.full": "https://api.stripe.com/v1/charges",
  "server.address": "api.stripe.com",
  "server.port": 443n,
  "http.response.status_code": 402n,
  "http.request.body.content": '{"amount":100}',
  "http.response.body.content": '{"error":{"code":"card_declined"}}',
};

/** A `Span` message: by default a CLIENT span of one HTTP call. */
export function span(number: number, options: SampleSpan = {}): Buffer {
  return message(
    len(1, Buffer.from(options.traceId ?? traceId, "hex")),
    len(2, Buffer.from(options.spanId ?? spanId(number), "hex")),
    len(5, options.name ?? "POST"),
    int(6, options.kind ?? 3),
    fixed64(7, startTime),
    fixed64(8, startTime + 12_500_000n),
    ...Object.entries(options.attributes ?? callAttributes).map(([key, value]) => len(9, pair(key, value))),
    fixed32(16, 1),
  );
}

/** An `ExportTraceServiceRequest`. */
export function traceRequest(spans: readonly Buffer[], scope = "test-scope"): Buffer {
  const resource = len(1, len(1, pair("service.name", "shop")));
  const scopeSpans = message(len(1, len(1, scope)), ...spans.map((bytes) => len(2, bytes)));
  return len(1, message(resource, len(2, scopeSpans)));
}

/** The same request as `traceRequest([span(0) … span(count - 1)])`, in OTLP's JSON. */
export function traceRequestJson(count: number): string {
  const value = (item: Value): object => (typeof item === "bigint" ? { intValue: item.toString() } : { stringValue: item });
  const attributes = Object.entries(callAttributes).map(([key, item]) => ({ key, value: value(item) }));
  const spans = Array.from({ length: count }, (_, number) => ({
    traceId: traceId.toUpperCase(),
    spanId: spanId(number),
    name: "POST",
    kind: 3,
    startTimeUnixNano: startTime.toString(),
    endTimeUnixNano: (startTime + 12_500_000n).toString(),
    attributes,
    flags: 1,
    status: {},
  }));
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "test-scope" }, spans }] }] });
}

/** An `ExportLogsServiceRequest` with `count` records. */
export function logsRequest(count: number): Buffer {
  const record = message(fixed64(1, startTime), int(2, 9), len(3, "INFO"), len(5, anyValue("hello")), fixed64(11, startTime));
  return len(
    1,
    message(len(1, len(1, pair("service.name", "shop"))), len(2, message(...Array.from({ length: count }, () => len(2, record))))),
  );
}

/** An `ExportMetricsServiceRequest`: one sum with `count` points. */
export function metricsRequest(count: number): Buffer {
  const sum = message(...Array.from({ length: count }, () => len(1, fixed64(3, startTime))), int(2, 2), int(3, 1));
  return len(1, message(len(2, len(2, message(len(1, "requests"), len(7, sum))))));
}
