import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `inpooling …` as a process of its own, run from the sources. */
export class CommandLine {
  readonly process: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number | null>;
  #wake: () => void = () => undefined;
  stdout = "";
  stderr = "";

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.process = spawn(process.execPath, ["--conditions=inpooling-source", "--disable-warning=ExperimentalWarning", main, ...args], {
      env: { PATH: process.env["PATH"] ?? "", ...env },
    });
    this.process.stdin.end();
    this.process.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.#wake();
    });
    this.process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#wake();
    });
    this.#ended = new Promise((resolve) =>
      this.process.once("close", (code) => {
        resolve(code);
        this.#wake();
      }),
    );
    onTestFinished(() => void this.process.kill("SIGKILL"));
  }

  /** Waits until something was written, or the process has ended. */
  async until(done: () => boolean): Promise<void> {
    while (!done() && this.process.exitCode === null && this.process.signalCode === null)
      await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  async end(): Promise<Ended> {
    const code = await this.#ended;
    return { code, stdout: this.stdout, stderr: this.stderr };
  }
}

export function inpooling(...args: string[]): Promise<Ended> {
  return new CommandLine(args).end();
}
