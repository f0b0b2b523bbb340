/** What a node is. Containers hold the nodes that follow them, up to their `next`. */
export const NodeKind = { object: 0, array: 1, string: 2, number: 3, literal: 4 } as const;
export type NodeKind = (typeof NodeKind)[keyof typeof NodeKind];

/** Values of one body that are held at most: 32 bytes each. What lies beyond is seen in the raw view. */
export const NODES_HELD = 1_500_000;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** A number that the text's end cut off. */
const NUMBER_BEGUN = /-?(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?)?$/y;
const SPACE = /[ \t\r\n]*/y;
const LITERALS = ["true", "false", "null"];

/** Columns of the node table. */
const FIELDS = 6;
const KIND = 0;
const START = 1;
const END = 2;
const KEY_START = 3;
const KEY_END = 4;
const NEXT = 5;

/**
 * Reads JSON text (RFC 8259) into a flat table of where its values stand, a slice at a time, so that a body of many
 * megabytes never holds up the page. Unlike `JSON.parse` it keeps numbers as written (ids beyond 2^53), repeated names,
 * and what stands before the end of a body that was cut off.
 */
export class JsonScan {
  readonly text: string;
  #table = new Int32Array(256 * FIELDS);
  #count = 0;
  #at = 0;
  /** Open containers, outermost first. */
  #open: number[] = [];
  #state: "value" | "first-value" | "first-name" | "name" | "after" | "done" = "value";
  #key: readonly [number, number] = [0, 0];
  /** Why and where reading stopped before the end; undefined while all is well. */
  problem: { readonly offset: number; readonly message: string } | undefined;
  /** The text ended inside of the document. */
  cut = false;
  /** The document has more than `NODES_HELD` values; the first of them are here. */
  full = false;
  /** The innermost container that was still open when the text ended; -1 for none. */
  innermostOpen = -1;

  constructor(text: string) {
    this.text = text;
  }

  get nodes(): number {
    return this.#count;
  }
  kind(node: number): NodeKind {
    return this.#table[node * FIELDS + KIND] as NodeKind;
  }
  /** The node after this one and all that it holds. */
  next(node: number): number {
    return this.#table[node * FIELDS + NEXT] as number;
  }
  /** The value as written. */
  source(node: number): string {
    return this.text.slice(this.#table[node * FIELDS + START], this.#table[node * FIELDS + END]);
  }
  /** The member's name as written, with quotes; "" for elements of an array. */
  keySource(node: number): string {
    return this.text.slice(this.#table[node * FIELDS + KEY_START], this.#table[node * FIELDS + KEY_END]);
  }
  /** The innermost node at an offset of the text, 0 where there is none. */
  nodeAt(offset: number): number {
    let low = 0;
    let high = this.#count - 1;
    // Nodes begin in the order of their numbers; a member's name belongs to the member.
    const begins = (node: number): number => this.#table[node * FIELDS + KEY_START] || (this.#table[node * FIELDS + START] as number);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (begins(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
  /** False for a container whose end was cut off. */
  closed(node: number): boolean {
    return this.#table[node * FIELDS + END] !== 0;
  }

  /** Nothing is left to read. */
  get isDone(): boolean {
    return this.#state === "done";
  }

  /** Reads at most `tokens` more. @returns true when there is nothing left to read. */
  step(tokens: number): boolean {
    for (let left = tokens; left > 0 && this.#state !== "done"; left--) this.#token();
    // So that what is read already can be shown: containers reach as far as that.
    if (this.#state !== "done") this.#closeOpen();
    return this.#state === "done";
  }

  #token(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.text);
    this.#at = SPACE.lastIndex;
    if (this.#at >= this.text.length) {
      // Only spaces after the document: whole.
      if (!(this.#state === "after" && this.#open.length === 0)) this.cut = true;
      this.#finish();
    } else if (this.#state === "after") this.#afterValue();
    else if (this.#state === "first-name" || this.#state === "name") this.#name();
    else this.#value();
  }

  #finish(): void {
    this.innermostOpen = this.#open.at(-1) ?? -1;
    this.#closeOpen();
    this.#state = "done";
  }

  /** Containers whose end was not read (yet) reach to the last node. */
  #closeOpen(): void {
    for (const node of this.#open) this.#table[node * FIELDS + NEXT] = this.#count;
  }

  #fail(message: string): void {
    this.problem = { offset: this.#at, message };
    this.#finish();
  }

  #value(): void {
    const { text } = this;
    const character = text[this.#at];
    if (this.#count >= NODES_HELD) {
      this.full = true;
      this.#finish();
    } else if (character === "{") this.#begin(NodeKind.object, "first-name");
    else if (character === "[") this.#begin(NodeKind.array, "first-value");
    else if (character === "]" && this.#state === "first-value") this.#end();
    else if (character === '"') {
      const end = this.#stringEnd();
      this.#add(NodeKind.string, this.#at, end);
      this.#at = end;
      this.#state = "after";
    } else this.#scalar();
  }

  #scalar(): void {
    NUMBER.lastIndex = this.#at;
    if (NUMBER.test(this.text)) {
      const end = NUMBER.lastIndex;
      if (!/[.eE]/.test(this.text[end] ?? "")) return this.#leaf(NodeKind.number, end);
      NUMBER_BEGUN.lastIndex = this.#at;
      this.cut = NUMBER_BEGUN.test(this.text);
      return this.#leaf(NodeKind.number, this.cut ? this.text.length : end);
    }
    const literal = LITERALS.find((one) => this.text.startsWith(one, this.#at));
    if (literal !== undefined) return this.#leaf(NodeKind.literal, this.#at + literal.length);
    const rest = this.text.slice(this.#at, this.#at + 6);
    if (this.#at + rest.length === this.text.length && ["-", ...LITERALS].some((one) => one.startsWith(rest))) {
      this.cut = true;
      return this.#finish();
    }
    this.#fail("no value begins like this");
  }

  #leaf(kind: NodeKind, end: number): void {
    this.#add(kind, this.#at, end);
    this.#at = end;
    this.#state = "after";
  }

  #name(): void {
    const character = this.text[this.#at];
    if (character === "}" && this.#state === "first-name") return this.#end();
    if (character !== '"') return this.#fail("a name in double quotes is expected");
    const start = this.#at;
    const end = this.#stringEnd();
    SPACE.lastIndex = end;
    SPACE.test(this.text);
    this.#at = SPACE.lastIndex;
    if (this.#at >= this.text.length) {
      this.cut = true;
      return this.#finish();
    }
    if (this.text[this.#at] !== ":") return this.#fail("a colon is expected after a name");
    this.#at++;
    this.#key = [start, end];
    this.#state = "value";
  }

  #afterValue(): void {
    const container = this.#open.at(-1);
    const character = this.text[this.#at];
    if (container === undefined) return this.#fail("there is more after the document's end");
    const inObject = this.kind(container) === NodeKind.object;
    if (character === ",") {
      this.#at++;
      this.#state = inObject ? "name" : "value";
    } else if (character === (inObject ? "}" : "]")) this.#end();
    else this.#fail(`a comma or ${inObject ? "}" : "]"} is expected`);
  }

  /** The offset after the string that begins here; the text's end when its closing quote is missing. */
  #stringEnd(): number {
    const { text } = this;
    for (let quote = text.indexOf('"', this.#at + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
      let before = quote - 1;
      while (text[before] === "\\") before--;
      // An even run of backslashes escapes itself, not the quote.
      if ((quote - before) % 2 === 1) return quote + 1;
    }
    this.cut = true;
    return text.length;
  }

  #begin(kind: NodeKind, state: "first-name" | "first-value"): void {
    this.#open.push(this.#add(kind, this.#at, 0));
    this.#at++;
    this.#state = state;
  }

  #end(): void {
    this.#at++;
    const node = this.#open.pop() as number;
    this.#table[node * FIELDS + END] = this.#at;
    this.#table[node * FIELDS + NEXT] = this.#count;
    this.#state = "after";
  }

  #add(kind: NodeKind, start: number, end: number): number {
    const node = this.#count++;
    if (this.#count * FIELDS > this.#table.length) {
      const larger = new Int32Array(this.#table.length * 2);
      larger.set(this.#table);
      this.#table = larger;
    }
    this.#table.set([kind, start, end, this.#key[0], this.#key[1], this.#count], node * FIELDS);
    this.#key = [0, 0];
    return node;
  }
}
