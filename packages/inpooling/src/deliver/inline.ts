import type { Config } from "../config.ts";
import { diag } from "../diag.ts";
import { RingControl, reached } from "../ring/control.ts";
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
  readonly #control: RingControl;
  #pipeline: Promise<Pipeline | undefined> | undefined;

  constructor(config: Config, ring: SharedArrayBuffer, status: Status, version: string) {
    this.#config = config;
    this.#ring = ring;
    this.#status = status;
    this.#version = version;
    this.#control = new RingControl(ring);
  }

  start(): void {
    if (this.#pipeline !== undefined) return;
    this.#pipeline = this.#load().catch((error: unknown) => {
      diag.errorOnce("inline", `delivery cannot start: ${String(error)}`);
      return undefined;
    });
    process.on("beforeExit", this.#beforeExit);
  }

  async flush(): Promise<void> {
    if (this.#isDone) return;
    this.start();
    await (await this.#pipeline)?.flush();
  }

  async stop(): Promise<void> {
    process.off("beforeExit", this.#beforeExit);
    if (this.#pipeline === undefined && this.#isDone) return;
    this.start();
    await (await this.#pipeline)?.stop();
    process.off("beforeExit", this.#beforeExit);
  }

  get #isDone(): boolean {
    return reached(this.#control.acked, this.#control.written);
  }

  #tried = -1;

  /** Emitted again whenever work was added: one try for what was written until then. */
  readonly #beforeExit = (): void => {
    if (this.#isDone || this.#tried === this.#control.written) return;
    this.#tried = this.#control.written;
    void this.flush();
  };

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
