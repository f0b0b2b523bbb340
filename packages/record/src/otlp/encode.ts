import type { Attribute } from "../attributes.ts";
import { attributeTable, linkKindName, previousAttempt, spanNameOf } from "../attributes.ts";
import type { Loss, RedactedCall, Resource } from "../call.ts";
import { textLength } from "../content.ts";
import { HeaderEncoder } from "./header-encoder.ts";
import { lossAttributes, lossIds, lossSpanName } from "./loss.ts";
import { spanKindClient, spanKindInternal } from "./span.ts";
import { bodyPair, doublePair, intPair, keyOf, numbersPair, stringPair, stringsPair, truePair } from "./value.ts";
import { ProtoWriter } from "./writer.ts";

/** The instrumentation scope of a batch: `scopeName` and our version. */
export interface Scope {
  readonly name: string;
  readonly version: string;
}

/** Schema of the attribute names (OTLP `schema_url`). */
export const schemaUrl = "https://opentelemetry.io/schemas/1.45.0";

// Field numbers of opentelemetry.proto.trace.v1, already shifted to tags.
const tag = {
  traceId: 0x0a,
  spanId: 0x12,
  traceState: 0x1a,
  parentSpanId: 0x22,
  name: 0x2a,
  kind: 0x30,
  start: 0x39,
  end: 0x41,
  attributes: 0x4a,
  links: 0x6a,
  status: 0x7a,
} as const;
const statusError = 2;
/** `SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK`: the parent is known to be local. */
const hasIsRemote = 0x100;

const keys = attributeTable.map((attribute) => keyOf(attribute.name));
const headers = { request: new HeaderEncoder("http.request.header."), response: new HeaderEncoder("http.response.header.") } as const;
const writer = new ProtoWriter();

/**
 * One call as an OTLP span: the content of one `ScopeSpans.spans` element (opentelemetry.proto.trace.v1.Span),
 * its own copy. Only redacted calls can be encoded: what is encoded leaves the process.
 */
export function encodeSpan(call: RedactedCall): Uint8Array {
  writer.reset();
  span(call.traceId, call.spanId, call.traceState, call.parentSpanId, spanNameOf(call), spanKindClient);
  times(call.startTime, call.startTime + BigInt(Math.round(call.durationMs * 1e6)));
  for (let i = 0; i < attributeTable.length; i++) writeAttribute(attributeTable[i]!, keys[i]!, call);
  if (call.previous !== undefined) writeLink(call.previous);
  if (call.errorType !== "") writeStatus(call.status >= 400 ? "" : (call.errors[0]?.message ?? ""));
  flags(call.sampled ? 1 : 0);
  return writer.finish();
}

/** A loss as an OTLP span, to go beside calls in `encodeTraceRequest`. The same loss is always the same bytes. */
export function encodeLoss(loss: Loss): Uint8Array {
  writer.reset();
  const { traceId, spanId } = lossIds(loss);
  span(traceId, spanId, "", "", lossSpanName, spanKindInternal);
  times(loss.from, loss.to);
  for (const [name, value] of lossAttributes(loss)) {
    if (typeof value === "number") intPair(writer, tag.attributes, keyOf(name), value);
    else stringPair(writer, tag.attributes, keyOf(name), value);
  }
  flags(1);
  return writer.finish();
}

/**
 * An `ExportTraceServiceRequest` around encoded spans of one resource and scope: the body of `POST /v1/traces`.
 * @param spans results of `encodeSpan` and `encodeLoss`
 */
export function encodeTraceRequest(resource: Resource, scope: Scope, spans: readonly Uint8Array[]): Uint8Array {
  let size = 4096;
  for (const { length } of spans) size += length + 10;
  const request = new ProtoWriter(size);
  const resourceSpans = request.open(0x0a, size);
  const resourceField = request.open(0x0a, 500);
  for (const [name, value] of resourceAttributes(resource)) stringPair(request, 0x0a, keyOf(name), value);
  request.close(resourceField, 500);
  const scopeSpans = request.open(0x12, size);
  const scopeField = request.open(0x0a, 32);
  request.stringField(0x0a, scope.name);
  if (scope.version !== "") request.stringField(0x12, scope.version);
  request.close(scopeField, 32);
  for (const bytes of spans) request.bytesField(0x12, bytes);
  request.stringField(0x1a, schemaUrl);
  request.close(scopeSpans, size);
  request.close(resourceSpans, size);
  return request.bytes.subarray(0, request.at);
}

/** Every resource attribute, the named ones under their semantic-convention names. */
function resourceAttributes(resource: Resource): Map<string, string> {
  const all = new Map(Object.entries(resource.attributes));
  const named = [
    ["service.name", resource.serviceName],
    ["service.version", resource.serviceVersion],
    ["deployment.environment.name", resource.environment],
  ] as const;
  for (const [name, value] of named) if (value !== "") all.set(name, value);
  return all;
}

function span(traceId: string, spanId: string, traceState: string, parentSpanId: string, name: string, kind: number): void {
  id(tag.traceId, traceId);
  id(tag.spanId, spanId);
  if (traceState !== "") writer.stringField(tag.traceState, traceState);
  if (parentSpanId !== "") id(tag.parentSpanId, parentSpanId);
  writer.stringField(tag.name, name);
  writer.bytes[writer.at++] = tag.kind;
  writer.bytes[writer.at++] = kind;
}

/** An id of hex digits as bytes; a digit that is none counts as 0. */
function id(field: number, hex: string): void {
  const length = hex.length >> 1;
  writer.reserve(length + 64);
  const { bytes } = writer;
  bytes[writer.at++] = field;
  bytes[writer.at++] = length;
  for (let i = 0; i < length; i++) bytes[writer.at++] = (digit(hex.charCodeAt(i * 2)) << 4) | digit(hex.charCodeAt(i * 2 + 1));
}

function digit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = (code | 32) - 87;
  return letter >= 10 && letter <= 15 ? letter : 0;
}

function times(start: bigint, end: bigint): void {
  writer.reserve(18);
  writer.bytes[writer.at++] = tag.start;
  writer.fixed64(start);
  writer.bytes[writer.at++] = tag.end;
  writer.fixed64(end);
}

function flags(traceFlags: number): void {
  writer.reserve(6);
  writer.bytes[writer.at++] = 0x85;
  writer.bytes[writer.at++] = 0x01;
  writer.fixed32(hasIsRemote | traceFlags);
}

const linkAttribute = { key: keyOf(linkKindName), value: previousAttempt };

function writeLink(previous: { readonly traceId: string; readonly spanId: string }): void {
  const start = writer.open(tag.links, 80);
  id(0x0a, previous.traceId);
  id(0x12, previous.spanId);
  stringPair(writer, 0x22, linkAttribute.key, linkAttribute.value);
  writer.close(start, 80);
}

function writeStatus(message: string): void {
  const start = writer.open(tag.status, message.length);
  if (message !== "") writer.stringField(0x12, message);
  writer.reserve(2);
  writer.bytes[writer.at++] = 0x18;
  writer.bytes[writer.at++] = statusError;
  writer.close(start, message.length);
}

function writeAttribute(attribute: Attribute, key: Uint8Array, call: RedactedCall): void {
  switch (attribute.kind) {
    case "string": {
      const value = attribute.read(call);
      if (value !== "") stringPair(writer, tag.attributes, key, value);
      break;
    }
    case "int": {
      const value = attribute.read(call);
      if (value > 0) intPair(writer, tag.attributes, key, value);
      break;
    }
    case "double": {
      const value = attribute.read(call);
      if (value !== undefined) doublePair(writer, tag.attributes, key, value);
      break;
    }
    case "bool":
      if (attribute.read(call)) truePair(writer, tag.attributes, key);
      break;
    case "strings":
      stringsPair(writer, tag.attributes, key, attribute.read(call));
      break;
    case "ints":
    case "doubles":
      numbersPair(writer, tag.attributes, key, attribute.read(call), attribute.kind === "ints" ? "int" : "double");
      break;
    case "header-names": {
      const fields = attribute.read(call);
      if (fields.length > 0) headers[attribute.side].writeNames(writer, tag.attributes, key, fields);
      break;
    }
    case "headers":
      headers[attribute.side].writeFields(writer, tag.attributes, attribute.read(call));
      break;
    case "tags":
      for (const [name, value] of Object.entries(attribute.read(call)))
        stringPair(writer, tag.attributes, keyOf(attribute.name + name), value);
      break;
    case "body": {
      const { body } = attribute.read(call);
      if (body.length > 0) bodyPair(writer, tag.attributes, key, body, textLength(attribute.read(call)));
      break;
    }
  }
}
