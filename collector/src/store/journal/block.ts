import type { CutRecord } from "./record.ts";
import type { StoredBatch } from "./replay.ts";

/** What goes into the store as one insert: the same batches under the same token, however often it is tried. */
export class Block {
  readonly cut: CutRecord;
  readonly batches: readonly StoredBatch[];
  readonly calls: number;
  readonly losses: number;

  constructor(cut: CutRecord, batches: readonly StoredBatch[]) {
    this.cut = cut;
    this.batches = batches;
    this.calls = batches.reduce((sum, batch) => sum + batch.calls, 0);
    this.losses = batches.reduce((sum, batch) => sum + batch.losses, 0);
  }

  /** Unique over all collectors that write into the same tables. */
  get token(): string {
    return `${this.cut.run}-${this.cut.block}`;
  }

  /** Rows of `calls`, read from the journal's files. */
  callRows(): BlockRows {
    return new BlockRows(this.batches, (batch) => [batch.callsAt, batch.lossesAt]);
  }

  /** Rows of `losses`. */
  lossRows(): BlockRows {
    return new BlockRows(this.batches, (batch) => [batch.lossesAt, batch.end]);
  }
}

type Span = (batch: StoredBatch) => readonly [from: number, to: number];

const largestChunk = 1024 * 1024;

/** Rows of a block as they lie in the journal's files: read when they are asked for, so that a large block is never in memory whole. */
export class BlockRows {
  /** Bytes. */
  readonly length: number;
  private readonly batches: readonly StoredBatch[];
  private readonly span: Span;

  constructor(batches: readonly StoredBatch[], span: Span) {
    this.batches = batches;
    this.span = span;
    this.length = batches.reduce((sum, batch) => sum + span(batch)[1] - span(batch)[0], 0);
  }

  /** The bytes in order, at most 1 MiB at a time. @throws Error when a file is shorter than what was written into it */
  *chunks(): Generator<Buffer> {
    for (const batch of this.batches) {
      const [from, to] = this.span(batch);
      for (let at = from; at < to; at += largestChunk) {
        const chunk = Buffer.allocUnsafeSlow(Math.min(largestChunk, to - at));
        batch.segment.read(at, chunk);
        yield chunk;
      }
    }
  }
}

/** When a block is full, and what ends it: whichever comes first. */
export interface BlockSize {
  readonly calls: number;
  readonly bytes: number;
}

export interface BlockLimits extends BlockSize {
  /** While the store is busy with another block: every insert and every merge of small ones costs it more per call. */
  readonly busy: BlockSize;
  /** Milliseconds that a batch waits for others. */
  readonly wait: number;
}

function reaches(calls: number, bytes: number, size: BlockSize): boolean {
  return calls >= size.calls || bytes >= size.bytes;
}

/** The batches that belong to no block yet. */
export class OpenBatches {
  private batches: StoredBatch[] = [];
  private calls = 0;
  private bytes = 0;
  private since = 0;
  private readonly limits: BlockLimits;

  constructor(limits: BlockLimits) {
    this.limits = limits;
  }

  get empty(): boolean {
    return this.batches.length === 0;
  }

  /** Whether there is enough for a store with nothing else to do. */
  get full(): boolean {
    return reaches(this.calls, this.bytes, this.limits);
  }

  /** Whether there is as much as one block may hold. */
  get overfull(): boolean {
    return reaches(this.calls, this.bytes, this.limits.busy);
  }

  /** Milliseconds until the oldest has waited long enough. */
  remaining(): number {
    return Math.max(0, this.limits.wait - (performance.now() - this.since));
  }

  add(batch: StoredBatch): void {
    if (this.empty) this.since = performance.now();
    this.batches.push(batch);
    this.calls += batch.calls;
    this.bytes += batch.end - batch.callsAt;
  }

  /** Takes the oldest batches, as many as one block may hold, or all. */
  take(): readonly StoredBatch[] {
    let count = 0;
    let calls = 0;
    let bytes = 0;
    for (const batch of this.batches) {
      count += 1;
      calls += batch.calls;
      bytes += batch.end - batch.callsAt;
      if (reaches(calls, bytes, this.limits.busy)) break;
    }
    this.calls -= calls;
    this.bytes -= bytes;
    this.since = performance.now();
    return this.batches.splice(0, count);
  }
}
