// A protobuf writer for tests, slow and plain on purpose: it shares no line with what it checks.

export type Bytes = Uint8Array;

export function varint(value: bigint | number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    out.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Buffer.from(out);
}

const tag = (field: number, wireType: number): Buffer => varint(field * 8 + wireType);

export function message(...fields: Bytes[]): Buffer {
  return Buffer.concat(fields);
}

export function len(field: number, content: Bytes | string): Buffer {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([tag(field, 2), varint(bytes.length), bytes]);
}

export function int(field: number, value: bigint | number): Buffer {
  return Buffer.concat([tag(field, 0), varint(value)]);
}

export function fixed64(field: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return Buffer.concat([tag(field, 1), bytes]);
}

export function double(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([tag(field, 1), bytes]);
}

export function fixed32(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return Buffer.concat([tag(field, 5), bytes]);
}

export const group = (field: number, content: Bytes): Buffer => Buffer.concat([tag(field, 3), content, tag(field, 4)]);
