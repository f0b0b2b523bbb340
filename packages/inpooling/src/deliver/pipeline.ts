import { CallBuilder } from "#record";
import type { Call, CallEvent } from "#record";
import type { Config } from "../config.ts";
import { diag } from "../diag.ts";
import { RingReader } from "../ring/index.ts";
import { Batcher } from "./batcher.ts";
import { Clock } from "./clock.ts";
import type { ClockReading } from "./clock.ts";
import { Connection } from "./connection.ts";
import { sayPartlyTaken } from "./endpoint-notes.ts";
import type { ProcessFacts } from "./facts.ts";
import { Finisher, IdGenerator } from "./finish.ts";
import { LossLedger } from "./losses.ts";
import { Outbox } from "./outbox.ts";
import { noResource, redactedResource, resourceOf } from "./resource.ts";
import { Sender } from "./sender.ts";
import { Status } from "./status.ts";

/** What a pipeline is started with; structured-cloneable. */
export interface PipelineStart {
  readonly config: Config;
  readonly ring: SharedArrayBuffer;
  readonly status: SharedArrayBuffer;
  readonly clock: ClockReading;
  readonly facts: ProcessFacts;
  readonly version: string;
  /** Calls that were in the memory of an earlier worker which crashed. */
  readonly crashedCalls: number;
}

/** Frames read before other work gets its turn. */
const drainBytes = 256 * 1024;
const idleMs = 1_000;
const farBehind = 2 ** 30;
/** Exchanges while the process ends must be shorter than the application waits for them (500 ms). */
const exitDeadlineMs = 450;

/** Everything behind the ring: reads events, builds, finishes, batches and sends calls, within the memory limit. */
export class Pipeline {
  readonly #start: PipelineStart;
  readonly #reader: RingReader;
  readonly #status: Status;
  readonly #ids = new IdGenerator();
  readonly #builder: CallBuilder;
  readonly #finisher: Finisher;
  readonly #batcher: Batcher;
  readonly #losses: LossLedger;
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  #stopped = false;
  #flushRequests: number;

  constructor(start: PipelineStart) {
    this.#start = start;
    const { config } = start;
    const clock = new Clock(start.clock);
    const maker = redactedResource(resourceOf(config, start.facts, start.version));
    const { resource } = maker;
    this.#reader = new RingReader(start.ring, () => clock.now());
    this.#flushRequests = 0;
    this.#status = new Status(start.status);
    this.#builder = new CallBuilder({
      timeOrigin: start.clock.timeOrigin,
      resource: noResource,
      bodyLimit: config.bodyLimit,
      newTraceId: () => this.#ids.traceId(),
      newSpanId: () => this.#ids.spanId(),
    });
    this.#finisher = new Finisher(config, clock, maker);
    this.#losses = new LossLedger(
      resource.serviceName,
      () => clock.unixNano(),
      (what, count) => this.#status.add(what === "call" ? "lostCalls" : "lostBodies", count),
    );
    this.#connection = new Connection(config.endpoint, start.version);
    const sender = new Sender(this.#connection, resource, start.version, (count, message) => this.#partlyTaken(count, message));
    this.#outbox = new Outbox({ sender, losses: this.#losses, onDelivered: (calls) => this.#status.add("delivered", calls) });
    this.#batcher = new Batcher(config.batch, (parcel) => this.#outbox.add(parcel));
    this.#losses.count("worker-crash", "call", "", start.crashedCalls);
  }

  /** Reads until `stop`. Rejects only on a damaged ring. */
  async run(): Promise<void> {
    this.#reader.control.markServed();
    this.#outbox.greet();
    let housekeeping = 0;
    while (!this.#stopped) {
      const read = this.#reader.drain(this.#onEvent, drainBytes);
      // All of it is on its way: reading goes on when it has landed; until then the ring decides what is lost.
      if (!this.#keepWithinMemory()) await new Promise((resolve) => setTimeout(resolve, 20));
      if (this.#reader.control.flushRequests !== this.#flushRequests) await this.#flushForExit();
      if (read > 0 && performance.now() - housekeeping < idleMs) {
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      housekeeping = performance.now();
      this.#countRingLosses();
      this.#outbox.sendLosses();
      this.#publish();
      if (read === 0) await this.#reader.waitForData(idleMs);
    }
  }

  /** Tries to deliver everything that was written until now; what cannot be delivered is kept for later. Never rejects. */
  async flush(): Promise<void> {
    this.#drainAll();
    this.#batcher.flush();
    await this.#outbox.settle();
    this.#keepWithinMemory();
    this.#publish();
  }

  /** Delivers what can be delivered now, and ends. */
  async stop(): Promise<void> {
    this.#drainAll();
    this.#closeOpenCalls("shutdown");
    await this.flush();
    this.#outbox.giveUp("shutdown");
    this.#stopped = true;
    this.#connection.close();
    this.#reader.control.markGone();
    // Ends the wait of `run`.
    this.#reader.control.requestFlush();
  }

  readonly #onEvent = (event: CallEvent): void => {
    if (event.type === "open") this.#status.add("taken", 1);
    this.#ids.madeTraceId = false;
    const built = this.#builder.push(event);
    if (built !== undefined) this.#finish(built);
  };

  #finish(built: Call): void {
    try {
      this.#batcher.add(this.#finisher.finish(built, this.#ids.madeTraceId));
    } catch (error) {
      // One call that trips us must not take others with it, and what was not redacted must not leave.
      this.#losses.count("internal-error", "call", built.host);
      diag.warnOnce("finish", `a call could not be recorded: ${(error as Error).stack ?? String(error)}`);
    }
  }

  #drainAll(): void {
    // Bounded: the writer cannot add more than one ring meanwhile.
    for (let read = 0; read < 2 * this.#start.ring.byteLength;) {
      const part = this.#reader.drain(this.#onEvent, drainBytes);
      if (part === 0) break;
      read += part;
      this.#keepWithinMemory();
    }
    this.#countRingLosses();
  }

  #closeOpenCalls(reason: string): void {
    this.#ids.madeTraceId = false;
    for (const call of this.#builder.abandonAll(reason)) this.#finish(call);
  }

  /** The application blocks in its exit event until this is done, at most 500 ms. */
  async #flushForExit(): Promise<void> {
    this.#flushRequests = this.#reader.control.flushRequests;
    this.#connection.deadlineMs = exitDeadlineMs;
    // In parts, so that the first request is under way while later calls are built.
    for (let read = 0; read < this.#start.ring.byteLength;) {
      const part = this.#reader.drain(this.#onEvent, drainBytes);
      if (part === 0) break;
      read += part;
      this.#keepWithinMemory();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#countRingLosses();
    this.#closeOpenCalls("exit");
    const { position } = this.#reader;
    this.#batcher.flush();
    await this.#outbox.settle();
    this.#reader.control.acknowledge(position);
    // The process lives on where somebody caught the end: then later calls deserve the whole time again.
    this.#connection.deadlineMs = Number.POSITIVE_INFINITY;
  }

  get #heldBytes(): number {
    return this.#start.ring.byteLength + this.#builder.openBytes + this.#batcher.bytes + this.#outbox.bytes;
  }

  /**
   * Bodies before calls (invariant 3). Open calls may take half, so that one endless stream does not displace the rest.
   * @returns false when it is still too much and nothing is left to give up
   */
  #keepWithinMemory(): boolean {
    const { memoryLimit } = this.#start.config;
    if (this.#builder.openBytes > memoryLimit / 2) this.#limitOpenCalls(memoryLimit / 2);
    while (this.#heldBytes > memoryLimit) {
      if (!this.#batcher.isIdle) this.#batcher.flush();
      else if (!this.#outbox.shed()) return false;
    }
    return true;
  }

  #limitOpenCalls(most: number): void {
    const freed = this.#builder.releaseBodies(this.#builder.openBytes - most);
    if (freed > 0) this.#losses.count("open-calls", "body", "", 1, freed);
    while (this.#builder.openBytes > most) {
      this.#ids.madeTraceId = false;
      const call = this.#builder.abandonOldest();
      if (call === undefined) return;
      this.#finish(call);
    }
  }

  #countRingLosses(): void {
    const { droppedCalls, droppedBodies, droppedBytes, hookErrors } = this.#reader.counters();
    this.#losses.count("ring-full", "call", "", this.#since("ringCalls", droppedCalls));
    this.#losses.count("ring-full", "body", "", this.#since("ringBodies", droppedBodies), this.#since("ringBytes", droppedBytes));
    this.#losses.count("hook-error", "call", "", this.#since("ringHookErrors", hookErrors));
  }

  /** How far one of the ring's counts has come since it was last taken over. */
  #since(slot: "ringCalls" | "ringBodies" | "ringBytes" | "ringHookErrors", now: number): number {
    const before = this.#status.get(slot);
    this.#status.set(slot, now);
    return now - before;
  }

  #partlyTaken(count: number, message: string): void {
    this.#losses.count("rejected", "call", "", count);
    this.#status.add("delivered", -count);
    sayPartlyTaken(this.#connection.endpoint, count, message);
  }

  #publish(): void {
    this.#status.set("openCalls", this.#builder.openCalls);
    this.#status.set("heldBytes", this.#heldBytes);
    const { control, position } = this.#reader;
    const idle = this.#builder.openCalls === 0 && this.#batcher.isIdle && this.#outbox.isIdle;
    // Losses alone are worth the wait at exit only where they can be delivered.
    if (idle && (this.#losses.isEmpty || this.#connection.takesBodies !== true)) control.acknowledge(position);
    // Positions are compared modulo 2^32: one call that stays open for gigabytes must not leave the other end behind.
    else if (((position - control.acked) | 0) > farBehind) control.acknowledge((position - 1) | 0);
  }
}
