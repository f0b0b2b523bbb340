import type { AttributeValue } from "#record";
import { BODY_ATTRIBUTES } from "./decoded-spans.ts";
import type { Meter } from "./meter.ts";
import { type ProtobufReader, WireType } from "./protobuf-reader.ts";
import { TextCache } from "./text-cache.ts";

/** A field's number and wire type as they stand on the wire. */
export const tagOf = (field: number, wireType: number): number => field * 8 + wireType;

// Fields of opentelemetry/proto/common/v1, as tags.
const PAIR_KEY = tagOf(1, WireType.bytes);
const PAIR_VALUE = tagOf(2, WireType.bytes);
const VALUE_STRING = tagOf(1, WireType.bytes);
const VALUE_BOOL = tagOf(2, WireType.varint);
const VALUE_INT = tagOf(3, WireType.varint);
const VALUE_DOUBLE = tagOf(4, WireType.fixed64);
const VALUE_ARRAY = tagOf(5, WireType.bytes);
const VALUE_PAIRS = tagOf(6, WireType.bytes);
const VALUE_BYTES = tagOf(7, WireType.bytes);
const ELEMENTS = tagOf(1, WireType.bytes);

export type Pairs = [name: string, value: AttributeValue][];

const cache = new TextCache();

/** A text that probably comes again with the next span. */
export function readText(reader: ProtobufReader): string {
  const end = reader.length();
  const text = cache.text(reader.bytes, reader.pos, end);
  reader.pos = end;
  return text;
}

/** All `KeyValue`s that stand in field `field` of the current message. */
export function readAttributes(reader: ProtobufReader, field: number, meter: Meter): Pairs {
  const pairs: Pairs = [];
  while (reader.more) {
    const tag = reader.tag();
    if (tag === field) pushPair(pairs, readPair(reader, meter, 0));
    else reader.skip(tag);
  }
  return pairs;
}

export function pushPair(pairs: Pairs, pair: Pairs[number] | undefined): void {
  if (pair !== undefined) pairs.push(pair);
}

/** A `KeyValue`; undefined when it has no value. */
export function readPair(reader: ProtobufReader, meter: Meter, depth: number): Pairs[number] | undefined {
  const outer = reader.enter();
  let key = "";
  let value: AttributeValue | undefined;
  while (reader.more) {
    const tag = reader.tag();
    if (tag === PAIR_KEY) key = readText(reader);
    else if (tag === PAIR_VALUE) value = readValue(reader, meter, depth, BODY_ATTRIBUTES.has(key));
    else reader.skip(tag);
  }
  reader.leave(outer);
  return value === undefined ? undefined : [key, value];
}

/** An `AnyValue`; of several values the last one counts, as for every `oneof`. Undefined when it is empty. */
function readValue(reader: ProtobufReader, meter: Meter, depth: number, asBytes: boolean): AttributeValue | undefined {
  meter.value(depth);
  const outer = reader.enter();
  let value: AttributeValue | undefined;
  while (reader.more) {
    const tag = reader.tag();
    switch (tag) {
      case VALUE_STRING:
        value = asBytes ? reader.view() : readText(reader);
        break;
      case VALUE_BOOL:
        value = reader.varint() !== 0;
        break;
      case VALUE_INT:
        value = reader.int64();
        break;
      case VALUE_DOUBLE:
        value = reader.double();
        break;
      case VALUE_ARRAY:
        value = readArray(reader, meter, depth + 1);
        break;
      case VALUE_PAIRS:
        value = readPairs(reader, meter, depth + 1);
        break;
      case VALUE_BYTES:
        value = reader.view();
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer);
  return value;
}

function readArray(reader: ProtobufReader, meter: Meter, depth: number): AttributeValue[] {
  const outer = reader.enter();
  const values: AttributeValue[] = [];
  while (reader.more) {
    const tag = reader.tag();
    if (tag === ELEMENTS) values.push(readValue(reader, meter, depth, false) ?? "");
    else reader.skip(tag);
  }
  reader.leave(outer);
  return values;
}

function readPairs(reader: ProtobufReader, meter: Meter, depth: number): { readonly [key: string]: AttributeValue } {
  const outer = reader.enter();
  const pairs: Pairs = [];
  while (reader.more) {
    const tag = reader.tag();
    if (tag === ELEMENTS) pushPair(pairs, readPair(reader, meter, depth));
    else reader.skip(tag);
  }
  reader.leave(outer);
  // Keys are other people's text: fromEntries makes an own property even of `__proto__`.
  return Object.fromEntries(pairs);
}
