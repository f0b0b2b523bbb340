import type { AttributeValue } from "#record";
import { BODY_ATTRIBUTES } from "./decoded-spans.ts";
import type { JsonReader } from "./json-reader.ts";
import type { Meter } from "./meter.ts";

export type Pairs = [name: string, value: AttributeValue][];

/** A key as OTLP's JSON writes it; `trace_id` becomes `traceId`, since some senders keep the proto's names. */
export function camel(key: string): string {
  return key.includes("_") ? key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) : key;
}

/** Appends an array of `KeyValue`; those without a value are left out. */
export function readPairList(reader: JsonReader, meter: Meter, depth: number, pairs: Pairs): void {
  for (let more = reader.firstItem(); more; more = reader.nextItem()) {
    let name = "";
    let value: AttributeValue | undefined;
    for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
      if (key === "key") name = reader.text();
      else if (key === "value") value = readValue(reader, meter, depth, BODY_ATTRIBUTES.has(name));
      else reader.skip();
    }
    if (value !== undefined) pairs.push([name, value]);
  }
}

function readValue(reader: JsonReader, meter: Meter, depth: number, asBytes: boolean): AttributeValue | undefined {
  meter.value(depth);
  let value: AttributeValue | undefined;
  for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
    switch (camel(key)) {
      case "stringValue":
        value = asBytes ? reader.textBytes() : reader.text();
        break;
      case "boolValue":
        value = reader.boolean();
        break;
      case "intValue":
        value = reader.signed64();
        break;
      case "doubleValue":
        value = reader.double();
        break;
      case "arrayValue":
        value = readArray(reader, meter, depth + 1);
        break;
      case "kvlistValue":
        value = readPairs(reader, meter, depth + 1);
        break;
      case "bytesValue":
        // Ids are hex in OTLP's JSON, all other bytes are base64.
        value = Buffer.from(reader.text(), "base64");
        break;
      default:
        reader.skip();
    }
  }
  return value;
}

function readArray(reader: JsonReader, meter: Meter, depth: number): AttributeValue[] {
  const values: AttributeValue[] = [];
  for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
    if (key === "values") {
      for (let more = reader.firstItem(); more; more = reader.nextItem()) values.push(readValue(reader, meter, depth, false) ?? "");
    } else reader.skip();
  }
  return values;
}

function readPairs(reader: JsonReader, meter: Meter, depth: number): { readonly [key: string]: AttributeValue } {
  const pairs: Pairs = [];
  for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
    if (key === "values") readPairList(reader, meter, depth, pairs);
    else reader.skip();
  }
  return Object.fromEntries(pairs);
}
