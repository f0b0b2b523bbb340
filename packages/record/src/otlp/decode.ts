import type { Attribute, AttributeValue } from "../attributes.ts";
import { attributeTable, linkKindName, previousAttempt, recordVersionName, scopeName } from "../attributes.ts";
import type { Call, Resource } from "../call.ts";
import type { CallDraft } from "../draft.ts";
import { callOf, newDraft } from "../draft.ts";
import { completeForeign, isForeignName } from "./foreign.ts";
import type { OtlpSpan } from "./span.ts";
import { spanKindClient, textOf } from "./span.ts";

const rows = new Map(attributeTable.map((row) => [row.name, row]));
const prefixRows = attributeTable.filter((row) => row.kind === "headers" || row.kind === "tags");
const mostTags = 64;
const encoder = new TextEncoder();

/**
 * Whether a span was written by our own encoder from a redacted call. Anyone can claim that; whether the sender
 * is believed is the receiver's decision.
 */
export function isOwnSpan(span: OtlpSpan): boolean {
  return span.scopeName === scopeName && span.attributes.some(([name]) => name === recordVersionName);
}

/**
 * The call that a span stands for. Reads our own spans without loss and those of other SDKs as far as they go,
 * with the names before semantic conventions 1.23 and HyperDX's body names.
 * Attributes that are no part of a call become its tags (at most 64).
 * @returns undefined when the span is not a CLIENT span of an HTTP request
 */
export function callFromSpan(span: OtlpSpan, resource: Resource): Call | undefined {
  if (span.kind !== spanKindClient) return undefined;
  const draft = newDraft(resource);
  const own = isOwnSpan(span);
  readSpan(draft, span);
  if (own) {
    for (const [name, value] of span.attributes) if (!readAttribute(draft, name, value, own)) addTag(draft, name, value);
    return callOf(draft);
  }
  const aside = new Map<string, AttributeValue>();
  for (const [name, value] of span.attributes) {
    if (readAttribute(draft, name, value, own)) continue;
    if (isForeignName(name)) aside.set(name, value);
    else addTag(draft, name, value);
  }
  completeForeign(draft, span, aside);
  return draft.call.method === "" ? undefined : callOf(draft);
}

/** What is no field of a call is kept as a tag, except our own names, which then are of a later version. */
function addTag(draft: CallDraft, name: string, value: AttributeValue): void {
  if (draft.tagPairs.length < mostTags && !name.startsWith("inpooling.")) draft.tagPairs.push([name, textOf(value)]);
}

function readSpan({ call }: CallDraft, span: OtlpSpan): void {
  call.traceId = span.traceId;
  call.spanId = span.spanId;
  call.parentSpanId = span.parentSpanId;
  call.traceState = span.traceState;
  call.sampled = (span.flags & 1) === 1;
  call.startTime = span.startTime;
  call.durationMs = span.endTime > span.startTime ? Number(span.endTime - span.startTime) / 1e6 : 0;
  const link = span.links.find(({ attributes }) => attributes.some(([name, value]) => name === linkKindName && value === previousAttempt));
  if (link !== undefined) call.previous = { traceId: link.traceId, spanId: link.spanId };
}

/** Puts one attribute into the draft; false when the table has no place for it. */
function readAttribute(draft: CallDraft, name: string, value: AttributeValue, own: boolean): boolean {
  const row = rows.get(name);
  if (row !== undefined && row.kind !== "headers" && row.kind !== "tags") {
    readRow(row, draft, value);
    return true;
  }
  for (const prefix of prefixRows) {
    if (!name.startsWith(prefix.name)) continue;
    const rest = name.slice(prefix.name.length);
    if (prefix.kind === "tags") prefix.write(draft, [rest, textOf(value)]);
    // Instrumentations of the old conventions wrote `content_type`; a real underscore in a field name is rare.
    else prefix.write(draft, [own ? rest : rest.toLowerCase().replaceAll("_", "-"), textsOf(value)]);
    return true;
  }
  return false;
}

function readRow(row: Exclude<Attribute, { kind: "headers" | "tags" }>, draft: CallDraft, value: AttributeValue): void {
  switch (row.kind) {
    case "string":
      return row.write(draft, textOf(value));
    case "int":
      return row.write(draft, integerOf(value));
    case "double":
      return row.write(draft, numberOf(value));
    case "bool":
      return row.write(draft, value === true || value === "true");
    case "strings":
    case "header-names":
      return row.write(draft, textsOf(value));
    case "ints":
      return row.write(draft, Array.isArray(value) ? value.map(integerOf) : []);
    case "doubles":
      return row.write(draft, Array.isArray(value) ? value.map(numberOf) : []);
    case "body":
      return row.write(draft, value instanceof Uint8Array ? value : encoder.encode(textOf(value)));
  }
}

function textsOf(value: AttributeValue): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : [textOf(value)];
}

function numberOf(value: AttributeValue): number {
  const number = typeof value === "object" || typeof value === "boolean" ? 0 : Number(value);
  return Number.isFinite(number) ? number : 0;
}

/** A safe integer >= 0; what is none counts as 0, as everywhere in a record. */
export function integerOf(value: AttributeValue): number {
  const number = numberOf(value);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}
