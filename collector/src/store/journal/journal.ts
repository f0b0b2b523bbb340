import { randomBytes } from "node:crypto";
import { callId } from "#record";
import type { Call, RedactedCall } from "#record";
import { SinkRefused, type Batch } from "../../sink.ts";
import { RowReader, RowWriter } from "../row/binary.ts";
import { readCall } from "../row/read.ts";
import { Block, OpenBatches, type BlockLimits } from "./block.ts";
import { Kind } from "./frame.ts";
import { Intake, rememberedKeys } from "./intake.ts";
import { writeCut, type CutRecord } from "./record.ts";
import { keyOf } from "./recent-keys.ts";
import { pruneKeys, replay, type StoredBatch } from "./replay.ts";
import type { Segment } from "./segment.ts";
import { Tape } from "./tape.ts";

export interface JournalOptions {
  readonly folder: string;
  /** Bytes that may wait for the store; beyond them batches are refused. */
  readonly limit: number;
  /** Also survive the loss of power, at the cost of one fdatasync per group of batches. */
  readonly sync: boolean;
  readonly block: BlockLimits;
  readonly onWarning: (message: string) => void;
}

/** Append-only, checksummed: what was accepted survives kill -9, goes into the store in blocks that are cut once, and is never doubled. */
export class Journal {
  private readonly options: JournalOptions;
  private readonly run = randomBytes(16).toString("hex");
  private readonly tape: Tape;
  private readonly intake: Intake;
  private readonly writer = new RowWriter();
  private readonly open: OpenBatches;
  /** Not yet in the store, by sequence. */
  private readonly pending = new Map<number, StoredBatch>();
  private readonly segments: Segment[];
  private pendingBytes = 0;
  private nextBlockNumber = 1;
  private readonly blocks: Block[] = [];
  private readonly markers: { kind: typeof Kind.cut | typeof Kind.commit; cut: CutRecord; done: (error?: unknown) => void }[] = [];
  private working: Promise<void> | undefined;
  private taker: ((block: Block | undefined) => void) | undefined;
  private cutTimer: NodeJS.Timeout | undefined;
  private hurry = false;
  /** A block for the store that waits is being cut; no second one is cut for it. */
  private cutting = false;
  private readonly drainWaiters = new Set<() => void>();
  private closed = false;

  /** Reads what earlier runs left. @throws JournalMismatch, NodeJS.ErrnoException */
  constructor(options: JournalOptions) {
    this.options = options;
    this.open = new OpenBatches(options.block);
    const found = replay(options.folder, options.onWarning);
    this.segments = [...found.segments];
    this.intake = new Intake({ folder: options.folder, limit: options.limit, nextSequence: found.nextSequence, known: found.keys });
    for (const batch of found.batches) this.remember(batch);
    const inBlocks = new Set<number>();
    for (const cut of found.cuts) {
      const batches = found.batches.filter((batch) => batch.sequence >= cut.first && batch.sequence <= cut.last);
      for (const batch of batches) inBlocks.add(batch.sequence);
      this.blocks.push(new Block(cut, batches));
    }
    for (const batch of found.batches) {
      if (!inBlocks.has(batch.sequence)) this.open.add(batch);
    }
    this.tape = new Tape(options.folder, this.run, found.nextSegment, options.sync);
    this.retire();
  }

  /** Bytes that wait for the store. */
  get waitingBytes(): number {
    return this.pendingBytes;
  }

  /**
   * Keeps a batch; resolves, with the calls that were new, once it is in the file.
   * @throws SinkRefused, and then nothing of it was kept
   */
  async accept(batch: Batch): Promise<readonly RedactedCall[]> {
    if (this.closed) throw new SinkRefused("The collector is stopping; send the batch again.");
    const kept = this.intake.add(batch);
    this.work();
    return await kept;
  }

  /** The next block for the store; undefined once the journal is closed. Ask again only after `commit`. */
  async nextBlock(): Promise<Block | undefined> {
    const block = this.blocks[0];
    if (block !== undefined || this.closed) return block;
    return await new Promise((resolve) => {
      this.taker = resolve;
      this.considerCut();
    });
  }

  /** The block is in the store. */
  async commit(block: Block): Promise<void> {
    this.blocks.shift();
    // Without the marker the block is inserted once more after a crash, and its token makes that nothing.
    await this.mark(Kind.commit, block.cut).catch(() => undefined);
    for (const batch of block.batches) {
      this.pending.delete(batch.sequence);
      this.pendingBytes -= batch.end - batch.callsAt;
      batch.segment.open -= 1;
    }
    this.retire();
    if (this.pending.size === 0) {
      this.hurry = false;
      for (const waiter of this.drainWaiters) waiter();
      this.drainWaiters.clear();
    }
  }

  /** Resolves once everything accepted so far is in the store. */
  async drained(): Promise<void> {
    while (this.working !== undefined) await this.working;
    if (this.pending.size === 0) return;
    this.hurry = true;
    await new Promise<void>((resolve) => {
      this.drainWaiters.add(resolve);
      this.considerCut();
    });
  }

  /** A call that is accepted and not yet in the store. */
  find(id: string): Call | undefined {
    const key = new Uint32Array(2);
    keyOf(id, key, 0);
    for (const batch of this.pending.values()) {
      for (let index = 0; index < batch.calls * 2; index += 2) {
        if (batch.keys[index] === key[0] && batch.keys[index + 1] === key[1]) return this.callIn(batch, id);
      }
    }
    return undefined;
  }

  /** Stops; what is not in the store yet stays in the files for the next start. */
  async close(): Promise<void> {
    this.closed = true;
    while (this.working !== undefined) await this.working;
    clearTimeout(this.cutTimer);
    this.taker?.(undefined);
    for (const waiter of this.drainWaiters) waiter();
    for (const segment of this.segments) segment.close();
    this.segments.length = 0;
  }

  private callIn(batch: StoredBatch, id: string): Call | undefined {
    const rows = Buffer.allocUnsafeSlow(batch.lossesAt - batch.callsAt);
    batch.segment.read(batch.callsAt, rows);
    const reader = new RowReader(rows);
    while (!reader.done) {
      const call = readCall(reader);
      if (callId(call) === id) return call;
    }
    return undefined;
  }

  private remember(batch: StoredBatch): void {
    this.pending.set(batch.sequence, batch);
    this.pendingBytes += batch.end - batch.callsAt;
  }

  private work(): void {
    this.working ??= this.drainQueue().finally(() => {
      this.working = undefined;
      this.considerCut();
    });
  }

  private async drainQueue(): Promise<void> {
    // One turn of the loop lets batches that arrive together share one write.
    await Promise.resolve();
    while (!this.intake.empty || this.markers.length > 0) {
      await this.writeMarkers();
      await this.writeBatches();
      this.considerCut();
    }
  }

  private async mark(kind: typeof Kind.cut | typeof Kind.commit, cut: CutRecord): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.markers.push({ kind, cut, done: (error) => (error === undefined ? resolve() : reject(error as Error)) });
      this.work();
    });
  }

  private async writeMarkers(): Promise<void> {
    const markers = this.markers.splice(0);
    if (markers.length === 0) return;
    this.writer.truncate(0);
    for (const { kind, cut } of markers) writeCut(this.writer, kind, cut);
    try {
      await this.tape.append(await this.currentSegment(), this.writer.bytes(), true);
      for (const { done } of markers) done();
    } catch (error) {
      for (const { done } of markers) done(error);
    }
  }

  private async currentSegment(): Promise<Segment> {
    const segment = await this.tape.segment();
    if (this.segments.at(-1) !== segment) this.segments.push(segment);
    return segment;
  }

  private async writeBatches(): Promise<void> {
    if (this.intake.empty) return;
    this.writer.truncate(0);
    const writings = this.intake.encode(this.writer, this.pendingBytes);
    try {
      const segment = await this.currentSegment();
      const base = segment.size;
      if (this.writer.length > 0) await this.tape.append(segment, this.writer.bytes(), false);
      for (const { batch } of writings) if (batch !== undefined) this.keep(batch, segment, base);
      this.intake.settle(writings);
    } catch (error) {
      this.intake.refuse(writings, error instanceof Error ? error.message : String(error));
    }
  }

  private keep(inWrite: Omit<StoredBatch, "segment">, segment: Segment, base: number): void {
    const { callsAt, lossesAt, end } = inWrite;
    const batch: StoredBatch = { ...inWrite, segment, callsAt: base + callsAt, lossesAt: base + lossesAt, end: base + end };
    segment.open += 1;
    segment.keys.push(batch.keys);
    this.remember(batch);
    this.open.add(batch);
  }

  /**
   * Cuts what is as large as a block may be; less only when the store has nothing else to do and it is full, or the
   * oldest batch waited long enough.
   */
  private considerCut(): void {
    if (this.closed) return;
    clearTimeout(this.cutTimer);
    if (this.open.overfull) {
      this.cut();
    } else if (this.taker !== undefined && !this.cutting && !this.open.empty) {
      const remaining = this.open.full || this.hurry ? 0 : this.open.remaining();
      if (remaining === 0) this.cut();
      else this.cutTimer = setTimeout(() => this.considerCut(), remaining);
    }
  }

  private cut(): void {
    const batches = this.open.take();
    const first = batches[0]?.sequence ?? 0;
    const cut: CutRecord = { run: this.run, block: this.nextBlockNumber++, first, last: batches.at(-1)?.sequence ?? first };
    const block = new Block(cut, batches);
    this.cutting = true;
    // The marker is in the file before the store sees the block: a replay must cut at the same place.
    const write = (): void => {
      this.mark(Kind.cut, cut).then(
        () => this.offer(block),
        (error: unknown) => {
          if (this.closed) return;
          this.options.onWarning(
            `The journal in ${this.options.folder} cannot be written (${error instanceof Error ? error.message : String(error)}); it is tried again. Make room on its disk.`,
          );
          setTimeout(write, 2_000).unref();
        },
      );
    };
    write();
  }

  private offer(block: Block): void {
    this.blocks.push(block);
    this.cutting = false;
    const taker = this.taker;
    this.taker = undefined;
    taker?.(this.blocks[0]);
    this.considerCut();
  }

  /** Deletes the oldest segments whose batches are all in the store. */
  private retire(): void {
    let retired = false;
    for (
      let oldest = this.segments[0];
      oldest !== undefined && oldest.open === 0 && !this.tape.isCurrent(oldest);
      oldest = this.segments[0]
    ) {
      oldest.retire();
      this.segments.shift();
      retired = true;
    }
    if (!retired) return;
    this.tape.keepReserve();
    pruneKeys(this.options.folder, rememberedKeys * 2 * 8);
  }
}
