/** A line longer than this is shown in pieces: one element with megabytes of text would stop the page. */
export const PIECE = 1_000;

export interface Line {
  readonly text: string;
  /** 1 …; 0 for what continues the line above. */
  readonly number: number;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

/** A text cut into lines, kept as offsets. */
export class Lines {
  readonly text: string;
  #starts: number[] = [];
  #numbers: number[] = [];

  constructor(text: string) {
    this.text = text;
    let number = 0;
    for (let start = 0; start <= text.length;) {
      const feed = text.indexOf("\n", start);
      const end = feed === -1 ? text.length : feed;
      number++;
      this.#cut(start, end, number);
      start = end + 1;
    }
  }

  get length(): number {
    return this.#starts.length;
  }

  at(index: number): Line {
    const start = this.#starts[index] ?? 0;
    const next = this.#starts[index + 1] ?? this.text.length + 1;
    const number = this.#numbers[index] ?? 0;
    // The next piece of the same line follows at once, the next line after a line feed.
    const end = this.#numbers[index + 1] === 0 ? next : next - 1;
    const text = this.text.slice(start, end);
    return { text: text.endsWith("\r") ? text.slice(0, -1) : text, number };
  }

  /** The line that holds an offset. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #cut(start: number, end: number, number: number): void {
    this.#starts.push(start);
    this.#numbers.push(number);
    for (let piece = start + PIECE; piece < end; piece += PIECE) {
      if (isHighSurrogate(this.text.charCodeAt(piece - 1))) piece--;
      this.#starts.push(piece);
      this.#numbers.push(0);
    }
  }
}
