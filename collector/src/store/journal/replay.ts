import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { frameAt, frameBytes, Kind, nextFrame, type Frame } from "./frame.ts";
import { journalFormat, readBatch, readCut, readHeader, type BatchRecord, type CutRecord } from "./record.ts";
import type { Keys } from "./recent-keys.ts";
import { readKeys, Segment } from "./segment.ts";

/** A batch in a segment that is not in the store yet. Offsets are those of the file. */
export interface StoredBatch {
  readonly segment: Segment;
  readonly sequence: number;
  readonly calls: number;
  readonly losses: number;
  readonly keys: Keys;
  readonly callsAt: number;
  readonly lossesAt: number;
  readonly end: number;
  readonly rowFormat: number;
}

/** What earlier runs left. */
export interface Replayed {
  readonly segments: readonly Segment[];
  /** Not in the store, or not known to be, by sequence. */
  readonly batches: readonly StoredBatch[];
  /** Cut and not committed, oldest first. */
  readonly cuts: readonly CutRecord[];
  /** Oldest first. */
  readonly keys: readonly Keys[];
  readonly nextSequence: number;
  readonly nextSegment: number;
}

/** The journal was written by a newer version. */
export class JournalMismatch extends Error {
  override readonly name = "JournalMismatch";
}

/** How long a retired segment's keys are worth reading again: no sender repeats a batch after that. */
const keysLifetimeMs = 15 * 60_000;

function numbered(folder: string, ending: string): readonly { number: number; path: string }[] {
  return readdirSync(folder)
    .filter((name) => /^\d{8,}\./.test(name) && name.endsWith(ending))
    .map((name) => ({ number: Number.parseInt(name, 10), path: join(folder, name) }))
    .toSorted((a, b) => a.number - b.number);
}

export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(8, "0")}.journal`);
}

/** Puts damaged bytes aside, once, and says so. */
function quarantine(path: string, bytes: Buffer, from: number, to: number, onWarning: (message: string) => void): void {
  const aside = path.replace(/\.journal$/, `.${from}.corrupt`);
  if (existsSync(aside)) return;
  writeFileSync(aside, bytes.subarray(from, to), { mode: 0o600 });
  const where = to === bytes.length ? "its end" : `byte ${to}`;
  onWarning(
    `Journal file ${path}: ${to - from} bytes from byte ${from} to ${where} are damaged or were only half written. ` +
      `They were put aside in ${aside}; everything before and behind them is kept. A sender that got no answer for them sends them again; delete the file once nobody misses a call.`,
  );
}

/** Every whole record of a file in order; what lies between goes to quarantine. */
function* records(path: string, bytes: Buffer, onWarning: (message: string) => void): Generator<Frame> {
  for (let at = 0; at < bytes.length;) {
    const frame = frameAt(bytes, at);
    if (frame === undefined) {
      const next = nextFrame(bytes, at + 1);
      quarantine(path, bytes, at, next, onWarning);
      at = next;
    } else {
      yield frame;
      at = frame.end;
    }
  }
}

function stored(segment: Segment, frame: Frame, record: BatchRecord): StoredBatch {
  const base = frame.start + frameBytes;
  return { ...record, segment, callsAt: base + record.callsAt, lossesAt: base + record.lossesAt, end: base + record.end };
}

class Scan {
  readonly batches = new Map<number, StoredBatch>();
  readonly cuts = new Map<string, CutRecord>();
  nextSequence = 1;

  take(segment: Segment, frame: Frame): void {
    if (frame.kind === Kind.header) {
      const { format } = readHeader(frame.payload);
      if (format > journalFormat) {
        throw new JournalMismatch(
          `Journal file ${segment.path} has format ${format}, and this collector knows formats up to ${journalFormat}. Start the newer version of @inpooling/collector once, so that it empties its journal, or move the file away.`,
        );
      }
    } else if (frame.kind === Kind.batch) {
      const batch = stored(segment, frame, readBatch(frame.payload));
      segment.keys.push(batch.keys);
      this.batches.set(batch.sequence, batch);
      this.nextSequence = Math.max(this.nextSequence, batch.sequence + 1);
    } else if (frame.kind === Kind.cut) {
      const cut = readCut(frame.payload);
      this.cuts.set(`${cut.run}-${cut.block}`, cut);
      this.nextSequence = Math.max(this.nextSequence, cut.last + 1);
    } else if (frame.kind === Kind.commit) {
      this.commit(readCut(frame.payload));
    }
  }

  private commit(cut: CutRecord): void {
    this.cuts.delete(`${cut.run}-${cut.block}`);
    this.nextSequence = Math.max(this.nextSequence, cut.last + 1);
    for (const sequence of this.batches.keys()) {
      if (sequence > cut.last) break;
      if (sequence >= cut.first) this.batches.delete(sequence);
    }
  }
}

/** Keys that retired segments left, oldest first; files too old to matter are deleted. */
function retiredKeys(folder: string): readonly Keys[] {
  const keys: Keys[] = [];
  for (const { path } of numbered(folder, ".keys")) {
    if (Date.now() - statSync(path).mtimeMs > keysLifetimeMs) unlinkSync(path);
    else keys.push(readKeys(path));
  }
  return keys;
}

/** Deletes keys files that are older than senders repeat, or beyond `most` bytes of them. */
export function pruneKeys(folder: string, most: number): void {
  let left = most;
  for (const { path } of numbered(folder, ".keys").toReversed()) {
    const { size, mtimeMs } = statSync(path);
    left -= size;
    if (left < 0 || Date.now() - mtimeMs > keysLifetimeMs) unlinkSync(path);
  }
}

/**
 * Reads all segments of a folder (made when it is not there).
 * @throws JournalMismatch, NodeJS.ErrnoException
 */
export function replay(folder: string, onWarning: (message: string) => void): Replayed {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const segments: Segment[] = [];
  const keys: Keys[] = [...retiredKeys(folder)];
  const scan = new Scan();
  const files = numbered(folder, ".journal");
  for (const { number, path } of files) {
    const bytes = readFileSync(path);
    const segment = Segment.existing(number, path, bytes.length);
    for (const frame of records(path, bytes, onWarning)) scan.take(segment, frame);
    segments.push(segment);
    keys.push(...segment.keys);
  }
  for (const batch of scan.batches.values()) batch.segment.open += 1;
  const first = scan.batches.keys().next().value ?? Number.POSITIVE_INFINITY;
  const keysFiles = numbered(folder, ".keys");
  return {
    segments,
    batches: [...scan.batches.values()],
    cuts: [...scan.cuts.values()].filter((cut) => cut.last >= first),
    keys,
    nextSequence: scan.nextSequence,
    nextSegment: Math.max(files.at(-1)?.number ?? 0, keysFiles.at(-1)?.number ?? 0) + 1,
  };
}
