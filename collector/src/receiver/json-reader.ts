import type { TextCache } from "./text-cache.ts";

/** Bytes that are not the JSON they should be. `offset` counts from the start of the body. */
export class JsonError extends Error {
  override readonly name = "JsonError";
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (byte ${offset})`);
    this.offset = offset;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** Up to this length a string is searched byte by byte; a native search costs more to call. */
const SHORT = 48;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const INTEGER = /^-?\d{1,20}$/;

/**
 * Reads JSON (RFC 8259) from bytes, value by value, without building what nobody asked for: 64-bit integers stay
 * exact, unknown fields are stepped over, nesting is capped and long strings are not copied.
 *
 * Members: `for (let key = r.firstKey(); key !== undefined; key = r.nextKey())`, with exactly one value read
 * in each turn. Members and elements that are null are left out, which is how protobuf's JSON means them.
 */
export class JsonReader {
  readonly bytes: Buffer;
  pos = 0;
  readonly #cache: TextCache;
  readonly #maxDepth: number;
  #depth = 0;
  /** Whether the string that `#stringEnd` last looked at holds escapes. */
  #escaped = false;

  constructor(bytes: Buffer, maxDepth: number, cache: TextCache) {
    this.bytes = bytes;
    this.#maxDepth = maxDepth;
    this.#cache = cache;
    // A byte order mark is not JSON, but some senders write one (RFC 8259 8.1 lets a reader ignore it).
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.pos = 3;
  }

  firstKey(): string | undefined {
    this.#open(OPEN_OBJECT, "an object");
    if (this.peek() !== CLOSE_OBJECT) return this.#member();
    this.#close();
    return undefined;
  }

  nextKey(): string | undefined {
    if (this.#separator(CLOSE_OBJECT, "object")) return this.#member();
    this.#close();
    return undefined;
  }

  /** True when there is an element to read. */
  firstItem(): boolean {
    this.#open(OPEN_ARRAY, "an array");
    if (this.peek() === CLOSE_ARRAY) return this.#close();
    return this.#skipNull() ? this.nextItem() : true;
  }

  nextItem(): boolean {
    while (this.#separator(CLOSE_ARRAY, "array")) if (!this.#skipNull()) return true;
    return this.#close();
  }

  text(): string {
    const start = this.#openString();
    const shortEnd = this.#shortEnd(start);
    if (shortEnd >= 0) {
      this.pos = shortEnd + 1;
      return this.#cache.text(this.bytes, start, shortEnd);
    }
    const end = this.#stringEnd(start);
    this.pos = end + 1;
    return this.#escaped ? this.#unescape(start, end) : this.bytes.toString("utf8", start, end);
  }

  /** A string's UTF-8 bytes: a view into the body unless it holds escapes. */
  textBytes(): Buffer {
    const start = this.#openString();
    const end = this.#stringEnd(start);
    this.pos = end + 1;
    return this.#escaped ? Buffer.from(this.#unescape(start, end), "utf8") : this.bytes.subarray(start, end);
  }

  /** A signed 64-bit integer, written as a number or (as OTLP says) as a string; exact. */
  signed64(): bigint {
    return this.#integer(-(2n ** 63n), 2n ** 63n - 1n);
  }

  unsigned64(): bigint {
    return this.#integer(0n, 2n ** 64n - 1n);
  }

  /** A number, or the strings that protobuf's JSON has for what JSON cannot write. */
  double(): number {
    this.peek();
    const at = this.pos;
    const token = this.bytes[at] === QUOTE ? this.text() : this.#number();
    if (token === "NaN") return Number.NaN;
    if (token === "Infinity" || token === "-Infinity" || NUMBER.test(token)) return Number(token);
    throw new JsonError(`expected a number, found ${JSON.stringify(token.slice(0, 40))}`, at);
  }

  /** An enum value. OTLP's JSON allows integers only, never names. */
  enumeration(field: string): number {
    this.peek();
    const at = this.pos;
    if (this.bytes[at] === QUOTE) {
      const name = JSON.stringify(this.text().slice(0, 40));
      throw new JsonError(`${field} must be an integer in OTLP/JSON, found the string ${name}`, at);
    }
    return Number(this.signed64());
  }

  boolean(): boolean {
    this.peek();
    const at = this.pos;
    if (this.#literal("true")) return true;
    if (this.#literal("false")) return false;
    throw new JsonError("expected true or false", at);
  }

  /** Steps over any value. */
  skip(): void {
    const byte = this.peek();
    if (byte === OPEN_OBJECT) {
      for (let key = this.firstKey(); key !== undefined; key = this.nextKey()) this.skip();
    } else if (byte === OPEN_ARRAY) {
      for (let more = this.firstItem(); more; more = this.nextItem()) this.skip();
    } else if (byte === QUOTE) {
      this.pos = this.#stringEnd(this.pos + 1) + 1;
    } else if (!this.#literal("true") && !this.#literal("false") && !this.#literal("null")) {
      const at = this.pos;
      const token = this.#number();
      if (!NUMBER.test(token)) throw new JsonError(`${JSON.stringify(token.slice(0, 40))} is not a number`, at);
    }
  }

  /** @throws JsonError when anything but white space follows. */
  end(): void {
    if (this.peek() !== -1) throw new JsonError("the JSON value has ended, but more follows", this.pos);
  }

  /** Goes to the next byte that is not white space and returns it; -1 at the end of the body. */
  peek(): number {
    const { bytes } = this;
    let byte = bytes[this.pos];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++this.pos];
    return byte ?? -1;
  }

  #fail(expected: string): never {
    const byte = this.bytes[this.pos];
    const found = byte === undefined ? "the end of the body" : JSON.stringify(String.fromCharCode(byte));
    throw new JsonError(`expected ${expected}, found ${found}`, this.pos);
  }

  #open(byte: number, what: string): void {
    if (this.peek() !== byte) this.#fail(what);
    if (++this.#depth > this.#maxDepth) throw new JsonError(`the JSON is nested deeper than ${this.#maxDepth} levels`, this.pos);
    this.pos++;
  }

  #close(): false {
    this.#depth--;
    this.pos++;
    return false;
  }

  /** True after a comma; false, and nothing read, at the closing bracket. */
  #separator(closing: number, what: string): boolean {
    const byte = this.peek();
    if (byte === closing) return false;
    if (byte !== COMMA) this.#fail(`a comma or the end of the ${what}`);
    this.pos++;
    return true;
  }

  /** The next member whose value is not null. */
  #member(): string | undefined {
    for (;;) {
      const key = this.text();
      if (this.peek() !== COLON) this.#fail("a colon");
      this.pos++;
      if (!this.#skipNull()) return key;
      if (!this.#separator(CLOSE_OBJECT, "object")) {
        this.#close();
        return undefined;
      }
    }
  }

  #integer(low: bigint, high: bigint): bigint {
    this.peek();
    const at = this.pos;
    const token = this.bytes[at] === QUOTE ? this.text() : this.#number();
    const value = integerOf(token);
    if (value !== undefined && value >= low && value <= high) return value;
    const what = low === 0n ? "an unsigned 64-bit integer" : "a 64-bit integer";
    throw new JsonError(`expected ${what}, found ${JSON.stringify(token.slice(0, 40))}`, at);
  }

  #skipNull(): boolean {
    return this.peek() === 0x6e && this.#literal("null");
  }

  #literal(word: string): boolean {
    if (this.bytes[this.pos] !== word.charCodeAt(0)) return false;
    if (this.bytes.toString("latin1", this.pos, this.pos + word.length) !== word) this.#fail("a JSON value");
    this.pos += word.length;
    return true;
  }

  #openString(): number {
    if (this.peek() !== QUOTE) this.#fail("a string");
    return this.pos + 1;
  }

  /** End of a short string without escapes, else -1. */
  #shortEnd(start: number): number {
    const { bytes } = this;
    for (let at = start; at < start + SHORT; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH) return -1;
    }
    return -1;
  }

  /** Where the closing quote stands. Linear in the string, whatever it holds. */
  #stringEnd(start: number): number {
    const { bytes } = this;
    const quote = bytes.indexOf(QUOTE, start);
    if (quote < 0) throw new JsonError("the body ends inside a string", start);
    const escape = bytes.subarray(start, quote).indexOf(BACKSLASH);
    this.#escaped = escape >= 0;
    if (escape < 0) return quote;
    for (let at = start + escape; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) return at;
    }
    throw new JsonError("the body ends inside a string", start);
  }

  #unescape(start: number, end: number): string {
    try {
      return JSON.parse(this.bytes.toString("utf8", start - 1, end + 1)) as string;
    } catch {
      throw new JsonError("a string holds an escape or a control character that JSON does not allow", start);
    }
  }

  #number(): string {
    const { bytes } = this;
    const start = this.pos;
    let at = start;
    while (at - start < 64 && isNumberByte(bytes[at])) at++;
    if (at === start) this.#fail("a JSON value");
    this.pos = at;
    return bytes.toString("latin1", start, at);
  }
}

function isNumberByte(byte: number | undefined): boolean {
  // 0-9, '-', '+', '.', 'e', 'E'
  return (
    byte !== undefined &&
    ((byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x65 || byte === 0x45)
  );
}

function integerOf(token: string): bigint | undefined {
  if (INTEGER.test(token)) return BigInt(token);
  // Protobuf's JSON allows 1e3 and 1.0 for integers.
  const value = NUMBER.test(token) ? Number(token) : Number.NaN;
  return Number.isSafeInteger(value) ? BigInt(value) : undefined;
}
