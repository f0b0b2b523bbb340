// What a test asks for by MODE, in a process of its own. Prints one line of JSON.
import { writeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { InpoolingLogging, startInpooling } from "inpooling";

const { MODE, ORIGIN } = process.env;
const print = (value) => writeSync(1, `${JSON.stringify(value)}\n`);
const get = async (path = "/") => (await fetch(`${ORIGIN}${path}`)).text();

const modes = {
  /** Manual logging alone: nothing is hooked. */
  async manual() {
    const log = new InpoolingLogging();
    await get("/not-hooked");
    const logged = log.log({
      method: "post",
      url: "https://api.example.com/v1/a",
      request: { body: { question: 1 } },
      response: { status: 201, body: "made" },
    });
    await log.flush();
    print({ logged, stats: log.stats() });
  },
  /** The patch from code, then taken back. */
  async patch() {
    const undo = InpoolingLogging.logRequestPatch();
    await get("/hooked");
    undo();
    await get("/not-hooked");
    await startInpooling().flush();
    print(startInpooling().stats().calls);
  },
  /** After shutdown nothing is recorded and nothing keeps the process alive. */
  async shutdown() {
    const log = new InpoolingLogging();
    InpoolingLogging.logRequestPatch();
    await get("/before");
    await log.shutdown();
    await get("/after");
    print(log.log({ url: "https://api.example.com/" }));
  },
  /** The application's own worker threads are recorded too; ours is not one of them. */
  async threads() {
    await get("/main");
    const worker = new Worker(
      `const { workerData } = require("node:worker_threads"); fetch(workerData + "/thread").then((r) => r.text())`,
      { eval: true, workerData: ORIGIN },
    );
    await new Promise((resolve) => worker.once("exit", resolve));
    await startInpooling().flush();
    print("done");
  },
  /** Many calls, then the end at once. */
  async burst() {
    for (let index = 0; index < 100; index++) await get(`/burst/${index}`);
    process.exit(0);
  },
  /** A long life after the calls: delivered while it goes on. */
  async idle() {
    await get("/idle");
    await new Promise((resolve) => process.stdin.once("data", resolve));
    process.exit(0);
  },
  async "listener-counts"() {
    await get("/");
    const counts = [process.listenerCount("SIGTERM")];
    const own = () => undefined;
    process.on("SIGTERM", own);
    await new Promise((resolve) => setImmediate(resolve));
    counts.push(process.listeners("SIGTERM").length, process.listeners("SIGTERM")[0] === own);
    process.off("SIGTERM", own);
    await new Promise((resolve) => setImmediate(resolve));
    counts.push(process.listenerCount("SIGTERM"));
    print(counts);
  },
};

await modes[MODE]();
