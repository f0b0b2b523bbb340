import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "./database.ts";
import { CommandFailed } from "./driver.ts";
import type { Block } from "./journal/block.ts";
import type { Journal } from "./journal/journal.ts";
import { callColumns, lossColumns } from "./row/columns.ts";
import { schemaParts } from "./schema.ts";
import { statement } from "./sql.ts";
import { StoreUnavailable } from "./store.ts";

const shortestPauseMs = 200;
const longestPauseMs = 30_000;
const attemptsBeforeAside = 5;

/** ClickHouse's codes for rows that it will never read: CANNOT_READ_ALL_DATA, INCORRECT_DATA, TOO_LARGE_STRING_SIZE, TOO_LARGE_ARRAY_SIZE. */
const unreadable = new Set([33, 117, 128, 131]);

/** Brings the journal's blocks into the store, one after the other, for as long as it takes. */
export class Shipper {
  private readonly journal: Journal;
  private readonly database: Database;
  private readonly asideDir: string;
  private readonly onWarning: (message: string) => void;
  private readonly closing = Promise.withResolvers<void>();
  private closed = false;
  private failing = false;
  private readonly running: Promise<void>;

  constructor(journal: Journal, database: Database, asideDir: string, onWarning: (message: string) => void) {
    this.journal = journal;
    this.database = database;
    this.asideDir = asideDir;
    this.onWarning = onWarning;
    this.running = this.run();
  }

  /** Whether the last try failed: waiting for it would take as long as the store is away. */
  get isFailing(): boolean {
    return this.failing;
  }

  /** Resolves when the block under way is done with, in the store or not. */
  async close(): Promise<void> {
    this.closed = true;
    this.closing.resolve();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.closed) {
      const block = await Promise.race([this.journal.nextBlock(), this.closing.promise]);
      if (block === undefined) return;
      if (await this.ship(block)) await this.journal.commit(block);
    }
  }

  /** Tries until the block is in the store; false when closed before. */
  private async ship(block: Block): Promise<boolean> {
    let pause = shortestPauseMs;
    for (let attempt = 1; !this.closed; attempt++) {
      await Promise.race([this.database.whenUp(), this.closing.promise]);
      if (this.closed) return false;
      try {
        await this.insert(block);
        if (this.failing) this.onWarning("The store takes calls again; the journal is catching up.");
        this.failing = false;
        return true;
      } catch (error) {
        if (error instanceof CommandFailed && unreadable.has(error.code) && attempt >= attemptsBeforeAside) {
          this.putAside(block, error);
          return true;
        }
        // One failure may be a connection that went stale; two are news.
        if (attempt > 1 || error instanceof CommandFailed) this.warn(error);
      }
      await this.pause(pause);
      pause = Math.min(pause * 2, longestPauseMs);
    }
    return false;
  }

  private async insert(block: Block): Promise<void> {
    const driver = this.database.driver();
    const parts = schemaParts(driver.target);
    if (block.calls > 0) {
      await driver.insert(statement("insert_calls", { ...parts, columns: callColumns.join(", ") }), block.callRows(), block.token);
    }
    if (block.losses > 0) {
      await driver.insert(
        statement("insert_losses", { ...parts, columns: lossColumns.join(", ") }),
        block.lossRows(),
        `${block.token}-losses`,
      );
    }
  }

  /** A block that can never be inserted must not hold up all behind it, nor be lost. */
  private putAside(block: Block, error: CommandFailed): void {
    mkdirSync(this.asideDir, { recursive: true, mode: 0o700 });
    const file = join(this.asideDir, `${block.token}.rows`);
    writeFileSync(file, "", { mode: 0o600 });
    for (const chunk of block.callRows().chunks()) appendFileSync(file, chunk);
    this.onWarning(
      `The store cannot read a block of ${block.calls} calls (${error.message}). Its rows were put aside in ${file}; please report this with the collector's version.`,
    );
  }

  private warn(error: unknown): void {
    if (this.failing) return;
    this.failing = true;
    const why = error instanceof Error ? error.message : String(error);
    const what = error instanceof StoreUnavailable ? "" : "The store refuses calls: ";
    this.onWarning(`${what}${why} ${this.journal.waitingBytes} bytes wait in the journal; it is tried again until they are in.`);
  }

  private async pause(milliseconds: number): Promise<void> {
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(() => over.resolve(), milliseconds);
    await Promise.race([over.promise, this.closing.promise]);
    clearTimeout(timer);
  }
}
