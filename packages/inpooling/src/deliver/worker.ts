// The worker thread: a pipeline, and a port for what the application asks. Its HTTP is its own: hooks are per thread.
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { setLogLevel } from "../diag.ts";
import { Pipeline } from "./pipeline.ts";
import type { PipelineStart } from "./pipeline.ts";
import { yieldToApplication } from "./priority.ts";

/** What the application's thread posts. */
export interface WorkerRequest {
  readonly type: "flush" | "stop";
  readonly id: number;
}

/** The answer: the request is done. */
export interface WorkerReply {
  readonly id: number;
}

/** The `workerData` of our thread; its presence also keeps `register` from starting there. */
export interface WorkerStart {
  readonly inpooling: PipelineStart;
}

const settledMs = 1_000;

function isWorkerStart(data: unknown): data is WorkerStart {
  return typeof data === "object" && data !== null && "inpooling" in data;
}

function serve({ inpooling }: WorkerStart): void {
  // Not at once: a program that ends within its first second waits for this thread, and nothing competes with it then.
  setTimeout(yieldToApplication, settledMs).unref();
  setLogLevel(inpooling.config.logLevel);
  const pipeline = new Pipeline(inpooling);
  // The listener keeps this thread alive; the application's thread does not wait for it (unref).
  parentPort?.on("message", ({ type, id }: WorkerRequest) => {
    const done = type === "flush" ? pipeline.flush() : pipeline.stop();
    void done.finally(() => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      parentPort?.postMessage({ id } satisfies WorkerReply);
      if (type === "stop") parentPort?.close();
    });
  });
  void pipeline.run().catch((error: unknown) => {
    // Becomes the worker's "error" event: the application's side counts and starts another one.
    setImmediate(() => {
      throw error;
    });
  });
}

if (!isMainThread && isWorkerStart(workerData)) serve(workerData);
