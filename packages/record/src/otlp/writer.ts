const encoder = new TextEncoder();

/** Bytes that a protobuf varint of this value takes; safe integers >= 0. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  if (value < 0x10000000) return 4;
  let size = 5;
  for (let rest = Math.floor(value / 0x8_0000_0000); rest > 0; rest = Math.floor(rest / 128)) size++;
  return size;
}

/** UTF-8 of a text. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/**
 * Writes protobuf's wire format (https://protobuf.dev/programming-guides/encoding/) into one growing buffer that
 * is used again for the next message. Lengths come before contents, so callers either know them or `open` and
 * `close` a field; varints are always minimal.
 */
export class ProtoWriter {
  bytes: Uint8Array;
  at = 0;
  #view: DataView;

  constructor(size = 64 * 1024) {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Starts the next message; a buffer that one huge message has blown up is given back. */
  reset(keep = 1024 * 1024): void {
    this.at = 0;
    if (this.bytes.length > keep) this.#resize(64 * 1024);
  }

  /** A copy of what was written since `reset`. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }

  /** Makes room for `size` more bytes; the raw writes below need it. */
  reserve(size: number): void {
    if (this.at + size <= this.bytes.length) return;
    const old = this.bytes;
    this.#resize(Math.max(old.length * 2, this.at + size));
    this.bytes.set(old.subarray(0, this.at));
  }

  #resize(size: number): void {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Needs 8 bytes reserved. */
  varint(value: number): void {
    const { bytes } = this;
    let rest = value;
    // Bit operations are 32-bit: larger values lose their low groups by division first.
    while (rest >= 0x8000_0000) {
      bytes[this.at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 0x80) {
      bytes[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[this.at++] = rest;
  }

  /** Needs 8 bytes reserved. */
  double(value: number): void {
    this.#view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /** Needs 4 bytes reserved. */
  fixed32(value: number): void {
    this.#view.setUint32(this.at, value, true);
    this.at += 4;
  }

  /** Needs 8 bytes reserved. */
  fixed64(value: bigint): void {
    this.#view.setBigUint64(this.at, BigInt.asUintN(64, value), true);
    this.at += 8;
  }

  /** Reserves for itself. */
  raw(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.at);
    this.at += source.length;
  }

  /** Writes UTF-8 and returns its length; lone surrogates become U+FFFD. Reserves for itself. */
  text(text: string): number {
    const { length } = text;
    this.reserve(length * 3);
    const { bytes, at } = this;
    // Up to here a loop is cheaper than the call into the engine.
    if (length <= 24) {
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code >= 0x80) break;
        bytes[at + i] = code;
      }
      if (i === length) {
        this.at = at + length;
        return length;
      }
    }
    const { written } = encoder.encodeInto(text, bytes.subarray(at));
    this.at = at + written;
    return written;
  }

  /** A length-delimited string field; `tag` is one byte. */
  stringField(tag: number, text: string): void {
    const start = this.open(tag, text.length);
    this.text(text);
    this.close(start, text.length);
  }

  /** A length-delimited bytes field; `tag` is one byte. */
  bytesField(tag: number, bytes: Uint8Array): void {
    this.reserve(10);
    this.bytes[this.at++] = tag;
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** Begins a length-delimited field whose length will probably be `expected`; returns where its content begins. */
  open(tag: number, expected: number): number {
    this.reserve(10);
    this.bytes[this.at] = tag;
    this.at += 1 + varintSize(expected);
    return this.at;
  }

  /** Ends a field that `open` began: writes its length, moving the content only if the guess was of another size. */
  close(start: number, expected: number): void {
    const length = this.at - start;
    const guessed = varintSize(expected);
    const needed = varintSize(length);
    let begin = start;
    if (needed !== guessed) {
      this.reserve(8);
      begin = start - guessed + needed;
      this.bytes.copyWithin(begin, start, this.at);
    }
    const end = begin + length;
    this.at = begin - needed;
    this.varint(length);
    this.at = end;
  }
}
