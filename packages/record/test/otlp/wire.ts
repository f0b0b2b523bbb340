// A small independent reader of OTLP traces in protobuf, for tests only: field by field from the .proto files.
import type { AttributeValue, Attributes, OtlpSpan, Resource } from "../../src/index.ts";
import { resourceFromAttributes } from "../../src/index.ts";

type Field = { readonly number: number; readonly wire: number; readonly bytes: Uint8Array; readonly value: bigint };

function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (at >= bytes.length || shift > 63n) throw new RangeError(`varint runs out at ${at}`);
      const byte = bytes[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0n) throw new RangeError(`varint at ${at} is not minimal`);
        return value;
      }
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    const wire = tag & 7;
    if (wire === 0) fields.push({ number, wire, value: varint(), bytes: new Uint8Array() });
    else if (wire === 2) {
      const length = Number(varint());
      if (at + length > bytes.length) throw new RangeError(`field ${number} runs past the end`);
      fields.push({ number, wire, value: 0n, bytes: bytes.subarray(at, at + length) });
      at += length;
    } else if (wire === 1) {
      fields.push({ number, wire, value: view.getBigUint64(at, true), bytes: bytes.subarray(at, at + 8) });
      at += 8;
    } else if (wire === 5) {
      fields.push({ number, wire, value: BigInt(view.getUint32(at, true)), bytes: bytes.subarray(at, at + 4) });
      at += 4;
    } else throw new RangeError(`wire type ${wire} of field ${number}`);
  }
  return fields;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const text = (fields: Field[], number: number): string =>
  decoder.decode(fields.find((f) => f.number === number)?.bytes ?? new Uint8Array());
const all = (fields: Field[], number: number): Field[] => fields.filter((f) => f.number === number);
const hex = (fields: Field[], number: number): string =>
  Array.from(fields.find((f) => f.number === number)?.bytes ?? [], (b) => b.toString(16).padStart(2, "0")).join("");
const number = (fields: Field[], id: number): bigint => fields.find((f) => f.number === id)?.value ?? 0n;

function anyValue(bytes: Uint8Array): AttributeValue {
  const field = fieldsOf(bytes)[0];
  if (field === undefined) return "";
  switch (field.number) {
    case 1:
      return decoder.decode(field.bytes);
    case 2:
      return field.value === 1n;
    case 3:
      return BigInt.asIntN(64, field.value);
    case 4:
      return new DataView(field.bytes.buffer, field.bytes.byteOffset).getFloat64(0, true);
    case 5:
      return all(fieldsOf(field.bytes), 1).map((element) => anyValue(element.bytes));
    case 7:
      return field.bytes.slice();
    default:
      throw new RangeError(`AnyValue field ${field.number}`);
  }
}

function attributes(fields: Field[], id: number): Attributes {
  return all(fields, id).map((pair) => {
    const inner = fieldsOf(pair.bytes);
    return [text(inner, 1), anyValue(inner.find((f) => f.number === 2)?.bytes ?? new Uint8Array())] as const;
  });
}

/** Decodes one `Span` message. */
export function readSpan(bytes: Uint8Array, scopeName = "inpooling"): OtlpSpan {
  const fields = fieldsOf(bytes);
  const status = fieldsOf(fields.find((f) => f.number === 15)?.bytes ?? new Uint8Array());
  return {
    traceId: hex(fields, 1),
    spanId: hex(fields, 2),
    traceState: text(fields, 3),
    parentSpanId: hex(fields, 4),
    name: text(fields, 5),
    kind: Number(number(fields, 6)),
    startTime: number(fields, 7),
    endTime: number(fields, 8),
    attributes: attributes(fields, 9),
    links: all(fields, 13).map((link) => {
      const inner = fieldsOf(link.bytes);
      return { traceId: hex(inner, 1), spanId: hex(inner, 2), attributes: attributes(inner, 4) };
    }),
    status: { message: text(status, 2), code: Number(number(status, 3)) },
    flags: Number(number(fields, 16)),
    scopeName,
  };
}

/** Decodes an `ExportTraceServiceRequest`. */
export function readRequest(
  bytes: Uint8Array,
): { resource: Resource; scope: { name: string; version: string }; schemaUrl: string; spans: OtlpSpan[] }[] {
  return all(fieldsOf(bytes), 1).flatMap((resourceSpans) => {
    const fields = fieldsOf(resourceSpans.bytes);
    const resource = resourceFromAttributes(attributes(fieldsOf(all(fields, 1)[0]?.bytes ?? new Uint8Array()), 1));
    return all(fields, 2).map((scopeSpans) => {
      const inner = fieldsOf(scopeSpans.bytes);
      const scopeFields = fieldsOf(all(inner, 1)[0]?.bytes ?? new Uint8Array());
      const scope = { name: text(scopeFields, 1), version: text(scopeFields, 2) };
      return { resource, scope, schemaUrl: text(inner, 3), spans: all(inner, 2).map((span) => readSpan(span.bytes, scope.name)) };
    });
  });
}
