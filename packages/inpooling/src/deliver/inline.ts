import type { Config } from "../config.ts";
import { diag } from "../diag.ts";
import { readClock } from "./clock.ts";
import type { Delivery } from "./delivery.ts";
import { processFacts } from "./facts.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Status } from "./status.ts";

/**
 * `INPOOLING_DELIVERY=inline`: the same pipeline on the application's own thread. What is due when the event loop is
 * empty is delivered before the process ends; `process.exit()` leaves no time for that.
 */
export class InlineDelivery implements Delivery {
  readonly #config: Config;
  readonly #ring: SharedArrayBuffer;
  readonly #status: Status;
  readonly #version: string;
  #pipeline: Promise<Pipeline | undefined> | undefined;

  constructor(config: Config, ring: SharedArrayBuffer, status: Status, version: string) {
    this.#config = config;
    this.#ring = ring;
    this.#status = status;
    this.#version = version;
  }

  start(): void {
    if (this.#pipeline !== undefined) return;
    this.#pipeline = this.#load().catch((error: unknown) => {
      diag.errorOnce("inline", `delivery cannot start: ${String(error)}`);
      return undefined;
    });
    // Emitted again whenever work was added, so it ends once there is nothing left to deliver.
    let last = -1;
    process.on("beforeExit", () => {
      const taken = this.#status.get("taken");
      if (taken === last) return;
      last = taken;
      void this.flush();
    });
  }

  async flush(): Promise<void> {
    await (await this.#pipeline)?.flush();
  }

  async stop(): Promise<void> {
    await (await this.#pipeline)?.stop();
  }

  flushAtExit(): void {
    // Nothing can be sent without an event loop; "beforeExit" was the time.
  }

  async #load(): Promise<Pipeline> {
    const { Pipeline } = await import("./pipeline.ts");
    const pipeline = new Pipeline({
      config: this.#config,
      ring: this.#ring,
      status: this.#status.buffer,
      clock: readClock(),
      facts: processFacts(),
      version: this.#version,
      crashedCalls: 0,
    });
    void pipeline.run().catch((error: unknown) => diag.errorOnce("inline", `delivery ended: ${String(error)}`));
    return pipeline;
  }
}
