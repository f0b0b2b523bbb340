import { Driver } from "./driver.ts";
import { laySchema, SchemaMismatch } from "./schema.ts";
import { StoreUnavailable } from "./store.ts";
import type { StoreTarget } from "./target.ts";

/** Something that can be brought up to answer on the ClickHouse HTTP interface. */
export interface Backend {
  /** For messages: "the embedded database". */
  readonly name: string;
  /** @throws Error with the reason */
  start(): Promise<RunningBackend>;
}

export interface RunningBackend {
  readonly target: StoreTarget;
  readonly pid?: number | undefined;
  /** Resolves with the reason when it went away by itself. */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

/** A database that somebody else runs. */
export function remoteBackend(target: StoreTarget): Backend {
  return {
    name: `the database at ${target.origin}`,
    start: async () =>
      await Promise.resolve({ target, exited: new Promise<string>(() => undefined), stop: async () => await Promise.resolve() }),
  };
}

const shortestPauseMs = 100;
const longestPauseMs = 15_000;

/** Brings a backend up, lays the schema, and brings it up again whenever it goes down, until it is closed. */
export class Database {
  /** Resolves the first time that it answers with the right schema; rejects when it never will. */
  readonly whenReady: Promise<void>;
  private readonly backend: Backend;
  private readonly onWarning: (message: string) => void;
  private live: Driver | undefined;
  private backendPid: number | undefined;
  private reason = "it is still starting";
  private fatal: SchemaMismatch | undefined;
  private readonly waiters = new Set<() => void>();
  private readonly closing = Promise.withResolvers<"closed">();
  private closed = false;
  private readonly running: Promise<void>;

  constructor(backend: Backend, onWarning: (message: string) => void) {
    this.backend = backend;
    this.onWarning = onWarning;
    const ready = Promise.withResolvers<void>();
    this.whenReady = ready.promise;
    // Whoever is interested attaches a handler; nobody has to.
    this.whenReady.catch(() => undefined);
    this.running = this.keepUp(ready);
  }

  /** The connection to use now. @throws StoreUnavailable with the reason when there is none */
  driver(): Driver {
    if (this.live !== undefined) return this.live;
    const why =
      this.fatal?.message ??
      `${this.backend.name} does not answer now: ${this.reason}. Calls are still accepted and kept in the journal; it is tried again by itself.`;
    throw new StoreUnavailable(why);
  }

  get isUp(): boolean {
    return this.live !== undefined;
  }

  /** The embedded child's process id, for tests and `doctor`. */
  get pid(): number | undefined {
    return this.backendPid;
  }

  /** Resolves as soon as there is a connection, or at close. */
  async whenUp(): Promise<void> {
    if (this.live !== undefined || this.closed) return;
    await new Promise<void>((resolve) => this.waiters.add(resolve));
  }

  async close(): Promise<void> {
    this.closed = true;
    this.closing.resolve("closed");
    await this.running;
    this.wake();
  }

  private async keepUp(ready: PromiseWithResolvers<void>): Promise<void> {
    let pause = shortestPauseMs;
    let warned = false;
    while (!this.closed) {
      const startedAt = Date.now();
      try {
        this.reason = await this.once(() => ready.resolve());
        // One that ran for a while and died may start again at once; one that dies at each start may not.
        if (Date.now() - startedAt > 10_000) pause = shortestPauseMs;
      } catch (error) {
        if (error instanceof SchemaMismatch) {
          this.fatal = error;
          this.onWarning(error.message);
          ready.reject(error);
          return;
        }
        this.reason = error instanceof Error ? error.message : String(error);
      }
      if (this.closed) break;
      // The lock of a killed collector's child may live on for some milliseconds: the first failures are not news.
      if (!warned && (pause > 1_000 || this.backendPid !== undefined)) {
        this.onWarning(
          `${this.backend.name} is not available: ${this.reason}. Calls go into the journal meanwhile, and it is tried again.`,
        );
        warned = this.backendPid === undefined;
      }
      this.backendPid = undefined;
      await this.pause(pause);
      pause = Math.min(pause * 2, longestPauseMs);
    }
    ready.reject(new StoreUnavailable("The store was closed before it answered."));
  }

  /** One life of the backend; resolves with the reason of its end. */
  private async once(onUp: () => void): Promise<string> {
    const running = await this.backend.start();
    const driver = new Driver(running.target);
    try {
      // A server that accepts and never answers must not hold up a stop.
      const laid = await Promise.race([laySchema(driver, running.target), this.closing.promise]);
      if (laid === "closed") return "the store was closed";
      this.backendPid = running.pid;
      this.live = driver;
      onUp();
      this.wake();
      return await Promise.race([running.exited, this.closing.promise]);
    } finally {
      this.live = undefined;
      await driver.close();
      await running.stop();
    }
  }

  private wake(): void {
    for (const waiter of this.waiters) waiter();
    this.waiters.clear();
  }

  private async pause(milliseconds: number): Promise<void> {
    const timer = Promise.withResolvers<"over">();
    const handle = setTimeout(() => timer.resolve("over"), milliseconds);
    await Promise.race([timer.promise, this.closing.promise]);
    clearTimeout(handle);
  }
}
