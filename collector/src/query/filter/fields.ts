import type { NumberField, TextField } from "../../store/filter.ts";

/** What the numbers of a field count; decides which units a value may carry. */
export type Unit = "count" | "duration" | "size";

interface Described {
  /** As written in a filter, before the colon. */
  readonly name: string;
  readonly about: string;
  readonly example: string;
}

export type TextFieldSpec = Described & {
  readonly kind: "text";
  readonly field: TextField;
  /** What a plain value means: the whole text, or a part of it. */
  readonly plain: "equals" | "contains";
  /** The only values that the field ever has. */
  readonly values?: readonly string[];
  /** Values worth offering, among others. */
  readonly common?: readonly string[];
  /** Stored in lower case and compared exactly. */
  readonly hex?: true;
};
export type NumberFieldSpec = Described & {
  readonly kind: "number";
  readonly field: NumberField;
  readonly unit: Unit;
  readonly common?: readonly string[];
};
export type TimeFieldSpec = Described & {
  readonly kind: "time";
  readonly field: "last" | "from" | "to";
  readonly common?: readonly string[];
};
export type FieldSpec = TextFieldSpec | NumberFieldSpec | TimeFieldSpec;

/** A field whose name goes on with a key of the user's own: `tag.<key>`. */
export interface PrefixSpec extends Described {
  readonly prefix: string;
}

const text = (
  field: TextField,
  plain: "equals" | "contains",
  example: string,
  about: string,
  more: Partial<TextFieldSpec> = {},
): TextFieldSpec => ({
  kind: "text",
  name: field,
  field,
  plain,
  example,
  about,
  ...more,
});

/** Every field that can be named, in the order in which help and completion show them. */
export const fields: readonly FieldSpec[] = [
  text("host", "equals", "host:*.stripe.com", "server name"),
  {
    kind: "number",
    name: "status",
    field: "status",
    unit: "count",
    example: "status:>=500",
    about: "HTTP status code, 0 when no response arrived",
    common: ["2xx", "3xx", "4xx", "5xx", ">=400", ">=500", "429", "0"],
  },
  text("method", "equals", "method:POST", "request method", { common: ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] }),
  text("route", "equals", "route:/v1/charges/{id}", "path without its variable parts"),
  text("url", "contains", "url:/v1/charges", "part of the absolute URL"),
  {
    kind: "number",
    name: "duration",
    field: "duration",
    unit: "duration",
    example: "duration:>2s",
    about: "start to last byte: us, ms (also without unit), s, m, h",
    common: [">100ms", ">500ms", ">1s", ">2s", ">10s"],
  },
  text("error", "equals", "error:*", "error.type: an error code, or the status of a 4xx or 5xx", {
    common: ["*", "ECONNRESET", "ECONNREFUSED", "ETIMEDOUT"],
  }),
  text("outcome", "equals", "outcome:aborted", "complete, aborted or error", { values: ["complete", "aborted", "error"] }),
  {
    kind: "time",
    name: "last",
    field: "last",
    example: "last:15m",
    about: "started within: s, m, h, d, w",
    common: ["5m", "15m", "1h", "6h", "1d", "7d"],
  },
  {
    kind: "time",
    name: "from",
    field: "from",
    example: "from:2026-11-24T09:00Z",
    about: "started at or after: RFC 3339, a date, now-1h, Unix seconds or milliseconds; UTC unless said",
    common: ["now-1h", "now-1d"],
  },
  { kind: "time", name: "to", field: "to", example: "to:now-5m", about: "started before; written like from", common: ["now", "now-1h"] },
  text("body", "contains", 'body:"card_declined"', "part of the request or response body"),
  { ...text("request.body", "contains", "req.body:amount", "part of the request body"), name: "req.body" },
  { ...text("response.body", "contains", "res.body:declined", "part of the response body"), name: "res.body" },
  {
    kind: "number",
    name: "req.size",
    field: "request.size",
    unit: "size",
    example: "req.size:>10KiB",
    about: "request content on the wire: B, kB, KiB, MB, MiB, GB, GiB",
    common: [">10KiB", ">1MiB"],
  },
  {
    kind: "number",
    name: "res.size",
    field: "response.size",
    unit: "size",
    example: "res.size:>1MiB",
    about: "response content on the wire",
    common: [">10KiB", ">1MiB"],
  },
  text("service", "equals", "service:checkout", "who called: service.name"),
  text("vendor", "equals", "vendor:stripe", "who was called: service.peer.name"),
  text("operation", "equals", "operation:charges.create", "what was asked for, where a client named it"),
  text("client", "equals", "client:fetch", "library that sent it", { common: ["fetch", "undici", "node:http", "node:https"] }),
  text("source", "equals", "source:patch", "how it was recorded", { values: ["patch", "manual", "client", "gateway", "span"] }),
  text("site", "contains", "site:src/pay.ts", "part of the call site"),
  { kind: "number", name: "attempt", field: "attempt", unit: "count", example: "attempt:>1", about: "1 for the first try" },
  { kind: "number", name: "port", field: "port", unit: "count", example: "port:443", about: "server port" },
  text("trace", "equals", "trace:4bf92f3577b34da6a3ce929d0e0e4736", "trace id", { hex: true }),
  text("span", "equals", "span:00f067aa0ba902b7", "span id", { hex: true }),
  text("id", "equals", "id:019ab7c3f1e2-00f067aa0ba902b7", "the call's id", { hex: true }),
  text("any", "contains", "any:~timeout", "like a bare word: URL, bodies, error, operation, tags"),
];

export const prefixes: readonly PrefixSpec[] = [
  { prefix: "res.", name: "res.<path>", example: "res.error.code:card_declined", about: "value in a JSON response body" },
  { prefix: "req.", name: "req.<path>", example: "req.items.0.sku:A-1", about: "value in a JSON request body" },
  { prefix: "res.headers.", name: "res.headers.<name>", example: "res.headers.retry-after:*", about: "response header field" },
  { prefix: "req.headers.", name: "req.headers.<name>", example: "req.headers.idempotency-key:*", about: "request header field" },
  { prefix: "tag.", name: "tag.<key>", example: "tag.order:42", about: "tag set by the application" },
];

const aliases: Readonly<Record<string, string>> = {
  traceid: "trace",
  trace_id: "trace",
  spanid: "span",
  span_id: "span",
  callsite: "site",
  "request.body": "req.body",
  "response.body": "res.body",
  "request.size": "req.size",
  "response.size": "res.size",
  since: "from",
  until: "to",
  "server.address": "host",
  "http.request.method": "method",
  "http.response.status_code": "status",
  "url.full": "url",
  "url.template": "route",
  "service.name": "service",
  "error.type": "error",
  "service.peer.name": "vendor",
};

const byName = new Map(fields.map((spec) => [spec.name, spec]));

/** The field of a name as written, whatever its case; the names of the semantic conventions are understood too. */
export function fieldNamed(name: string): FieldSpec | undefined {
  const lower = name.toLowerCase();
  return byName.get(lower) ?? byName.get(Object.hasOwn(aliases, lower) ? (aliases[lower] ?? "") : "");
}

const byField = new Map<string, FieldSpec>(fields.map((spec) => [spec.field, spec]));

/** The spec behind a filter's field. @throws Error for a field that is in no table: a mistake in this file. */
export function specOf(field: TextField | NumberField): TextFieldSpec | NumberFieldSpec {
  const spec = byField.get(field);
  if (spec === undefined || spec.kind === "time") throw new Error(`no filter field is called ${field}`);
  return spec;
}
