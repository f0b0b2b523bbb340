import { type OtlpSpan, type Resource, resourceFromAttributes } from "#record";
import { type DecodedSpan, idProblem, mayBeRecord, type SpanTally } from "./decoded-spans.ts";
import type { Meter } from "./meter.ts";
import { ProtobufError, ProtobufReader, WireType } from "./protobuf-reader.ts";
import { type Pairs, readAttributes, readPair, pushPair, readText, tagOf } from "./protobuf-values.ts";

// Fields of opentelemetry/proto/{collector/trace,trace,resource,common}/v1, as tags.
const REQUEST_RESOURCE_SPANS = tagOf(1, WireType.bytes);
const RESOURCE_SPANS_RESOURCE = tagOf(1, WireType.bytes);
const RESOURCE_SPANS_SCOPE_SPANS = tagOf(2, WireType.bytes);
const RESOURCE_ATTRIBUTES = tagOf(1, WireType.bytes);
const SCOPE_SPANS_SCOPE = tagOf(1, WireType.bytes);
const SCOPE_SPANS_SPANS = tagOf(2, WireType.bytes);
const SCOPE_NAME = tagOf(1, WireType.bytes);
const TRACE_ID = tagOf(1, WireType.bytes);
const SPAN_ID = tagOf(2, WireType.bytes);
const TRACE_STATE = tagOf(3, WireType.bytes);
const PARENT_SPAN_ID = tagOf(4, WireType.bytes);
const NAME = tagOf(5, WireType.bytes);
const KIND = tagOf(6, WireType.varint);
const START_TIME = tagOf(7, WireType.fixed64);
const END_TIME = tagOf(8, WireType.fixed64);
const ATTRIBUTES = tagOf(9, WireType.bytes);
const EVENTS = tagOf(11, WireType.bytes);
const LINKS = tagOf(13, WireType.bytes);
const STATUS = tagOf(15, WireType.bytes);
const FLAGS = tagOf(16, WireType.fixed32);
const EVENT_NAME = tagOf(2, WireType.bytes);
const EVENT_ATTRIBUTES = tagOf(3, WireType.bytes);
const LINK_TRACE_ID = tagOf(1, WireType.bytes);
const LINK_SPAN_ID = tagOf(2, WireType.bytes);
const LINK_ATTRIBUTES = tagOf(4, WireType.bytes);
const STATUS_MESSAGE = tagOf(2, WireType.bytes);
const STATUS_CODE = tagOf(3, WireType.varint);

// What stands in the place of a span when another signal was posted: resource and scope have the same field numbers.
const LOG_TIME = tagOf(1, WireType.fixed64);
const LOG_SEVERITY = tagOf(2, WireType.varint);
const LOG_OBSERVED_TIME = tagOf(11, WireType.fixed64);
const METRIC_SUM = tagOf(7, WireType.bytes);

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Decodes an `ExportTraceServiceRequest`. Yields spans that may be records, in order; the others are counted
 * in `tally`. Bodies stay views into `body`. Unknown fields and known ones of another wire type are skipped.
 *
 * @throws ProtobufError with the byte offset, Refusal when there is too much of something.
 */
export function* decodeTraces(body: Buffer, meter: Meter, tally: SpanTally): Generator<DecodedSpan, void, undefined> {
  const reader = new ProtobufReader(body);
  let known = body.length === 0;
  while (reader.more) {
    const tag = reader.tag();
    if (tag === REQUEST_RESOURCE_SPANS) {
      known = true;
      const outer = reader.enter();
      yield* resourceSpans(reader, meter, tally);
      reader.leave(outer);
    } else reader.skip(tag);
  }
  if (!known) throw new ProtobufError("no resource_spans in it", 0);
}

function* resourceSpans(reader: ProtobufReader, meter: Meter, tally: SpanTally): Generator<DecodedSpan, void, undefined> {
  const start = reader.pos;
  const attributes: Pairs = [];
  // The resource may stand behind its spans: fields of a message have no order.
  while (reader.more) {
    const tag = reader.tag();
    if (tag !== RESOURCE_SPANS_RESOURCE) reader.skip(tag);
    else {
      const outer = reader.enter();
      attributes.push(...readAttributes(reader, RESOURCE_ATTRIBUTES, meter));
      reader.leave(outer);
    }
  }
  const resource = resourceFromAttributes(attributes);
  reader.pos = start;
  while (reader.more) {
    const tag = reader.tag();
    if (tag === RESOURCE_SPANS_SCOPE_SPANS) {
      const outer = reader.enter();
      yield* scopeSpans(reader, resource, meter, tally);
      reader.leave(outer);
    } else reader.skip(tag);
  }
}

function* scopeSpans(reader: ProtobufReader, resource: Resource, meter: Meter, tally: SpanTally): Generator<DecodedSpan, void, undefined> {
  const start = reader.pos;
  let scopeName = "";
  while (reader.more) {
    const tag = reader.tag();
    if (tag === SCOPE_SPANS_SCOPE) scopeName = readScopeName(reader);
    else reader.skip(tag);
  }
  reader.pos = start;
  while (reader.more) {
    const tag = reader.tag();
    if (tag === SCOPE_SPANS_SPANS) {
      const outer = reader.enter();
      const span = readSpan(reader, scopeName, meter, tally);
      reader.leave(outer);
      if (span !== undefined) yield { span, resource };
    } else reader.skip(tag);
  }
}

function readScopeName(reader: ProtobufReader): string {
  const outer = reader.enter();
  let name = "";
  while (reader.more) {
    const tag = reader.tag();
    if (tag === SCOPE_NAME) name = readText(reader);
    else reader.skip(tag);
  }
  reader.leave(outer);
  return name;
}

function readSpan(reader: ProtobufReader, scopeName: string, meter: Meter, tally: SpanTally): OtlpSpan | undefined {
  meter.item();
  tally.total++;
  const start = reader.pos;
  const span = newSpan(scopeName);
  let hint: SpanTally["looksLike"] = "";
  while (reader.more) {
    const tag = reader.tag();
    if (!readScalar(reader, tag, span)) {
      if (tag === LOG_TIME || tag === LOG_SEVERITY || tag === LOG_OBSERVED_TIME) hint = "logs";
      else if (tag === METRIC_SUM) hint = "metrics";
      reader.skip(tag);
    }
  }
  const problem = idProblem(span.traceId, span.spanId);
  if (problem !== "") {
    tally.problem(problem);
    tally.looksLike ||= hint;
    return undefined;
  }
  if (!mayBeRecord(span.kind, span.name)) {
    tally.other++;
    return undefined;
  }
  reader.pos = start;
  readParts(reader, span, meter);
  return span;
}

function newSpan(scopeName: string): Mutable<OtlpSpan> {
  return {
    traceId: "",
    spanId: "",
    parentSpanId: "",
    traceState: "",
    flags: 0,
    name: "",
    kind: 0,
    startTime: 0n,
    endTime: 0n,
    attributes: [],
    links: [],
    events: undefined,
    status: { code: 0, message: "" },
    scopeName,
  };
}

/** First pass over a span: what decides whether it is wanted. False, and nothing read, for another field. */
function readScalar(reader: ProtobufReader, tag: number, span: Mutable<OtlpSpan>): boolean {
  switch (tag) {
    case TRACE_ID:
      span.traceId = reader.hex();
      return true;
    case SPAN_ID:
      span.spanId = reader.hex();
      return true;
    case TRACE_STATE:
      span.traceState = reader.text();
      return true;
    case PARENT_SPAN_ID:
      span.parentSpanId = reader.hex();
      return true;
    case NAME:
      span.name = readText(reader);
      return true;
    case KIND:
      span.kind = reader.varint();
      return true;
    case START_TIME:
      span.startTime = reader.fixed64();
      return true;
    case END_TIME:
      span.endTime = reader.fixed64();
      return true;
    case FLAGS:
      span.flags = reader.fixed32();
      return true;
    default:
      return false;
  }
}

/** Second pass: the parts that cost something. */
function readParts(reader: ProtobufReader, span: Mutable<OtlpSpan>, meter: Meter): void {
  const attributes: Pairs = [];
  const links: OtlpSpan["links"][number][] = [];
  const events: NonNullable<OtlpSpan["events"]>[number][] = [];
  while (reader.more) {
    const tag = reader.tag();
    if (tag === ATTRIBUTES) {
      pushPair(attributes, readPair(reader, meter, 0));
    } else if (tag === LINKS) links.push(readLink(reader, meter));
    else if (tag === EVENTS) events.push(readEvent(reader, meter));
    else if (tag === STATUS) span.status = readStatus(reader);
    else reader.skip(tag);
  }
  span.attributes = attributes;
  if (links.length > 0) span.links = links;
  if (events.length > 0) span.events = events;
}

function readLink(reader: ProtobufReader, meter: Meter): OtlpSpan["links"][number] {
  meter.value(0);
  const outer = reader.enter();
  const attributes: Pairs = [];
  let traceId = "";
  let spanId = "";
  while (reader.more) {
    const tag = reader.tag();
    if (tag === LINK_TRACE_ID) traceId = reader.hex();
    else if (tag === LINK_SPAN_ID) spanId = reader.hex();
    else if (tag === LINK_ATTRIBUTES) pushPair(attributes, readPair(reader, meter, 0));
    else reader.skip(tag);
  }
  reader.leave(outer);
  return { traceId, spanId, attributes };
}

function readEvent(reader: ProtobufReader, meter: Meter): NonNullable<OtlpSpan["events"]>[number] {
  meter.value(0);
  const outer = reader.enter();
  const attributes: Pairs = [];
  let name = "";
  while (reader.more) {
    const tag = reader.tag();
    if (tag === EVENT_NAME) name = readText(reader);
    else if (tag === EVENT_ATTRIBUTES) pushPair(attributes, readPair(reader, meter, 0));
    else reader.skip(tag);
  }
  reader.leave(outer);
  return { name, attributes };
}

function readStatus(reader: ProtobufReader): OtlpSpan["status"] {
  const outer = reader.enter();
  let message = "";
  let code = 0;
  while (reader.more) {
    const tag = reader.tag();
    if (tag === STATUS_MESSAGE) message = reader.text();
    else if (tag === STATUS_CODE) code = reader.varint();
    else reader.skip(tag);
  }
  reader.leave(outer);
  return { code, message };
}
