import { callId } from "#record";
import type { Loss, RedactedCall } from "#record";
import { RowReader, type RowWriter } from "../row/binary.ts";
import { rowFormat } from "../row/columns.ts";
import { writeCall, writeLoss } from "../row/write.ts";
import { Kind, seal } from "./frame.ts";
import type { Keys } from "./recent-keys.ts";

/** Version of the records below. A journal of a newer one is refused, never guessed at. */
export const journalFormat = 1;

/** First record of every segment: who wrote it. `run` names one life of a collector, 32 hex digits. */
export interface HeaderRecord {
  readonly format: number;
  readonly run: string;
}

/** Batches `first … last` are one block; its number counts within the run that cut it. */
export interface CutRecord {
  readonly run: string;
  readonly block: number;
  readonly first: number;
  readonly last: number;
}

/** Where a batch's parts lie within its payload, and what they hold. */
export interface BatchRecord {
  readonly sequence: number;
  readonly rowFormat: number;
  readonly calls: number;
  readonly losses: number;
  readonly keys: Keys;
  /** Offsets within the payload. */
  readonly callsAt: number;
  readonly lossesAt: number;
  readonly end: number;
}

/** Bytes from the payload's start to the keys: sequence, row format, calls, losses, bytes of the calls. */
const batchHead = 8 + 2 + 4 + 4 + 4;

/** What makes a loss the same loss when its sender repeats it. */
export function lossIdentity(loss: Loss): string {
  return [loss.reason, loss.what, loss.host, loss.serviceName, loss.count, loss.bytes, loss.from, loss.to].join("\n");
}

export function callIdentity(call: RedactedCall): string {
  return callId(call);
}

function begin(to: RowWriter, kind: Kind): number {
  const start = to.reserve(12);
  to.uint8(kind);
  return start;
}

function finish(to: RowWriter, start: number): void {
  seal(to.bytes(), start, to.length);
}

export function writeHeader(to: RowWriter, header: HeaderRecord): void {
  const start = begin(to, Kind.header);
  to.uint16(header.format);
  to.raw(Buffer.from(header.run, "hex"));
  finish(to, start);
}

/** Appends a batch record and returns where its parts lie, as offsets within `to`. */
export function writeBatch(
  to: RowWriter,
  sequence: number,
  calls: readonly RedactedCall[],
  losses: readonly Loss[],
  keys: Keys,
): { callsAt: number; lossesAt: number; end: number } {
  const start = begin(to, Kind.batch);
  to.uint64(sequence);
  to.uint16(rowFormat);
  to.uint32(calls.length);
  to.uint32(losses.length);
  const sizeAt = to.reserve(4);
  for (const half of keys) to.uint32(half);
  const callsAt = to.length;
  for (const call of calls) writeCall(to, call);
  const lossesAt = to.length;
  to.patchUint32(sizeAt, lossesAt - callsAt);
  for (const loss of losses) writeLoss(to, loss);
  finish(to, start);
  return { callsAt, lossesAt, end: to.length };
}

export function writeCut(to: RowWriter, kind: typeof Kind.cut | typeof Kind.commit, cut: CutRecord): void {
  const start = begin(to, kind);
  to.raw(Buffer.from(cut.run, "hex"));
  to.uint32(cut.block);
  to.uint64(cut.first);
  to.uint64(cut.last);
  finish(to, start);
}

const runBytes = 16;

export function readHeader(payload: Buffer): HeaderRecord {
  return { format: payload.readUInt16LE(0), run: payload.toString("hex", 2, 2 + runBytes) };
}

export function readCut(payload: Buffer): CutRecord {
  const from = new RowReader(payload, runBytes);
  return { run: payload.toString("hex", 0, runBytes), block: from.uint32(), first: from.uint64(), last: from.uint64() };
}

export function readBatch(payload: Buffer): BatchRecord {
  const from = new RowReader(payload);
  const sequence = from.uint64();
  const format = from.uint16();
  const calls = from.uint32();
  const losses = from.uint32();
  const callBytes = from.uint32();
  const keys = new Uint32Array((calls + losses) * 2);
  for (let index = 0; index < keys.length; index++) keys[index] = from.uint32();
  const callsAt = batchHead + keys.length * 4;
  return { sequence, rowFormat: format, calls, losses, keys, callsAt, lossesAt: callsAt + callBytes, end: payload.length };
}
