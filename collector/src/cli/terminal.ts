import { once } from "node:events";
import type { WriteStream } from "node:tty";
import { visible } from "../query/present/visible.ts";

type Style = "bold" | "dim" | "red" | "yellow" | "green" | "cyan";
const codes: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  cyan: [36, 39],
};
type Output = NodeJS.WritableStream & Partial<Pick<WriteStream, "isTTY" | "columns">>;

/** Where a command writes: results to one stream, everything else to the other. */
export class Terminal {
  readonly #out: Output;
  readonly #err: Output;
  readonly #colours: boolean;
  #progress = false;
  #watched = false;

  constructor(out: Output, err: Output, env: Readonly<Record<string, string | undefined>>) {
    this.#out = out;
    this.#err = err;
    // https://no-color.org: any value but the empty one. FORCE_COLOR as Node itself reads it.
    const forced = env["FORCE_COLOR"];
    this.#colours =
      (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb" || forced === "0" ? false : forced !== undefined || out.isTTY === true;
  }

  /** A person reads the results as they come. */
  get interactive(): boolean {
    return this.#out.isTTY === true;
  }

  /** Columns that a line may have; unlimited where no terminal shows it. */
  get columns(): number {
    return this.#out.isTTY === true ? Math.max(20, this.#out.columns ?? 80) : Number.POSITIVE_INFINITY;
  }

  style(style: Style, text: string): string {
    const [on, off] = codes[style];
    return this.#colours && text !== "" ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  }

  /** Writes results as they are; resolves when more can be written. */
  async write(chunk: string | Uint8Array): Promise<void> {
    this.#watchReader();
    if (!this.#out.write(chunk)) await once(this.#out, "drain");
  }

  /** One line of results. */
  line(text = ""): Promise<void> {
    return this.write(`${text}\n`);
  }

  /** One JSON document on a line of its own; characters that could act on a terminal are escaped, the value stays. */
  json(value: unknown): Promise<void> {
    return this.line(
      JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) =>
        [...Array(char.length).keys()].map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
      ),
    );
  }

  /** A line for the person at the terminal, not for a program that reads the results. */
  note(text: string): void {
    this.#watchReader();
    this.#endProgress();
    this.#err.write(`${visible(text, "\n")}\n`);
  }

  /** Waits; after a second says every second on what, in a line that replaces itself, where a person watches. */
  async waiting<T>(work: Promise<T>, what: string): Promise<T> {
    if (this.#err.isTTY !== true) return work;
    let seconds = 0;
    const timer = setInterval(() => {
      this.#progress = true;
      this.#err.write(`\r\u001b[2K${what} … ${++seconds} s`);
    }, 1000);
    try {
      return await work;
    } finally {
      clearInterval(timer);
      this.#endProgress();
    }
  }

  #endProgress(): void {
    if (!this.#progress) return;
    this.#progress = false;
    this.#err.write("\r\u001b[2K");
  }

  /** Only once a command writes: `inpooling up` goes on receiving when nobody reads it any more. */
  #watchReader(): void {
    if (this.#watched) return;
    this.#watched = true;
    this.#err.on("error", () => undefined);
    this.#out.on("error", (error: NodeJS.ErrnoException) => {
      // The reader of the pipe has seen enough (`inpooling query … | head`): that is no failure.
      if (error.code === "EPIPE") process.exit(0);
      throw error;
    });
  }
}
