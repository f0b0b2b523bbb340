import {
  closeSync,
  fdatasync,
  ftruncateSync,
  openSync,
  readSync,
  unlinkSync,
  write,
  writeFileSync,
  renameSync,
  readFileSync,
} from "node:fs";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import type { Keys } from "./recent-keys.ts";

const writeAsync = promisify(write);
const syncAsync = promisify(fdatasync);

/** One file of the journal. It is written at its end only, and deleted as a whole. */
export class Segment {
  readonly number: number;
  readonly path: string;
  /** Bytes written and known to be whole. */
  size: number;
  /** Batches that are not in the store yet. */
  open = 0;
  /** Keys of all its calls and losses, for `recent keys` after the file is gone. */
  readonly keys: Keys[] = [];
  private readonly fd: number;

  private constructor(number: number, path: string, fd: number, size: number) {
    this.number = number;
    this.path = path;
    this.fd = fd;
    this.size = size;
  }

  /** @throws NodeJS.ErrnoException, EEXIST when the file is there already */
  static create(number: number, path: string): Segment {
    return new Segment(number, path, openSync(path, "wx+", 0o600), 0);
  }

  /** An earlier run's file, to be read only. */
  static existing(number: number, path: string, size: number): Segment {
    return new Segment(number, path, openSync(path, "r"), size);
  }

  /**
   * Appends bytes; either all of them are in the file afterwards or none.
   * @throws NodeJS.ErrnoException, e.g. ENOSPC
   */
  async append(bytes: Buffer, sync: boolean): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await writeAsync(this.fd, bytes, done, bytes.length - done, this.size + done);
        done += bytesWritten;
      }
      if (sync) await syncAsync(this.fd);
    } catch (error) {
      ftruncateSync(this.fd, this.size);
      throw error;
    }
    this.size += bytes.length;
  }

  read(offset: number, into: Buffer): void {
    for (let done = 0; done < into.length;) {
      const bytes = readSync(this.fd, into, done, into.length - done, offset + done);
      if (bytes === 0)
        throw new Error(
          `${this.path} ends at byte ${offset + done}, and ${into.length - done} more were written there before: something else changed the file.`,
        );
      done += bytes;
    }
  }

  /** Deletes the file; its keys stay behind in a small one, so that a repeated call is still known after a restart. */
  retire(): void {
    const keys = this.keys.reduce((total, part) => total + part.byteLength, 0);
    if (keys > 0) writeKeys(keysPath(this.path), this.keys);
    closeSync(this.fd);
    unlinkSync(this.path);
  }

  close(): void {
    closeSync(this.fd);
  }
}

export function keysPath(segmentPath: string): string {
  return segmentPath.replace(/\.journal$/, ".keys");
}

function writeKeys(path: string, parts: readonly Keys[]): void {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(crc32(body));
  writeFileSync(`${path}.new`, Buffer.concat([head, body]), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Keys of a retired segment; none when the file is damaged, which costs nothing but the knowledge of old repeats. */
export function readKeys(path: string): Keys {
  const bytes = readFileSync(path);
  const body = bytes.subarray(4);
  if (bytes.length < 4 || body.length % 8 !== 0 || crc32(body) !== bytes.readUInt32LE(0)) return new Uint32Array(0);
  const keys = new Uint32Array(body.length / 4);
  for (let index = 0; index < keys.length; index++) keys[index] = body.readUInt32LE(index * 4);
  return keys;
}
