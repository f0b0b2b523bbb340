/** Writes ClickHouse's RowBinary (its documentation, "Formats: RowBinary"): little endian, strings led by a LEB128 length. */
export class RowWriter {
  private buffer: Buffer;
  private used = 0;

  constructor(initialBytes = 256 * 1024) {
    this.buffer = Buffer.allocUnsafeSlow(initialBytes);
  }

  get length(): number {
    return this.used;
  }

  /** What was written so far; valid until the next write. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.used);
  }

  /** Forgets what was written after `length`; keeps the memory unless a giant left it oversized. */
  truncate(length: number): void {
    this.used = length;
    if (length === 0 && this.buffer.length > 32 * 1024 * 1024) this.buffer = Buffer.allocUnsafeSlow(256 * 1024);
  }

  /** Leaves room for `bytes` and returns where it starts; `patch…` fills it later. */
  reserve(bytes: number): number {
    this.ensure(bytes);
    const at = this.used;
    this.used += bytes;
    return at;
  }

  patchUint32(at: number, value: number): void {
    this.buffer.writeUInt32LE(value, at);
  }

  bool(value: boolean): void {
    this.uint8(value ? 1 : 0);
  }

  uint8(value: number): void {
    this.ensure(1);
    this.buffer[this.used++] = value;
  }

  uint16(value: number): void {
    this.ensure(2);
    this.buffer[this.used++] = value & 0xff;
    this.buffer[this.used++] = value >>> 8;
  }

  uint32(value: number): void {
    this.ensure(4);
    this.used = this.buffer.writeUInt32LE(value, this.used);
  }

  /** A whole number up to 2^53 as UInt64. */
  uint64(value: number): void {
    this.ensure(8);
    this.used = this.buffer.writeUInt32LE(value % 4_294_967_296, this.used);
    this.used = this.buffer.writeUInt32LE(Math.floor(value / 4_294_967_296), this.used);
  }

  int64(value: bigint): void {
    this.ensure(8);
    this.used = this.buffer.writeBigInt64LE(value, this.used);
  }

  float64(value: number): void {
    this.ensure(8);
    this.used = this.buffer.writeDoubleLE(value, this.used);
  }

  nullableFloat64(value: number | undefined): void {
    if (value === undefined) {
      this.uint8(1);
    } else {
      this.uint8(0);
      this.float64(value);
    }
  }

  varint(value: number): void {
    this.ensure(8);
    while (value > 0x7f) {
      this.buffer[this.used++] = (value & 0x7f) | 0x80;
      value = Math.floor(value / 128);
    }
    this.buffer[this.used++] = value;
  }

  blob(value: Uint8Array): void {
    this.varint(value.length);
    this.ensure(value.length);
    this.buffer.set(value, this.used);
    this.used += value.length;
  }

  string(value: string): void {
    const length = value.length;
    if (length === 0) {
      this.uint8(0);
      return;
    }
    // UTF-8 needs at most three bytes per UTF-16 unit: the width of the length is chosen before the length is known.
    // LEB128 may be padded, so a width that turns out too large is still right.
    this.ensure(length * 3 + 5);
    const at = this.used;
    if (length <= 64 && this.ascii(value, at + 1)) {
      this.buffer[at] = length;
      this.used = at + 1 + length;
      return;
    }
    const width = length <= 42 ? 1 : length <= 5461 ? 2 : length <= 699_050 ? 3 : 5;
    const written = this.buffer.write(value, at + width, "utf8");
    this.paddedVarint(at, written, width);
    this.used = at + width + written;
  }

  raw(value: Uint8Array): void {
    this.ensure(value.length);
    this.buffer.set(value, this.used);
    this.used += value.length;
  }

  private paddedVarint(at: number, value: number, width: number): void {
    for (let index = 0; index < width - 1; index++) {
      this.buffer[at + index] = (value & 0x7f) | 0x80;
      value = Math.floor(value / 128);
    }
    this.buffer[at + width - 1] = value;
  }

  /** Short texts are mostly ASCII, and a loop beats the call into the runtime for them. */
  private ascii(value: string, at: number): boolean {
    for (let index = 0; index < value.length; index++) {
      const unit = value.charCodeAt(index);
      if (unit > 0x7f) return false;
      this.buffer[at + index] = unit;
    }
    return true;
  }

  private ensure(bytes: number): void {
    const needed = this.used + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(larger, 0, 0, this.used);
    this.buffer = larger;
  }
}

/** Reads RowBinary. Every method throws `RangeError` beyond the end. */
export class RowReader {
  private readonly buffer: Buffer;
  private at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  get position(): number {
    return this.at;
  }

  get done(): boolean {
    return this.at >= this.buffer.length;
  }

  bool(): boolean {
    return this.uint8() !== 0;
  }

  uint8(): number {
    const value = this.buffer.readUInt8(this.at);
    this.at += 1;
    return value;
  }

  uint16(): number {
    const value = this.buffer.readUInt16LE(this.at);
    this.at += 2;
    return value;
  }

  uint32(): number {
    const value = this.buffer.readUInt32LE(this.at);
    this.at += 4;
    return value;
  }

  /** UInt64 as a number; exact up to 2^53. */
  uint64(): number {
    const low = this.uint32();
    return this.uint32() * 4_294_967_296 + low;
  }

  int64(): bigint {
    const value = this.buffer.readBigInt64LE(this.at);
    this.at += 8;
    return value;
  }

  float64(): number {
    const value = this.buffer.readDoubleLE(this.at);
    this.at += 8;
    return value;
  }

  nullableFloat64(): number | undefined {
    return this.uint8() === 1 ? undefined : this.float64();
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 8; count++) {
      const byte = this.uint8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new RangeError(`RowBinary: a length of more than 8 bytes at offset ${this.at}.`);
  }

  /** A view, not a copy. */
  blob(): Uint8Array {
    const length = this.varint();
    const end = this.endOf(length);
    const value = new Uint8Array(this.buffer.buffer, this.buffer.byteOffset + this.at, length);
    this.at = end;
    return value;
  }

  string(): string {
    const length = this.varint();
    const end = this.endOf(length);
    const value = this.buffer.toString("utf8", this.at, end);
    this.at = end;
    return value;
  }

  list<T>(read: (reader: RowReader) => T): T[] {
    const count = this.varint();
    // A damaged count must not allocate: every element takes at least one byte.
    if (count > this.buffer.length - this.at)
      throw new RangeError(`RowBinary: a list of ${count} elements does not fit at offset ${this.at}.`);
    const values: T[] = [];
    for (let index = 0; index < count; index++) values.push(read(this));
    return values;
  }

  private endOf(length: number): number {
    const end = this.at + length;
    if (end > this.buffer.length) {
      throw new RangeError(`RowBinary: ${length} bytes at offset ${this.at} reach beyond the end (${this.buffer.length}).`);
    }
    return end;
  }
}
