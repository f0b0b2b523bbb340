import { Worker } from "node:worker_threads";
import type { Config } from "../config.ts";
import { diag } from "../diag.ts";
import { RingControl, reached } from "../ring/control.ts";
import { readClock } from "./clock.ts";
import type { Delivery } from "./delivery.ts";
import { processFacts } from "./facts.ts";
import type { Status } from "./status.ts";
import type { WorkerReply, WorkerRequest, WorkerStart } from "./worker.ts";

/** A worker that keeps dying is not tried for ever; what it cannot read the ring counts as lost. */
const maxStarts = 4;

function workerUrl(): URL {
  try {
    return new URL(import.meta.resolve("inpooling/worker"));
  } catch {
    // Not installed under its name: the file beside this one, as sources or bundled.
    return new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "../worker.js", import.meta.url);
  }
}

/** NODE_OPTIONS would load `--require`d modules, ours among them, into the worker; `execArgv` does not cover it. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...rest } = process.env;
  return rest;
}

/** Delivery in ONE worker thread, which never keeps the process alive. */
export class DeliveryThread implements Delivery {
  readonly #config: Config;
  readonly #ring: SharedArrayBuffer;
  readonly #status: Status;
  readonly #version: string;
  readonly #control: RingControl;
  readonly #waiting = new Map<number, () => void>();
  #worker: Worker | undefined;
  #starts = 0;
  #nextId = 1;
  #stopping = false;

  constructor(config: Config, ring: SharedArrayBuffer, status: Status, version: string) {
    this.#config = config;
    this.#ring = ring;
    this.#status = status;
    this.#version = version;
    this.#control = new RingControl(ring);
  }

  start(): void {
    if (this.#worker !== undefined || this.#stopping || this.#starts >= maxStarts) return;
    this.#starts++;
    const { taken, delivered, lost } = this.#figures();
    const start: WorkerStart = {
      inpooling: {
        config: this.#config,
        ring: this.#ring,
        status: this.#status.buffer,
        clock: readClock(),
        facts: processFacts(),
        version: this.#version,
        crashedCalls: Math.max(0, taken - delivered - lost),
      },
    };
    const worker = new Worker(workerUrl(), { name: "inpooling", workerData: start, execArgv: [], env: environment() });
    this.#worker = worker;
    worker.on("message", ({ id }: WorkerReply) => this.#answered(id));
    worker.on("error", (error) =>
      diag.warnOnce("worker", `the delivery thread failed and is started again: ${error.stack ?? String(error)}`),
    );
    worker.on("exit", () => this.#ended());
    worker.unref();
  }

  flush(): Promise<void> {
    return this.#isDone ? Promise.resolve() : this.#ask("flush");
  }

  async stop(): Promise<void> {
    if (this.#worker !== undefined || !this.#isDone) await this.#ask("stop");
    this.#stopping = true;
  }

  get #isDone(): boolean {
    return reached(this.#control.acked, this.#control.written);
  }

  flushAtExit(timeoutMs: number): void {
    if (this.#stopping || this.#isDone) return;
    this.start();
    if (this.#worker === undefined) return;
    this.#control.requestFlush();
    if (!this.#control.waitUntilFlushed(timeoutMs)) diag.debug(`the process ends with calls undelivered after ${timeoutMs} ms`);
  }

  #ask(type: WorkerRequest["type"]): Promise<void> {
    this.start();
    const worker = this.#worker;
    if (worker === undefined) return Promise.resolve();
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      // Somebody waits for the answer, so the process must live until it comes.
      worker.ref();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage({ type, id } satisfies WorkerRequest);
    });
  }

  #answered(id: number): void {
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker?.unref();
  }

  #ended(): void {
    this.#worker = undefined;
    for (const id of this.#waiting.keys()) this.#answered(id);
    if (this.#stopping) return;
    if (this.#starts < maxStarts) this.start();
    else {
      this.#control.markGone();
      diag.errorOnce("worker-gone", `the delivery thread failed ${maxStarts} times; calls of this process are not recorded any more.`);
    }
  }

  #figures(): { readonly taken: number; readonly delivered: number; readonly lost: number } {
    return { taken: this.#status.get("taken"), delivered: this.#status.get("delivered"), lost: this.#status.get("lostCalls") };
  }
}
