import type { Parameters } from "./driver.ts";
import type { Filter, KeyedField, NumberField, TextField, TextMatch } from "./filter.ts";
import { Binder } from "./where/binder.ts";
import { jsonCondition } from "./where/json.ts";
import { numberCondition } from "./where/number.ts";
import { textCondition } from "./where/text.ts";

/** A condition on a row of `calls`; every value in it is a parameter. What it means is said at `matches` (query/filter). */
export interface Where {
  readonly sql: string;
  readonly parameters: Parameters;
}

/** How a text field is found in a row: a column of its own, or every text of a list. */
type TextSource = { readonly column: string } | { readonly each: string };

const identity = "concat(lower(leftPad(hex(intDiv(toUnixTimestamp64Nano(start_time), 1000000)), 12, '0')), '-', span_id)";

const body = (side: "request" | "response"): TextSource => ({ column: `${side}_body` });

/** What each field of the language reads. Several sources mean any of them. */
const textSources: Readonly<Record<TextField, readonly TextSource[]>> = {
  id: [{ column: identity }],
  trace: [{ column: "trace_id" }],
  span: [{ column: "span_id" }],
  host: [{ column: "host" }],
  method: [{ column: "method" }],
  route: [{ column: "route" }],
  url: [{ column: "url" }],
  service: [{ column: "service_name" }],
  client: [{ column: "client" }],
  vendor: [{ column: "vendor" }],
  operation: [{ column: "operation" }],
  source: [{ column: "source" }],
  error: [{ column: "error_type" }],
  outcome: [{ column: "outcome" }],
  site: [{ column: "call_site" }],
  "request.body": [body("request")],
  "response.body": [body("response")],
  body: [body("request"), body("response")],
  any: [
    { column: "url" },
    { column: "operation" },
    { column: "error_type" },
    { each: "errors.message" },
    { each: "mapValues(tags)" },
    body("request"),
    body("response"),
  ],
};

const numberColumns: Readonly<Record<NumberField, string>> = {
  status: "status",
  duration: "duration_ms",
  attempt: "attempt",
  port: "port",
  "request.size": "request_body_size",
  "response.size": "response_body_size",
};

/** Ids are compared exactly; the rest by ASCII case folding, beyond ASCII by Unicode's where the filter's text has such letters. */
const exact: ReadonlySet<TextField> = new Set<TextField>(["id", "trace", "span"]);

function any(conditions: readonly string[]): string {
  return conditions.length === 1 ? (conditions[0] ?? "0") : `(${conditions.join(" OR ")})`;
}

function text(field: TextField, match: TextMatch, bind: Binder): string {
  if (field === "id" && match.op === "equals") return idCondition(match.value, bind);
  // The primary key starts with the host, which is stored in lower case.
  if (field === "host" && match.op === "equals") return `host = ${bind.string(match.value.toLowerCase())}`;
  const indexed = field.endsWith("body") || field === "any";
  return any(
    textSources[field].map((source) => {
      if ("column" in source)
        return textCondition(source.column, match, bind, { exact: exact.has(field), indexed: indexed && source.column.endsWith("_body") });
      return `arrayExists(element -> ${textCondition("element", match, bind, { exact: false, indexed: false })}, ${source.each})`;
    }),
  );
}

const idShape = /^([0-9a-f]{12})-(.+)$/;

/** An id names its millisecond: the partition and the granules follow from it. */
function idCondition(value: string, bind: Binder): string {
  const parts = idShape.exec(value);
  if (parts === null) return "0";
  const from = BigInt(`0x${parts[1]}`) * 1_000_000n;
  return `(start_time >= fromUnixTimestamp64Nano(${bind.int64(from)}, 'UTC') AND start_time < fromUnixTimestamp64Nano(${bind.int64(from + 1_000_000n)}, 'UTC') AND span_id = ${bind.string(parts[2] ?? "")})`;
}

/** Header names are case-insensitive (RFC 9110 5.1), tag names are not. */
function keyed(field: KeyedField, key: string, match: TextMatch, bind: Binder): string {
  if (field === "tag") {
    const name = bind.string(key);
    return `(mapContains(tags, ${name}) AND ${textCondition(`tags[${name}]`, match, bind, { exact: false, indexed: false })})`;
  }
  const column = field === "request.header" ? "request_headers" : "response_headers";
  const named = `lower(field.1) = ${bind.string(key.toLowerCase())}`;
  return `arrayExists(field -> ${named} AND ${textCondition("field.2", match, bind, { exact: false, indexed: false })}, ${column})`;
}

function exists(field: TextField | NumberField, bind: Binder): string {
  if (field in numberColumns) return `${numberColumns[field as NumberField]} != 0`;
  return text(field as TextField, { op: "exists" }, bind);
}

function condition(filter: Filter, bind: Binder): string {
  switch (filter.kind) {
    case "all":
      return "1";
    case "and":
    case "or": {
      if (filter.terms.length === 0) return filter.kind === "and" ? "1" : "0";
      return `(${filter.terms.map((term) => condition(term, bind)).join(filter.kind === "and" ? " AND " : " OR ")})`;
    }
    case "not":
      return `NOT (${condition(filter.term, bind)})`;
    case "text":
      return text(filter.field, filter.match, bind);
    case "keyed":
      return keyed(filter.field, filter.key, filter.match, bind);
    case "json":
      return jsonCondition(filter.side, filter.path, filter.match, bind);
    case "number":
      return numberCondition(numberColumns[filter.field], filter.match, bind);
    case "exists":
      return exists(filter.field, bind);
  }
}

/** The SQL of a filter. Text of the filter reaches the database as parameters only. */
export function whereOf(filter: Filter): Where {
  const bind = new Binder();
  const sql = condition(filter, bind);
  return { sql, parameters: bind.parameters };
}
