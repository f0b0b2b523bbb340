import { existsSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RowWriter } from "../row/binary.ts";
import { journalFormat, writeHeader } from "./record.ts";
import { segmentPath } from "./replay.ts";
import { Segment } from "./segment.ts";

const segmentBytes = 64 * 1024 * 1024;
const reserveBytes = 256 * 1024;

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}

/** The journal's write end: one segment at a time, a new one when it has grown large. */
export class Tape {
  private readonly folder: string;
  private readonly run: string;
  private readonly sync: boolean;
  private readonly reserve: string;
  private nextNumber: number;
  private current: Segment | undefined;

  constructor(folder: string, run: string, nextNumber: number, sync: boolean) {
    this.folder = folder;
    this.run = run;
    this.nextNumber = nextNumber;
    this.sync = sync;
    this.reserve = join(folder, "reserve");
    this.keepReserve();
  }

  /** The segment that `append` writes to, and where in it the next bytes will stand. @throws NodeJS.ErrnoException */
  async segment(): Promise<Segment> {
    if (this.current !== undefined && this.current.size < segmentBytes) return this.current;
    const segment = Segment.create(this.nextNumber, segmentPath(this.folder, this.nextNumber));
    this.nextNumber += 1;
    const header = new RowWriter(256);
    writeHeader(header, { format: journalFormat, run: this.run });
    this.current = segment;
    await segment.append(header.bytes(), this.sync);
    return segment;
  }

  isCurrent(segment: Segment): boolean {
    return segment === this.current;
  }

  /**
   * Appends whole records: all or none. `marker`: cuts and commits, which are what makes room again, so that on a full
   * disk they may use the reserve.
   * @throws NodeJS.ErrnoException
   */
  async append(segment: Segment, bytes: Buffer, marker: boolean): Promise<void> {
    try {
      await segment.append(bytes, this.sync);
    } catch (error) {
      if (!marker || !isDiskFull(error) || !existsSync(this.reserve)) throw error;
      unlinkSync(this.reserve);
      await segment.append(bytes, this.sync);
    }
  }

  /** Some bytes that a full disk cannot take from the markers. Without them the store could not be filled any more. */
  keepReserve(): void {
    if (existsSync(this.reserve)) return;
    try {
      writeFileSync(this.reserve, Buffer.alloc(reserveBytes, 1), { mode: 0o600 });
    } catch {
      // Nothing to reserve on a disk that is full already; the next retired segment makes room for it.
    }
  }
}
