/** A request as it crossed the wire. */
export interface RawRequest {
  /** Request line and fields, latin1, with the empty line. */
  readonly head: string;
  /** Everything after the head with its framing, latin1. */
  readonly wire: string;
  /** The content without framing, latin1. */
  readonly content: string;
  /** False when the connection ended before the request did. */
  readonly complete: boolean;
}

interface Listener {
  head(head: string): void;
  request(request: RawRequest): void;
}

/** Cuts a connection's bytes into requests (RFC 9112, sections 2, 6 and 7). */
export class RequestReader {
  readonly #listener: Listener;
  #seen: Buffer[] = [];
  #bytes = 0;
  #head: string | undefined;
  /** Bytes that must be there before it is worth looking again. */
  #needed = 0;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  push(bytes: Buffer): void {
    this.#seen.push(bytes);
    this.#bytes += bytes.byteLength;
    if (this.#bytes < this.#needed) return;
    while (this.#step());
  }

  /** What came of a request whose connection is gone. */
  unfinished(): RawRequest | undefined {
    if (this.#bytes === 0 && this.#head === undefined) return undefined;
    const wire = this.#text();
    return { head: this.#head ?? "", wire, content: this.#head === undefined ? "" : contentOf(this.#head, wire).content, complete: false };
  }

  #text(): string {
    const all = Buffer.concat(this.#seen);
    this.#seen = [all];
    return all.toString("latin1");
  }

  #rest(text: string, from: number): void {
    this.#seen = from < text.length ? [Buffer.from(text.slice(from), "latin1")] : [];
    this.#bytes = text.length - from;
    this.#needed = 0;
  }

  #step(): boolean {
    if (this.#bytes === 0) return false;
    const text = this.#text();
    if (this.#head === undefined) {
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) return false;
      this.#head = text.slice(0, end + 4);
      this.#rest(text, end + 4);
      this.#listener.head(this.#head);
      if (!hasContent(this.#head)) return this.#finish("", "", 0, "");
      return this.#bytes > 0;
    }
    const { content, length, needed } = contentOf(this.#head, text);
    this.#needed = needed;
    return length === undefined ? false : this.#finish(text.slice(0, length), content, length, text);
  }

  #finish(wire: string, content: string, length: number, text: string): boolean {
    const head = this.#head ?? "";
    this.#head = undefined;
    if (text !== "") this.#rest(text, length);
    this.#listener.request({ head, wire, content, complete: true });
    return this.#bytes > 0;
  }
}

function isChunked(head: string): boolean {
  return /\r\ntransfer-encoding: *chunked/i.test(head);
}

function hasContent(head: string): boolean {
  return isChunked(head) || lengthOf(head) > 0;
}

function lengthOf(head: string): number {
  return Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
}

interface Content {
  readonly content: string;
  /** Bytes of content with framing; undefined when it is not all there. */
  readonly length: number | undefined;
  readonly needed: number;
}

function contentOf(head: string, text: string): Content {
  if (!isChunked(head)) {
    const length = lengthOf(head);
    return { content: text.slice(0, length), length: text.length >= length ? length : undefined, needed: length };
  }
  const parts: string[] = [];
  for (let at = 0; ;) {
    const end = text.indexOf("\r\n", at);
    if (end < 0) return { content: parts.join(""), length: undefined, needed: 0 };
    const size = Number.parseInt(text.slice(at, end), 16);
    if (size === 0) {
      const trailersEnd = text.startsWith("\r\n", end + 2) ? end + 4 : text.indexOf("\r\n\r\n", end) + 4;
      const complete = trailersEnd > 3 && text.length >= trailersEnd;
      return { content: parts.join(""), length: complete ? trailersEnd : undefined, needed: 0 };
    }
    parts.push(text.slice(end + 2, end + 2 + size));
    at = end + 4 + size;
    if (text.length < at) return { content: parts.join(""), length: undefined, needed: 0 };
  }
}
