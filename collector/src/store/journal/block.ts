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
  callRows(): Buffer {
    return gather(this.batches, (batch) => [batch.callsAt, batch.lossesAt]);
  }

  /** Rows of `losses`. */
  lossRows(): Buffer {
    return gather(this.batches, (batch) => [batch.lossesAt, batch.end]);
  }
}

function gather(batches: readonly StoredBatch[], span: (batch: StoredBatch) => readonly [from: number, to: number]): Buffer {
  let size = 0;
  for (const batch of batches) {
    const [from, to] = span(batch);
    size += to - from;
  }
  const rows = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const batch of batches) {
    const [from, to] = span(batch);
    batch.segment.read(from, rows.subarray(at, at + to - from));
    at += to - from;
  }
  return rows;
}

/** When a block is full. */
export interface BlockLimits {
  readonly calls: number;
  readonly bytes: number;
  /** Milliseconds that a batch waits for others. */
  readonly wait: number;
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

  get full(): boolean {
    return this.calls >= this.limits.calls || this.bytes >= this.limits.bytes;
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

  /** Takes the oldest batches, as many as make a block full, or all. */
  take(): readonly StoredBatch[] {
    let count = 0;
    let calls = 0;
    let bytes = 0;
    for (const batch of this.batches) {
      count += 1;
      calls += batch.calls;
      bytes += batch.end - batch.callsAt;
      if (calls >= this.limits.calls || bytes >= this.limits.bytes) break;
    }
    this.calls -= calls;
    this.bytes -= bytes;
    this.since = performance.now();
    return this.batches.splice(0, count);
  }
}
