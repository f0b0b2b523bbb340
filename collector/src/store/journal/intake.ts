import type { Loss, RedactedCall } from "#record";
import { SinkRefused, type Batch } from "../../sink.ts";
import { rowFormat } from "../row/columns.ts";
import type { RowWriter } from "../row/binary.ts";
import { callIdentity, lossIdentity, writeBatch } from "./record.ts";
import { keyOf, RecentKeys, type Keys } from "./recent-keys.ts";
import type { StoredBatch } from "./replay.ts";

/** A batch that waits to be written. */
interface Waiting {
  readonly batch: Batch;
  readonly bytes: number;
  readonly resolve: (kept: readonly RedactedCall[]) => void;
  readonly reject: (error: SinkRefused) => void;
}

/** A batch on its way into the file. Its offsets are those within the write; undefined when nothing of it was new. */
export interface Writing {
  readonly waiting: Waiting;
  readonly kept: readonly RedactedCall[];
  readonly batch: Omit<StoredBatch, "segment"> | undefined;
}

export interface IntakeOptions {
  /** For messages. */
  readonly folder: string;
  /** Bytes that may wait for the store. */
  readonly limit: number;
  readonly nextSequence: number;
  /** Keys that earlier runs kept, oldest first. */
  readonly known: readonly Keys[];
}

const largestQueue = 256 * 1024 * 1024;
/** Encoding this much takes some 10 ms; the loop gets its turn in between. */
const largestWrite = 8 * 1024 * 1024;
/** Keys that are remembered at least; twice as many at most. */
export const rememberedKeys = 1_000_000;

function bytesOf(batch: Batch): number {
  return batch.calls.reduce((sum, call) => sum + call.request.body.length + call.response.body.length + 1024, 256);
}

/** The journal's waiting line: knows repeats, and turns batches into records. */
export class Intake {
  private readonly folder: string;
  private readonly limit: number;
  private readonly recent = new RecentKeys(rememberedKeys);
  private readonly queue: Waiting[] = [];
  private queuedBytes = 0;
  private nextSequence: number;

  constructor(options: IntakeOptions) {
    this.folder = options.folder;
    this.limit = options.limit;
    this.nextSequence = options.nextSequence;
    for (const keys of options.known) this.recent.add(keys);
  }

  get empty(): boolean {
    return this.queue.length === 0;
  }

  /** Resolves with the batch's new calls when `settle` is told of it. @throws SinkRefused */
  async add(batch: Batch): Promise<readonly RedactedCall[]> {
    const bytes = bytesOf(batch);
    if (this.queuedBytes + bytes > largestQueue && this.queue.length > 0) {
      throw new SinkRefused(
        `${this.queue.length} batches (${this.queuedBytes} bytes) wait for the journal's disk already; send the batch again a little later.`,
      );
    }
    this.queuedBytes += bytes;
    return await new Promise((resolve, reject) => {
      this.queue.push({ batch, bytes, resolve, reject });
    });
  }

  /** Writes the records of the next batches; refuses what would go beyond the limit. */
  encode(to: RowWriter, waitingForStore: number): readonly Writing[] {
    const writings: Writing[] = [];
    const inThisWrite = new Set<string>();
    while (to.length < largestWrite) {
      const waiting = this.queue.shift();
      if (waiting === undefined) break;
      this.queuedBytes -= waiting.bytes;
      const writing = this.encodeOne(to, waiting, inThisWrite, waitingForStore);
      if (writing !== undefined) writings.push(writing);
    }
    return writings;
  }

  /** The write is in the file: its calls are known from now on, and their senders get their answer. */
  settle(writings: readonly Writing[]): void {
    for (const { waiting, kept, batch } of writings) {
      if (batch !== undefined) this.recent.add(batch.keys);
      waiting.resolve(kept);
    }
  }

  /** The write failed, and nothing of it is in the file. */
  refuse(writings: readonly Writing[], why: string): void {
    for (const { waiting } of writings) {
      waiting.reject(
        new SinkRefused(
          `The journal in ${this.folder} cannot be written (${why}). Make room on its disk or give another --data folder; nothing of the batch was kept.`,
        ),
      );
    }
  }

  private encodeOne(to: RowWriter, waiting: Waiting, inThisWrite: Set<string>, waitingForStore: number): Writing | undefined {
    const start = to.length;
    const { calls, losses, keys } = this.fresh(waiting.batch, inThisWrite);
    if (calls.length + losses.length === 0) return { waiting, kept: [], batch: undefined };
    const at = writeBatch(to, this.nextSequence, calls, losses, keys);
    if (waitingForStore + to.length > this.limit) {
      to.truncate(start);
      for (const call of calls) inThisWrite.delete(callIdentity(call));
      for (const loss of losses) inThisWrite.delete(lossIdentity(loss));
      waiting.reject(this.full(waitingForStore));
      return undefined;
    }
    const sequence = this.nextSequence++;
    return { waiting, kept: calls, batch: { sequence, rowFormat, calls: calls.length, losses: losses.length, keys, ...at } };
  }

  private full(waitingForStore: number): SinkRefused {
    return new SinkRefused(
      `The journal in ${this.folder} is full: ${waitingForStore} bytes wait for a store that does not take them (limit ${this.limit}). ` +
        "Bring the database back; the sender keeps the batch and comes again.",
    );
  }

  /** What of a batch was not seen before. */
  private fresh(batch: Batch, inThisWrite: Set<string>): { calls: RedactedCall[]; losses: Loss[]; keys: Keys } {
    const keys = new Uint32Array((batch.calls.length + batch.losses.length) * 2);
    let used = 0;
    const isNew = (identity: string): boolean => {
      keyOf(identity, keys, used);
      if (this.recent.has(keys, used) || inThisWrite.has(identity)) return false;
      inThisWrite.add(identity);
      used += 2;
      return true;
    };
    const calls = batch.calls.filter((call) => isNew(callIdentity(call)));
    const losses = batch.losses.filter((loss) => isNew(lossIdentity(loss)));
    return { calls, losses, keys: keys.slice(0, used) };
  }
}
