/** Bytes that are not the protobuf they should be. `offset` counts from the start of the body. */
export class ProtobufError extends Error {
  override readonly name = "ProtobufError";
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (byte ${offset})`);
    this.offset = offset;
  }
}

/** Wire types of https://protobuf.dev/programming-guides/encoding/#structure. 3 and 4 are the old groups. */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

const MAX_GROUP_DEPTH = 32;

/**
 * A cursor over one body. It copies nothing and never reads outside `[pos, limit)`: `limit` is the end of
 * the message being read, which `enter` narrows and `leave` restores.
 */
export class ProtobufReader {
  readonly bytes: Buffer;
  readonly #view: DataView;
  pos = 0;
  limit: number;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.limit = bytes.length;
  }

  get more(): boolean {
    return this.pos < this.limit;
  }

  /** Field number << 3 | wire type. */
  tag(): number {
    const at = this.pos;
    const first = this.bytes[at];
    let tag: number;
    if (at < this.limit && first !== undefined && first < 0x80) {
      this.pos = at + 1;
      tag = first;
    } else {
      tag = this.varint();
      if (tag > 0xffff_ffff) throw new ProtobufError("a field number is larger than protobuf allows", at);
    }
    if (tag < 8) throw new ProtobufError("field number 0 does not exist", at);
    return tag;
  }

  /** A varint as a number: exact up to 2^53, which lengths, enums and counts never reach. */
  varint(): number {
    const { bytes, limit } = this;
    const start = this.pos;
    const first = start < limit ? (bytes[start] ?? 0x80) : 0x80;
    if (first < 0x80) {
      this.pos = start + 1;
      return first;
    }
    let pos = start;
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 10; count++) {
      const byte = pos < limit ? bytes[pos] : undefined;
      if (byte === undefined) throw new ProtobufError("the body ends inside a varint", start);
      pos++;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        this.pos = pos;
        return value;
      }
      factor *= 128;
    }
    throw new ProtobufError("a varint is longer than 10 bytes", start);
  }

  /** A varint as the signed 64-bit integer it stands for. */
  int64(): bigint {
    const start = this.pos;
    const small = this.varint();
    if (this.pos - start <= 7) return BigInt(small);
    let value = 0n;
    for (let at = this.pos - 1; at >= start; at--) value = (value << 7n) | BigInt((this.bytes[at] ?? 0) & 0x7f);
    return BigInt.asIntN(64, value);
  }

  fixed64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  fixed32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** Reads a length prefix and returns where its content ends; `pos` is where it starts. */
  length(): number {
    const at = this.pos;
    const length = this.varint();
    const left = this.limit - this.pos;
    if (length > left) throw new ProtobufError(`a field says ${length} bytes, ${left} are left`, at);
    return this.pos + length;
  }

  /** Narrows the cursor to a length-delimited message; pass the result to `leave` when it is read. */
  enter(): number {
    const end = this.length();
    const outer = this.limit;
    this.limit = end;
    return outer;
  }

  leave(outer: number): void {
    this.pos = this.limit;
    this.limit = outer;
  }

  /** UTF-8 text; a sequence that is not UTF-8 becomes U+FFFD, since a log must not be lost over one letter. */
  text(): string {
    const end = this.length();
    const text = this.pos === end ? "" : this.bytes.toString("utf8", this.pos, end);
    this.pos = end;
    return text;
  }

  /** A view into the body, not a copy. */
  view(): Buffer {
    const end = this.length();
    const view = this.bytes.subarray(this.pos, end);
    this.pos = end;
    return view;
  }

  /** Bytes as lower-case hex; of more than 32 bytes (no id is as long) only the first 33. */
  hex(): string {
    const end = this.length();
    const text = this.bytes.toString("hex", this.pos, Math.min(end, this.pos + 33));
    this.pos = end;
    return text;
  }

  /** Steps over a field that is not known (or known with another wire type), whatever it holds. */
  skip(tag: number): void {
    switch (tag & 7) {
      case WireType.varint:
        this.varint();
        return;
      case WireType.fixed64:
        this.#advance(8);
        return;
      case WireType.bytes:
        this.pos = this.length();
        return;
      case WireType.fixed32:
        this.#advance(4);
        return;
      case WireType.startGroup:
        this.#skipGroup(tag);
        return;
      default:
        throw new ProtobufError(`wire type ${tag & 7} cannot stand here`, this.pos - 1);
    }
  }

  #skipGroup(tag: number): void {
    const open = [tag];
    while (open.length > 0) {
      const at = this.pos;
      if (!this.more) throw new ProtobufError("the body ends inside a group", at);
      const inner = this.tag();
      const kind = inner & 7;
      if (kind === WireType.startGroup) {
        if (open.length === MAX_GROUP_DEPTH) throw new ProtobufError(`groups are nested deeper than ${MAX_GROUP_DEPTH}`, at);
        open.push(inner);
      } else if (kind === WireType.endGroup) {
        if (inner - 1 !== open.pop()) throw new ProtobufError("a group ends that was not open", at);
      } else this.skip(inner);
    }
  }

  #advance(count: number): number {
    const at = this.pos;
    if (this.limit - at < count) throw new ProtobufError(`the body ends inside a value of ${count} bytes`, at);
    this.pos = at + count;
    return at;
  }
}
