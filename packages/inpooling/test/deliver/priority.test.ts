import { readdirSync } from "node:fs";
import { getPriority } from "node:os";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";

test.runIf(process.platform === "linux")("the worker's priority is lowered, the application's threads keep theirs", async () => {
  const file = new URL("../../src/deliver/priority.ts", import.meta.url).href;
  const code = `import(${JSON.stringify(file)}).then(({ yieldToApplication }) => { yieldToApplication(); require("node:worker_threads").parentPort.postMessage("lowered"); setInterval(() => {}, 1000); })`;
  const worker = new Worker(code, { eval: true });
  await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  const priorities = readdirSync("/proc/self/task").map((thread) => getPriority(Number(thread)));
  await worker.terminate();
  expect(priorities.filter((nice) => nice === 10)).toHaveLength(1);
  expect(getPriority(process.pid)).toBe(0);
});
