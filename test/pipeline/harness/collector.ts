import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CallJson, CallsPageJson, CallSummaryJson, StatusJson } from "../../../collector/src/query/api.ts";
import { NODE_24 } from "./runtimes.ts";

const command = fileURLToPath(new URL("../../../collector/dist/cli/main.js", import.meta.url));

/** A new temporary folder; the caller removes it. */
export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `inpooling-${name}-`));
}

/** A collector process as a user starts it: `inpooling up`, with free ports unless told. */
export class CollectorProcess implements AsyncDisposable {
  readonly data: string;
  #child: ChildProcess | undefined;
  #ownsData: boolean;
  page = "";
  otlp = "";
  stderr = "";

  private constructor(data: string | undefined) {
    this.data = data ?? temporaryFolder("data");
    this.#ownsData = data === undefined;
  }

  static async start(options: { data?: string; otlpPort?: number; flags?: readonly string[] } = {}): Promise<CollectorProcess> {
    const collector = new CollectorProcess(options.data);
    await collector.start(options.otlpPort ?? 0, options.flags);
    return collector;
  }

  get otlpPort(): number {
    return Number(new URL(this.otlp).port);
  }

  /** Starts it (again) on the same data; resolves at the ready line. */
  async start(otlpPort: number, flags: readonly string[] = []): Promise<void> {
    const child = spawn(NODE_24, [command, "up", "--data", this.data, "--otlp-port", String(otlpPort), "--page-port", "0", ...flags], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    let stdout = "";
    await new Promise<void>((resolve, reject) => {
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
        const ready = /^inpooling ready page=(\S+) otlp=(\S+)/m.exec(stdout);
        if (ready === null) return;
        [, this.page = "", this.otlp = ""] = ready;
        resolve();
      });
      child.once("exit", (code, signal) => reject(new Error(`inpooling up ended (${signal ?? code}) before it was ready: ${this.stderr}`)));
    });
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill(signal);
    return ended;
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Ctrl-C; the exit code. */
  stop(): Promise<number | null> {
    return this.#end("SIGINT");
  }

  async #json<T>(path: string): Promise<T> {
    const answer = await fetch(this.page + path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** Every call that matches, newest first. */
  async calls(filter = ""): Promise<CallSummaryJson[]> {
    const found: CallSummaryJson[] = [];
    let cursor = "";
    do {
      const page = await this.#json<CallsPageJson>(`/api/calls?limit=1000&q=${encodeURIComponent(filter)}${cursor}`);
      found.push(...page.calls);
      cursor = page.nextCursor === null ? "" : `&cursor=${encodeURIComponent(page.nextCursor)}`;
    } while (cursor !== "");
    return found;
  }

  call(id: string): Promise<CallJson> {
    return this.#json(`/api/calls/${id}`);
  }

  status(): Promise<StatusJson> {
    return this.#json("/api/status");
  }

  /** Asks until `enough` says so or 20 s have passed; then what was there last. */
  async until(filter: string, enough: (calls: readonly CallSummaryJson[]) => boolean): Promise<CallSummaryJson[]> {
    const limit = Date.now() + 20_000;
    for (;;) {
      const calls = await this.calls(filter).catch((error: unknown) => (Date.now() > limit ? Promise.reject(error as Error) : []));
      if (enough(calls) || Date.now() > limit) return calls;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The details of `count` calls, oldest first. */
  async details(filter: string, count: number): Promise<CallJson[]> {
    const calls = await this.until(filter, (found) => found.length >= count);
    return Promise.all(calls.toReversed().map(({ id }) => this.call(id)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end("SIGTERM");
    if (this.#ownsData) rmSync(this.data, { recursive: true, force: true });
  }
}
