import type { ProtoWriter } from "./writer.ts";
import { utf8, varintSize } from "./writer.ts";

// opentelemetry.proto.common.v1: tags of KeyValue.value, the AnyValue kinds and ArrayValue.values.
const valueTag = 0x12;
const any = { string: 0x0a, bool: 0x10, int: 0x18, double: 0x21, array: 0x2a, bytes: 0x3a } as const;
const element = 0x0a;

/** A `KeyValue.key` field, made once per name. */
export function keyOf(name: string): Uint8Array {
  const text = utf8(name);
  const size = varintSize(text.length);
  const key = new Uint8Array(1 + size + text.length);
  key[0] = any.string; // `KeyValue.key` and `AnyValue.string_value` are both field 1
  putVarint(key, 1, text.length);
  key.set(text, 1 + size);
  return key;
}

/** Writes a varint below 2^31 and returns the position after it. */
function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let next = at;
  for (; rest >= 0x80; rest >>>= 7) bytes[next++] = (rest & 0x7f) | 0x80;
  bytes[next] = rest;
  return next + 1;
}

/** A string as an element of an `ArrayValue`, made once per text. */
export function elementOf(text: string): Uint8Array {
  const string = keyOf(text);
  const size = varintSize(string.length);
  const bytes = new Uint8Array(1 + size + string.length);
  bytes[0] = element;
  putVarint(bytes, 1, string.length);
  bytes.set(string, 1 + size);
  return bytes;
}

/** Size of a length-delimited field with a one-byte tag. */
function field(length: number): number {
  return 1 + varintSize(length) + length;
}

function head(writer: ProtoWriter, tag: number, length: number): void {
  writer.reserve(10);
  writer.bytes[writer.at++] = tag;
  writer.varint(length);
}

/** `KeyValue` up to its `AnyValue` of `size` bytes. */
function pairHead(writer: ProtoWriter, tag: number, key: Uint8Array, size: number): void {
  head(writer, tag, key.length + field(size));
  writer.raw(key);
  head(writer, valueTag, size);
}

/** A `KeyValue` with a string. `size` is the text's length in UTF-8: guessed at first as if it were ASCII. */
export function stringPair(writer: ProtoWriter, tag: number, key: Uint8Array, text: string, size = text.length): void {
  const start = writer.at;
  const value = field(size);
  const pair = key.length + field(value);
  writer.reserve(pair + 20);
  const { bytes } = writer;
  let at = start;
  bytes[at++] = tag;
  at = putVarint(bytes, at, pair);
  bytes.set(key, at);
  at += key.length;
  bytes[at++] = valueTag;
  at = putVarint(bytes, at, value);
  bytes[at++] = any.string;
  writer.at = putVarint(bytes, at, size);
  const written = writer.text(text);
  if (written === size) return;
  writer.at = start;
  stringPair(writer, tag, key, text, written);
}

/** A `KeyValue` with an array of one string: how header fields travel. */
export function stringListPair(writer: ProtoWriter, tag: number, key: Uint8Array, text: string, size = text.length): void {
  const start = writer.at;
  const value = field(size);
  const list = field(value);
  const pair = key.length + field(field(list));
  writer.reserve(pair + 20);
  const { bytes } = writer;
  let at = start;
  bytes[at++] = tag;
  at = putVarint(bytes, at, pair);
  bytes.set(key, at);
  at += key.length;
  bytes[at++] = valueTag;
  at = putVarint(bytes, at, field(list));
  bytes[at++] = any.array;
  at = putVarint(bytes, at, list);
  bytes[at++] = element;
  at = putVarint(bytes, at, value);
  bytes[at++] = any.string;
  writer.at = putVarint(bytes, at, size);
  const written = writer.text(text);
  if (written === size) return;
  writer.at = start;
  stringListPair(writer, tag, key, text, written);
}

/** A `KeyValue` with an array of strings; nothing for an empty one. */
export function stringsPair(writer: ProtoWriter, tag: number, key: Uint8Array, texts: readonly string[]): void {
  if (texts.length === 0) return;
  let list = 0;
  for (const text of texts) list += field(field(text.length));
  const value = field(list);
  const pairSize = key.length + field(value);
  const pair = writer.open(tag, pairSize);
  writer.raw(key);
  const inner = writer.open(valueTag, value);
  const array = writer.open(any.array, list);
  for (const text of texts) stringElement(writer, text, text.length);
  writer.close(array, list);
  writer.close(inner, value);
  writer.close(pair, pairSize);
}

/** The beginning of a `KeyValue` with an array whose elements, `size` bytes together, the caller writes. */
export function elementsPair(writer: ProtoWriter, tag: number, key: Uint8Array, size: number): void {
  pairHead(writer, tag, key, field(size));
  head(writer, any.array, size);
}

function stringElement(writer: ProtoWriter, text: string, size: number): void {
  const start = writer.at;
  head(writer, element, field(size));
  head(writer, any.string, size);
  const written = writer.text(text);
  if (written === size) return;
  writer.at = start;
  stringElement(writer, text, written);
}

/** A `KeyValue` with an array of integers (>= 0) or doubles; nothing for an empty one. */
export function numbersPair(writer: ProtoWriter, tag: number, key: Uint8Array, numbers: readonly number[], kind: "int" | "double"): void {
  if (numbers.length === 0) return;
  let list = 0;
  for (const number of numbers) list += field(kind === "int" ? 1 + varintSize(number) : 9);
  pairHead(writer, tag, key, field(list));
  head(writer, any.array, list);
  for (const number of numbers) {
    head(writer, element, kind === "int" ? 1 + varintSize(number) : 9);
    scalar(writer, number, kind);
  }
}

/** A `KeyValue` with an integer >= 0. */
export function intPair(writer: ProtoWriter, tag: number, key: Uint8Array, value: number): void {
  pairHead(writer, tag, key, 1 + varintSize(value));
  scalar(writer, value, "int");
}

/** A `KeyValue` with a double. */
export function doublePair(writer: ProtoWriter, tag: number, key: Uint8Array, value: number): void {
  pairHead(writer, tag, key, 9);
  scalar(writer, value, "double");
}

function scalar(writer: ProtoWriter, value: number, kind: "int" | "double"): void {
  writer.reserve(10);
  writer.bytes[writer.at++] = any[kind];
  if (kind === "int") writer.varint(value);
  else writer.double(value);
}

/** A `KeyValue` with `true`. */
export function truePair(writer: ProtoWriter, tag: number, key: Uint8Array): void {
  pairHead(writer, tag, key, 2);
  writer.reserve(2);
  writer.bytes[writer.at++] = any.bool;
  writer.bytes[writer.at++] = 1;
}

/** A `KeyValue` with a body: a string of its first `textSize` bytes, or all of it as bytes when that is -1. */
export function bodyPair(writer: ProtoWriter, tag: number, key: Uint8Array, body: Uint8Array, textSize: number): void {
  const size = textSize < 0 ? body.length : textSize;
  pairHead(writer, tag, key, field(size));
  head(writer, textSize < 0 ? any.bytes : any.string, size);
  writer.raw(size === body.length ? body : body.subarray(0, size));
}
