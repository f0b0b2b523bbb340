/** A decoded text and, for each of its bytes, where in the source it came from. */
export class Decoded {
  bytes = new Uint8Array(256);
  /** `map[i]` is the source offset of byte i, `map[length]` the source's end. */
  map = new Uint32Array(257);
  length = 0;

  reserve(size: number): void {
    this.length = 0;
    if (this.bytes.length >= size) return;
    const room = Math.max(size, this.bytes.length * 2);
    this.bytes = new Uint8Array(room);
    this.map = new Uint32Array(room + 1);
  }

  /** Gives back what a large text needed. */
  release(): void {
    if (this.bytes.length <= 1 << 20) return;
    this.bytes = new Uint8Array(256);
    this.map = new Uint32Array(257);
  }
}

const SINGLE = new Uint8Array(256);
for (const [letter, byte] of [
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["b", 8],
  ["f", 12],
] as const)
  SINGLE[letter.charCodeAt(0)] = byte;

/**
 * Reads the escapes of a JSON string (RFC 8259 section 7). What is not ASCII becomes one byte 0xFF per escape:
 * no rule looks for it, and the result is only searched, never kept.
 */
export function unescapeJson(source: Uint8Array, from: number, to: number, into: Decoded): void {
  into.reserve(to - from);
  const { bytes, map } = into;
  let length = 0;
  for (let i = from; i < to;) {
    const byte = source[i] ?? 0;
    map[length] = i;
    if (byte !== 0x5c || i + 1 >= to) {
      bytes[length++] = byte;
      i++;
      continue;
    }
    const next = source[i + 1] ?? 0;
    if (next === 0x75 && i + 5 < to) {
      const code = (hex(source[i + 2]) << 12) | (hex(source[i + 3]) << 8) | (hex(source[i + 4]) << 4) | hex(source[i + 5]);
      bytes[length++] = code < 0x80 ? code : 0xff;
      i += 6;
    } else {
      const single = SINGLE[next] ?? 0;
      bytes[length++] = single === 0 ? next : single;
      i += 2;
    }
  }
  map[length] = to;
  into.length = length;
}

/** Reads `%41` and, where `plus` is set, `+` as a space (WHATWG URL, form-urlencoded parsing). */
export function decodePercent(source: Uint8Array, from: number, to: number, plus: boolean, into: Decoded): void {
  into.reserve(to - from);
  const { bytes, map } = into;
  let length = 0;
  for (let i = from; i < to;) {
    const byte = source[i] ?? 0;
    map[length] = i;
    if (byte === 0x25 && i + 2 < to && isHex(source[i + 1]) && isHex(source[i + 2])) {
      bytes[length++] = hex(source[i + 1]) * 16 + hex(source[i + 2]);
      i += 3;
    } else {
      bytes[length++] = plus && byte === 0x2b ? 0x20 : byte;
      i++;
    }
  }
  map[length] = to;
  into.length = length;
}

/** Takes UTF-16 (little endian or big) to one byte a unit, 0xFF for what is not ASCII. */
export function decodeUtf16(source: Uint8Array, from: number, to: number, little: boolean, into: Decoded): void {
  into.reserve((to - from + 1) >> 1);
  let length = 0;
  for (let i = from; i < to; i += 2) {
    const low = source[little ? i : i + 1] ?? 0;
    const high = source[little ? i + 1 : i] ?? 0;
    into.map[length] = i;
    into.bytes[length++] = high === 0 && low < 0x80 ? low : 0xff;
  }
  into.map[length] = to;
  into.length = length;
}

/** Value of a hexadecimal digit; 0 for anything else. */
function hex(byte: number | undefined): number {
  if (byte === undefined) return 0;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : 0;
}

/** Whether the byte is a hexadecimal digit. */
export function isHex(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66);
}
