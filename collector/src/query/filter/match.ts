import { callId, type HeaderPairs, type Message, type RedactedCall } from "#record";
import type { Filter, KeyedField, NumberField, NumberMatch, TextField, TextMatch } from "../../store/filter.ts";

/**
 * Whether a call passes a filter: what the live tail asks, and the meaning that the store's SQL has to have.
 *
 * - Text is compared without case (simple lower-casing); only `equals` on trace, span and call ids is exact.
 * - A field that can have many values (body, any, header fields, errors) passes when one of them does.
 * - `exists` means: not empty; a number exists when it is not 0.
 * - `any` looks at the URL, the operation, error type and messages, the tags' values and both bodies.
 * - A JSON path takes keys of objects and indexes (from 0) of arrays. A value is compared as text in its JSON
 *   spelling, a string without its quotes; as number when it is one, or a string that holds just one. A body that is
 *   not JSON, for example because it was cut, has no value anywhere.
 *
 * The time range is not looked at: it is the caller's, who knows what "now" is.
 */
export function matches(filter: Filter, call: RedactedCall | SearchableCall): boolean {
  return test(filter, call instanceof SearchableCall ? call : new SearchableCall(call));
}

function test(filter: Filter, call: SearchableCall): boolean {
  switch (filter.kind) {
    case "all":
      return true;
    case "and":
      return filter.terms.every((term) => test(term, call));
    case "or":
      return filter.terms.some((term) => test(term, call));
    case "not":
      return !test(filter.term, call);
    case "text":
      return call
        .texts(filter.field)
        .some((text) => textPasses(filter.match, text, call, filter.match.op === "equals" && isId(filter.field)));
    case "keyed":
      return call.keyed(filter.field, filter.key).some((text) => textPasses(filter.match, text, call));
    case "json":
      return jsonPasses(filter.match, call.json(filter.side, filter.path), call);
    case "number":
      return numberPasses(filter.match, call.number(filter.field));
    case "exists":
      return isNumberField(filter.field) ? call.number(filter.field) !== 0 : call.texts(filter.field).some((text) => text !== "");
  }
}

const isId = (field: TextField): boolean => field === "id" || field === "trace" || field === "span";
const numberFields: ReadonlySet<string> = new Set<NumberField>(["status", "duration", "attempt", "port", "request.size", "response.size"]);
const isNumberField = (field: TextField | NumberField): field is NumberField => numberFields.has(field);

function textPasses(match: TextMatch, text: string, call: SearchableCall, exact = false): boolean {
  switch (match.op) {
    case "exists":
      return text !== "";
    case "equals":
      return exact ? text === match.value : call.lower(text) === match.value.toLowerCase();
    case "contains":
      return call.lower(text).includes(match.value.toLowerCase());
    case "glob":
      return globPasses(match.pattern.toLowerCase(), call.lower(text));
  }
}

/** Greedy, part by part: linear in the text whatever the pattern (a regular expression would backtrack). */
function globPasses(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return text === pattern;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

function numberPasses(match: NumberMatch, value: number): boolean {
  switch (match.op) {
    case "=":
      return value === match.value;
    case ">":
      return value > match.value;
    case ">=":
      return value >= match.value;
    case "<":
      return value < match.value;
    case "<=":
      return value <= match.value;
    case "between":
      return value >= match.low && value <= match.high;
  }
}

function jsonPasses(match: TextMatch | NumberMatch, value: unknown, call: SearchableCall): boolean {
  if (value === undefined) return false;
  switch (match.op) {
    case "exists":
      return true;
    case "equals":
    case "contains":
    case "glob":
      return textPasses(match, typeof value === "string" ? value : JSON.stringify(value), call);
    default: {
      const number =
        typeof value === "number"
          ? value
          : typeof value === "string" && /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(value)
            ? Number(value)
            : Number.NaN;
      return !Number.isNaN(number) && numberPasses(match, number);
    }
  }
}

/** A call with what searching needs made once, however many filters look at it. */
export class SearchableCall {
  readonly call: RedactedCall;
  readonly #bodies = new Map<"request" | "response", string>();
  readonly #lowered = new Map<string, string>();
  readonly #documents = new Map<"request" | "response", unknown>();

  constructor(call: RedactedCall) {
    this.call = call;
  }

  texts(field: TextField): readonly string[] {
    const { call } = this;
    switch (field) {
      case "id":
        return [callId(call)];
      case "trace":
        return [call.traceId];
      case "span":
        return [call.spanId];
      case "service":
        return [call.resource.serviceName];
      case "error":
        return [call.errorType];
      case "site":
        return [call.callSite];
      case "body":
        return [this.body("request"), this.body("response")];
      case "request.body":
        return [this.body("request")];
      case "response.body":
        return [this.body("response")];
      case "any":
        return [
          call.url,
          call.operation,
          call.errorType,
          ...call.errors.map((error) => error.message),
          ...Object.values(call.tags),
          this.body("request"),
          this.body("response"),
        ];
      default:
        return [call[field]];
    }
  }

  keyed(field: KeyedField, key: string): readonly string[] {
    const { call } = this;
    if (field !== "tag") return headerValues(field === "request.header" ? call.request.headers : call.response.headers, key);
    const value = Object.hasOwn(call.tags, key) ? call.tags[key] : undefined;
    return value === undefined ? [] : [value];
  }

  number(field: NumberField): number {
    const { call } = this;
    switch (field) {
      case "duration":
        return call.durationMs;
      case "request.size":
        return call.request.bodySize;
      case "response.size":
        return call.response.bodySize;
      default:
        return call[field];
    }
  }

  /** The value at a path of a JSON body; undefined where there is none. */
  json(side: "request" | "response", path: readonly string[]): unknown {
    let value = this.#document(side);
    for (const key of path) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
      if (Array.isArray(value) && !/^\d+$/.test(key)) return undefined;
      value = (value as Record<string, unknown>)[key];
    }
    return value;
  }

  /** Long texts are lowered once for all filters. */
  lower(text: string): string {
    if (text.length < 256) return text.toLowerCase();
    const known = this.#lowered.get(text) ?? text.toLowerCase();
    this.#lowered.set(text, known);
    return known;
  }

  body(side: "request" | "response"): string {
    let text = this.#bodies.get(side);
    if (text === undefined) {
      text = textOf(this.call[side]);
      this.#bodies.set(side, text);
    }
    return text;
  }

  #document(side: "request" | "response"): unknown {
    if (!this.#documents.has(side)) this.#documents.set(side, parseDocument(this.body(side)));
    return this.#documents.get(side);
  }
}

const decoder = new TextDecoder();
const textOf = (message: Message): string => (message.body.length === 0 ? "" : decoder.decode(message.body));

function parseDocument(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function headerValues(headers: HeaderPairs, name: string): string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([field]) => field.toLowerCase() === wanted).map(([, value]) => value);
}
