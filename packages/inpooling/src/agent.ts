import { isMainThread, workerData } from "node:worker_threads";
import type { EventSink } from "#record";
import { installCapture } from "./capture/index.ts";
import { readConfig } from "./config.ts";
import type { Config, InpoolingOptions } from "./config.ts";
import type { Delivery } from "./deliver/delivery.ts";
import { onProcessEnd } from "./deliver/endings.ts";
import { InlineDelivery } from "./deliver/inline.ts";
import { Status } from "./deliver/status.ts";
import type { Stats } from "./deliver/status.ts";
import { DeliveryThread } from "./deliver/thread.ts";
import { diag } from "./diag.ts";
import { createRing, DEFAULT_RING_BYTES, RingControl, RingWriter } from "./ring/index.ts";
import { silentSink } from "./silent-sink.ts";
import { version } from "./version.ts";

/** What records and delivers in this thread. One per thread, however many ask for it. */
export interface Agent {
  /** Where capture, the manual log and the OpenTelemetry bridge write. */
  readonly sink: EventSink;
  readonly config: Config;
  /** False when `OTEL_SDK_DISABLED=true` or after `shutdown()`: the sink records nothing. */
  readonly isRunning: boolean;
  /**
   * Hooks this thread's HTTP clients; hooked once, however many ask.
   * @param through lets a bridge see the events on their way to the sink
   * @returns takes this request back; the hooks go with the last one
   */
  capture(through?: Through): () => void;
  /** Resolves when what was recorded until now is delivered, or cannot be for the moment. Never rejects. */
  flush(): Promise<void>;
  /** Takes the hooks out, delivers what can be delivered, and ends for good. Never rejects. */
  shutdown(): Promise<void>;
  stats(): Stats;
  /** Counts an error inside one of our hooks; it travels with the losses. */
  countHookError(where: string, error: unknown): void;
}

/** Puts something between capture and the sink. */
export type Through = (sink: EventSink) => EventSink;

/** Longest time the end of the process waits for delivery; with what starting and stopping take it stays below 500 ms. */
const exitLimitMs = 450;
/** The ring's share of the memory limit: an eighth, 8 MiB of the default 64. */
const ringShare = 8;

class RunningAgent implements Agent {
  readonly config: Config;
  #sink: EventSink;
  readonly #delivery: Delivery;
  readonly #control: RingControl;
  readonly #status = new Status();
  #undoEndings: (() => void) | undefined;
  readonly #holders: { readonly through: Through | undefined }[] = [];
  #hooked: { readonly throughs: readonly Through[]; readonly undo: () => void } | undefined;
  #running = true;

  constructor(config: Config) {
    this.config = config;
    const ring = createRing(2 ** Math.floor(Math.log2(Math.min(DEFAULT_RING_BYTES, config.memoryLimit / ringShare))));
    this.#control = new RingControl(ring);
    this.#delivery = new (config.delivery === "inline" ? InlineDelivery : DeliveryThread)(config, ring, this.#status, version);
    this.#sink = new RingWriter(ring, { bodyLimit: config.bodyLimit, onFirstCall: () => this.#firstCall() });
  }

  get sink(): EventSink {
    return this.#sink;
  }

  get isRunning(): boolean {
    return this.#running;
  }

  capture(through?: Through): () => void {
    const holder = { through };
    this.#holders.push(holder);
    this.#hook();
    return () => {
      const index = this.#holders.indexOf(holder);
      if (index < 0) return;
      this.#holders.splice(index, 1);
      this.#hook();
    };
  }

  /** Hooks, hooks anew or unhooks, as those who want capture come and go. */
  #hook(): void {
    const throughs = this.#holders.flatMap(({ through }) => through ?? []);
    const wanted = this.#running && this.#holders.length > 0;
    if (
      wanted &&
      this.#hooked?.throughs.length === throughs.length &&
      throughs.every((one, index) => one === this.#hooked?.throughs[index])
    )
      return;
    const before = this.#hooked;
    this.#hooked = undefined;
    if (wanted) {
      const { delivery, endpoint, ignoreHosts } = this.config;
      // Delivery on this very thread must not record itself.
      const own = delivery === "inline" ? [hostAndPort(endpoint.url)] : [];
      const sink = throughs.reduce((inner, through) => through(inner), this.#sink);
      const undo = installCapture(sink, {
        ignoreHosts: [...ignoreHosts, ...own],
        onHookError: (where, error) => this.countHookError(where, error),
      });
      this.#hooked = { throughs, undo };
    }
    // After the new one is in: the hooks themselves stay where they are.
    before?.undo();
  }

  flush(): Promise<void> {
    return this.#delivery.flush();
  }

  async shutdown(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#hook();
    this.#sink = silentSink;
    await this.#delivery.stop();
    this.#undoEndings?.();
    forget(this);
  }

  stats(): Stats {
    return this.#status.stats();
  }

  countHookError(where: string, error: unknown): void {
    this.#control.countHookError();
    diag.debug(`hook ${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }

  /** Runs within the application's first call: only what must be there should the process end before the next turn. */
  #firstCall(): void {
    this.#undoEndings = onProcessEnd(() => this.#flushAtExit());
    if (this.config.delivery === "inline") {
      this.#delivery.start();
      return;
    }
    // Starting a thread takes milliseconds; the call goes first. Not ref'd: it must not keep the process alive.
    setImmediate(() => {
      try {
        if (this.#running) this.#delivery.start();
      } catch (error) {
        sayCannotStart(error);
      }
    }).unref();
  }

  #flushAtExit(): void {
    try {
      this.#delivery.flushAtExit(exitLimitMs);
    } catch (error) {
      sayCannotStart(error);
    }
  }
}

class DisabledAgent implements Agent {
  readonly config: Config;
  readonly sink = silentSink;
  readonly isRunning = false;

  constructor(config: Config) {
    this.config = config;
  }

  capture(): () => void {
    return () => undefined;
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    forget(this);
    return Promise.resolve();
  }

  stats(): Stats {
    return new Status().stats();
  }

  countHookError(): void {
    // Nothing is hooked.
  }
}

/** For instance under `--permission` without `--allow-worker`. */
function sayCannotStart(error: unknown): void {
  diag.errorOnce(
    "start",
    `the delivery thread cannot start: ${String(error)}. Calls are not delivered; INPOOLING_DELIVERY=inline does without a thread.`,
  );
}

function hostAndPort(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === "" ? (protocol === "https:" ? 443 : 80) : port}`;
}

// Shared by all copies of this package in the thread (CommonJS and ESM loads, nested installations).
const key = Symbol.for("inpooling.agent.1");
const home = globalThis as { [key]?: Agent | undefined };

function forget(agent: Agent): void {
  if (home[key] === agent) home[key] = undefined;
}

/** Whether this thread is one that a copy of ours started to deliver: nothing may be recorded there. */
export function isDeliveryThread(): boolean {
  return !isMainThread && typeof workerData === "object" && workerData !== null && "inpooling" in workerData;
}

/**
 * The agent of this thread; makes it at the first call. It hooks nothing (`agent.capture()` does) and starts no thread
 * before the first recorded call.
 * @param options count when the agent is made; later ones are said to be too late, once
 * @throws TypeError on a wrong option, naming it
 */
export function startInpooling(options: InpoolingOptions = {}): Agent {
  const running = home[key];
  if (running !== undefined) {
    if (Object.keys(options).length > 0) {
      readConfig(options);
      diag.warnOnce(
        "options",
        "Inpooling runs already in this process: options given now have no effect. Give them where it is started first.",
      );
    }
    return running;
  }
  const config = readConfig(options);
  const agent = config.disabled || isDeliveryThread() ? new DisabledAgent(config) : new RunningAgent(config);
  Object.defineProperty(home, key, { value: agent, enumerable: false, configurable: true, writable: true });
  return agent;
}
