import { join } from "node:path";
import { totalmem } from "node:os";
import type { RedactedCall } from "#record";
import type { Sink } from "../sink.ts";
import { DataDir } from "./data-dir.ts";
import { Database, remoteBackend } from "./database.ts";
import { embeddedBackend } from "./embedded/launcher.ts";
import { Journal } from "./journal/journal.ts";
import { ClickHouseReader } from "./reader.ts";
import { Shipper } from "./shipper.ts";
import type { AcceptedListener, CallReader } from "./store.ts";
import { parseStoreUrl } from "./target.ts";

const mebibyte = 1024 * 1024;

export interface StoreOptions {
  /** Folder of the journal and, without `store`, of the database. Made where it is missing. */
  readonly dataDir: string;
  /** `http(s)://user:password@host:8123/database` of a ClickHouse server; the embedded database when undefined. */
  readonly store?: string | undefined;
  /** Bytes that the embedded database may use. Default: a quarter of the machine's memory within 512 MiB … 2 GiB. */
  readonly memoryLimit?: number | undefined;
  /** Bytes of calls that may wait for the database. Default 4 GiB. */
  readonly journalLimit?: number | undefined;
  /** Also survive the loss of power, at the cost of a disk flush per group of batches. Default false: kill -9 is survived. */
  readonly fsync?: boolean | undefined;
  /** Days after which the embedded database deletes calls. Default 0: never. */
  readonly retentionDays?: number | undefined;
  /** Told what the operator must know, one message each. */
  readonly onWarning: (message: string) => void;
}

export interface OpenStore {
  readonly sink: Sink;
  readonly reader: CallReader;
  /** Tells `listener` of every kept call, once; returns what ends that. */
  readonly onAccepted: (listener: AcceptedListener) => () => void;
  /** Resolves once everything accepted so far can be searched. */
  readonly flush: () => Promise<void>;
  /** Brings what is accepted into the database as far as that is up, and stops; the rest is in the journal for the next start. */
  readonly close: () => Promise<void>;
  /** Resolves when the database answers for the first time; rejects when it never will (a newer schema). */
  readonly whenReady: Promise<void>;
  /** Process id of the embedded database, while it is up. */
  readonly databasePid: () => number | undefined;
}

/** How long closing waits for the last blocks. */
const closeGraceMs = 8_000;

function defaultMemory(): number {
  return Math.min(2048 * mebibyte, Math.max(512 * mebibyte, Math.floor(totalmem() / 4)));
}

/** Tells listeners after the sender was answered; one that throws does not disturb the others. */
class Listeners {
  private readonly listeners = new Set<AcceptedListener>();
  private readonly onWarning: (message: string) => void;

  constructor(onWarning: (message: string) => void) {
    this.onWarning = onWarning;
  }

  add(listener: AcceptedListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(calls: readonly RedactedCall[]): void {
    if (calls.length === 0 || this.listeners.size === 0) return;
    setImmediate(() => {
      for (const listener of this.listeners) {
        try {
          listener(calls);
        } catch (error) {
          this.onWarning(`A listener to accepted calls failed: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    });
  }
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(() => over.resolve(), milliseconds);
  await Promise.race([work, over.promise]);
  clearTimeout(timer);
}

/**
 * Opens the store. Resolves as soon as calls can be accepted: what earlier runs left in the journal has been read,
 * while the database may still be starting, or be down.
 *
 * @throws DataDirError for a folder that cannot be used or that another process has; JournalMismatch for a journal of
 *   a newer version; TypeError for a `store` that is no such URL
 */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const { onWarning } = options;
  const remote = options.store === undefined ? undefined : parseStoreUrl(options.store);
  const dataDir = await DataDir.claim(options.dataDir);
  try {
    const memoryLimit = options.memoryLimit ?? defaultMemory();
    const journal = new Journal({
      folder: join(dataDir.path, "journal"),
      limit: options.journalLimit ?? 4096 * mebibyte,
      sync: options.fsync ?? false,
      block: {
        calls: 5_000,
        bytes: 16 * mebibyte,
        wait: 1_000,
        // An insert takes the database six to nine times its bytes in memory: about half of the limit, beside merges and queries.
        busy: { calls: 20_000, bytes: Math.min(64 * mebibyte, Math.floor(memoryLimit / 16)) },
      },
      onWarning,
    });
    const backend =
      remote === undefined
        ? embeddedBackend({ dataDir: dataDir.path, memoryLimit, retentionDays: options.retentionDays ?? 0 })
        : remoteBackend(remote);
    const database = new Database(backend, onWarning);
    const shipper = new Shipper(journal, database, join(dataDir.path, "journal", "aside"), onWarning);
    return compose({ dataDir, journal, database, shipper, queryMemory: Math.floor(memoryLimit / 2), onWarning });
  } catch (error) {
    dataDir.release();
    throw error;
  }
}

interface Parts {
  readonly dataDir: DataDir;
  readonly journal: Journal;
  readonly database: Database;
  readonly shipper: Shipper;
  readonly queryMemory: number;
  readonly onWarning: (message: string) => void;
}

function compose({ dataDir, journal, database, shipper, queryMemory, onWarning }: Parts): OpenStore {
  const listeners = new Listeners(onWarning);
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    if (database.isUp && !shipper.isFailing) await within(closeGraceMs, journal.drained());
    await within(closeGraceMs, shipper.close());
    // Ends an insert that hangs; its block stays in the journal.
    await database.close();
    await shipper.close();
    await journal.close();
    dataDir.release();
  };
  return {
    sink: {
      accept: async (batch) => listeners.tell(await journal.accept(batch)),
    },
    reader: new ClickHouseReader(database, { pending: (id) => journal.find(id), queryMemory }),
    onAccepted: (listener) => listeners.add(listener),
    flush: async () => await journal.drained(),
    close: async () => await (closing ??= close()),
    whenReady: database.whenReady,
    databasePid: () => database.pid,
  };
}
