import { type OtlpSpan, type Resource, resourceFromAttributes } from "#record";
import { type DecodedSpan, idProblem, mayBeRecord, type SpanTally } from "./decoded-spans.ts";
import { JsonError, JsonReader } from "./json-reader.ts";
import { camel, type Pairs, readPairList } from "./json-values.ts";
import type { Meter } from "./meter.ts";
import { TextCache } from "./text-cache.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type SpanParts = OtlpSpan["links"][number];
type SpanEvent = NonNullable<OtlpSpan["events"]>[number];

const cache = new TextCache();

/**
 * Decodes an `ExportTraceServiceRequest` in OTLP's JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding):
 * ids are hex, 64-bit integers strings or numbers, enums integers; unknown keys are ignored; snake_case keys are
 * understood too. Yields and counts as `decodeTraces` of the protobuf decoder does.
 *
 * @throws JsonError with the byte offset, Refusal when there is too much of something.
 */
export function* decodeTracesJson(body: Buffer, maxDepth: number, meter: Meter, tally: SpanTally): Generator<DecodedSpan, void, undefined> {
  const reader = new JsonReader(body, maxDepth, cache);
  const keys: string[] = [];
  let known = false;
  for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
    if (camel(key) === "resourceSpans") {
      known = true;
      for (let more = reader.firstItem(); more; more = reader.nextItem()) yield* resourceSpans(reader, meter, tally);
    } else {
      if (keys.length < 5) keys.push(key.slice(0, 40));
      reader.skip();
    }
  }
  reader.end();
  if (!known && keys.length > 0) throw new JsonError(`an object with ${JSON.stringify(keys)} and without "resourceSpans"`, 0);
}

function* resourceSpans(reader: JsonReader, meter: Meter, tally: SpanTally): Generator<DecodedSpan, void, undefined> {
  let resource: Resource | undefined;
  const waiting: number[] = [];
  for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
    key = camel(key);
    if (key === "resource") resource = resourceFromAttributes(readAttributesOf(reader, meter));
    else if (key !== "scopeSpans") reader.skip();
    else if (resource === undefined) waiting.push(skipped(reader));
    else yield* scopeSpansList(reader, resource, meter, tally);
  }
  yield* later(reader, waiting, () => scopeSpansList(reader, resource ?? resourceFromAttributes([]), meter, tally));
}

/** Steps over a value whose meaning depends on a key that may still come, and says where it stands. */
function skipped(reader: JsonReader): number {
  reader.peek();
  const at = reader.pos;
  reader.skip();
  return at;
}

/** Reads what `skipped` stepped over, and leaves the reader where it was. */
function* later(
  reader: JsonReader,
  waiting: readonly number[],
  read: () => Generator<DecodedSpan, void, undefined>,
): Generator<DecodedSpan, void, undefined> {
  const end = reader.pos;
  for (const at of waiting) {
    reader.pos = at;
    yield* read();
  }
  reader.pos = end;
}

function* scopeSpansList(reader: JsonReader, resource: Resource, meter: Meter, tally: SpanTally): Generator<DecodedSpan, void, undefined> {
  for (let more = reader.firstItem(); more; more = reader.nextItem()) {
    let scopeName: string | undefined;
    const waiting: number[] = [];
    for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
      key = camel(key);
      if (key === "scope") scopeName = readScopeName(reader);
      else if (key !== "spans") reader.skip();
      else if (scopeName === undefined) waiting.push(skipped(reader));
      else yield* spanList(reader, resource, scopeName, meter, tally);
    }
    yield* later(reader, waiting, () => spanList(reader, resource, scopeName ?? "", meter, tally));
  }
}

function* spanList(
  reader: JsonReader,
  resource: Resource,
  scopeName: string,
  meter: Meter,
  tally: SpanTally,
): Generator<DecodedSpan, void, undefined> {
  for (let more = reader.firstItem(); more; more = reader.nextItem()) {
    const span = readSpan(reader, scopeName, meter, tally);
    if (span !== undefined) yield { span, resource };
  }
}

function readAttributesOf(reader: JsonReader, meter: Meter): Pairs {
  const pairs: Pairs = [];
  for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
    if (key === "attributes") readPairList(reader, meter, 0, pairs);
    else reader.skip();
  }
  return pairs;
}

function readScopeName(reader: JsonReader): string {
  let name = "";
  for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
    if (key === "name") name = reader.text();
    else reader.skip();
  }
  return name;
}

function readSpan(reader: JsonReader, scopeName: string, meter: Meter, tally: SpanTally): OtlpSpan | undefined {
  meter.item();
  tally.total++;
  const parts: Pairs = [];
  const links: SpanParts[] = [];
  const events: SpanEvent[] = [];
  const span: Mutable<OtlpSpan> = {
    traceId: "",
    spanId: "",
    parentSpanId: "",
    traceState: "",
    flags: 0,
    name: "",
    kind: 0,
    startTime: 0n,
    endTime: 0n,
    attributes: parts,
    links,
    events,
    status: { code: 0, message: "" },
    scopeName,
  };
  for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
    key = camel(key);
    if (readScalar(reader, key, span)) continue;
    if (key === "attributes") readPairList(reader, meter, 0, parts);
    else if (key === "links") {
      for (let more = reader.firstItem(); more; more = reader.nextItem()) links.push(readLink(reader, meter));
    } else if (key === "events") {
      for (let more = reader.firstItem(); more; more = reader.nextItem()) events.push(readEvent(reader, meter));
    } else reader.skip();
  }
  const problem = idProblem(span.traceId, span.spanId);
  if (problem !== "") tally.problem(problem);
  else if (!mayBeRecord(span.kind, span.name)) tally.other++;
  else return span;
  return undefined;
}

function readScalar(reader: JsonReader, key: string, span: Mutable<OtlpSpan>): boolean {
  switch (key) {
    case "traceId":
      span.traceId = reader.text().toLowerCase();
      return true;
    case "spanId":
      span.spanId = reader.text().toLowerCase();
      return true;
    case "parentSpanId":
      span.parentSpanId = reader.text().toLowerCase();
      return true;
    case "traceState":
      span.traceState = reader.text();
      return true;
    case "name":
      span.name = reader.text();
      return true;
    case "kind":
      span.kind = reader.enumeration("kind");
      return true;
    case "startTimeUnixNano":
      span.startTime = reader.unsigned64();
      return true;
    case "endTimeUnixNano":
      span.endTime = reader.unsigned64();
      return true;
    case "flags":
      span.flags = Number(reader.unsigned64());
      return true;
    case "status":
      span.status = readStatus(reader);
      return true;
    default:
      return false;
  }
}

function readLink(reader: JsonReader, meter: Meter): SpanParts {
  meter.value(0);
  const attributes: Pairs = [];
  let traceId = "";
  let spanId = "";
  for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
    key = camel(key);
    if (key === "traceId") traceId = reader.text().toLowerCase();
    else if (key === "spanId") spanId = reader.text().toLowerCase();
    else if (key === "attributes") readPairList(reader, meter, 0, attributes);
    else reader.skip();
  }
  return { traceId, spanId, attributes };
}

function readEvent(reader: JsonReader, meter: Meter): SpanEvent {
  meter.value(0);
  const attributes: Pairs = [];
  let name = "";
  for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
    if (key === "name") name = reader.text();
    else if (key === "attributes") readPairList(reader, meter, 0, attributes);
    else reader.skip();
  }
  return { name, attributes };
}

function readStatus(reader: JsonReader): OtlpSpan["status"] {
  let code = 0;
  let message = "";
  for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
    if (key === "code") code = reader.enumeration("status.code");
    else if (key === "message") message = reader.text();
    else reader.skip();
  }
  return { code, message };
}
