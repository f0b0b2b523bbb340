import { JsonReader } from "./json-reader.ts";
import { camel } from "./json-values.ts";
import type { Meter } from "./meter.ts";
import { ProtobufError, ProtobufReader, WireType } from "./protobuf-reader.ts";
import { tagOf } from "./protobuf-values.ts";
import type { Encoding, Signal } from "./status.ts";
import { badRequest } from "./refusal.ts";
import { TextCache } from "./text-cache.ts";

/** A way down to the items of a request: fields of protobuf, keys of JSON. Lists are flattened. */
interface Step {
  readonly fields: readonly number[];
  readonly keys: readonly string[];
}

const LOGS: readonly Step[] = [
  { fields: [1], keys: ["resourceLogs"] },
  { fields: [2], keys: ["scopeLogs"] },
  { fields: [2], keys: ["logRecords"] },
];
const METRICS: readonly Step[] = [
  { fields: [1], keys: ["resourceMetrics"] },
  { fields: [2], keys: ["scopeMetrics"] },
  { fields: [2], keys: ["metrics"] },
  { fields: [5, 7, 9, 10, 11], keys: ["gauge", "sum", "histogram", "exponentialHistogram", "summary"] },
  { fields: [1], keys: ["dataPoints"] },
];
const RESOURCE_KEYS: ReadonlySet<string> = new Set(["resourceSpans", "resourceLogs", "resourceMetrics"]);
const cache = new TextCache();

/**
 * How many log records or data points a request brings.
 *
 * @throws ProtobufError or JsonError when it is not decodable so far; Refusal 400 when it is a traces export.
 */
export function countItems(body: Buffer, signal: Exclude<Signal, "traces">, encoding: Encoding, meter: Meter, maxDepth: number): number {
  const steps = signal === "logs" ? LOGS : METRICS;
  if (encoding === "json") {
    const reader = new JsonReader(body, maxDepth, cache);
    const count = countJson(reader, steps, 0, meter);
    reader.end();
    return count;
  }
  return countProtobuf(new ProtobufReader(body), steps, 0, meter, signal);
}

function countProtobuf(reader: ProtobufReader, steps: readonly Step[], level: number, meter: Meter, signal: Signal): number {
  const step = steps[level];
  const empty = !reader.more;
  let count = 0;
  let known = false;
  while (reader.more) {
    const tag = reader.tag();
    if (step === undefined || (tag & 7) !== WireType.bytes || !step.fields.includes(tag >>> 3)) {
      reader.skip(tag);
      continue;
    }
    known = true;
    const outer = reader.enter();
    if (level < steps.length - 1) count += countProtobuf(reader, steps, level + 1, meter, signal);
    else {
      if (signal === "logs") refuseSpan(reader);
      meter.item();
      count++;
    }
    reader.leave(outer);
  }
  if (level === 0 && !empty && !known) throw new ProtobufError(`no resource_${signal} in it`, 0);
  return count;
}

const SPAN_TRACE_ID = tagOf(1, WireType.bytes);

/** A log record starts with its time; a span in its place starts with the 16 bytes of its trace id. */
function refuseSpan(reader: ProtobufReader): void {
  if (!reader.more || reader.bytes[reader.pos] !== SPAN_TRACE_ID || reader.bytes[reader.pos + 1] !== 16) return;
  throw badRequest("the body is an OTLP traces export: post it to /v1/traces, not /v1/logs", "resource_logs");
}

function countJson(reader: JsonReader, steps: readonly Step[], level: number, meter: Meter): number {
  const step = steps[level];
  let count = 0;
  for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
    if (step === undefined || !step.keys.includes(camel(key))) {
      if (level === 0 && RESOURCE_KEYS.has(camel(key))) throw wrongSignal(camel(key));
      reader.skip();
    } else if (reader.peek() === OPEN_OBJECT) count += countJson(reader, steps, level + 1, meter);
    else {
      for (let more = reader.firstItem(); more; more = reader.nextItem()) {
        if (level < steps.length - 1) count += countJson(reader, steps, level + 1, meter);
        else {
          meter.item();
          reader.skip();
          count++;
        }
      }
    }
  }
  return count;
}

const OPEN_OBJECT = 0x7b;

function wrongSignal(key: string): Error {
  const signal = key === "resourceSpans" ? "traces" : key.slice("resource".length).toLowerCase();
  return badRequest(`the body holds "${key}": post it to /v1/${signal}`, key);
}
