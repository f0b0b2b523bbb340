import { crc32 } from "node:zlib";

/**
 * One record of a segment file: magic, length of the payload, CRC-32 of kind and payload, kind, payload; little endian.
 * The magic lets a reader find the next record behind damaged bytes.
 */
export const frameBytes = 13;
const magic = 0x4c4a_5049;

export const Kind = { header: 1, batch: 2, cut: 3, commit: 4 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

const largestPayload = 1024 * 1024 * 1024;

/** Fills in the frame of a record of which everything but the first 12 bytes stands at `start … end` already. */
export function seal(bytes: Buffer, start: number, end: number): void {
  bytes.writeUInt32LE(magic, start);
  bytes.writeUInt32LE(end - start - frameBytes, start + 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(start + 12, end)), start + 8);
}

export interface Frame {
  readonly kind: number;
  readonly payload: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The record that starts at `at`, or undefined when no whole and undamaged one does. */
export function frameAt(bytes: Buffer, at: number): Frame | undefined {
  if (at + frameBytes > bytes.length || bytes.readUInt32LE(at) !== magic) return undefined;
  const length = bytes.readUInt32LE(at + 4);
  const end = at + frameBytes + length;
  if (length > largestPayload || end > bytes.length) return undefined;
  if (crc32(bytes.subarray(at + 12, end)) !== bytes.readUInt32LE(at + 8)) return undefined;
  return { kind: bytes.readUInt8(at + 12), payload: bytes.subarray(at + frameBytes, end), start: at, end };
}

const magicBytes = Buffer.from([magic & 0xff, (magic >>> 8) & 0xff, (magic >>> 16) & 0xff, magic >>> 24]);

/** Where the next whole record starts at or behind `at`; the end of the bytes when there is none. */
export function nextFrame(bytes: Buffer, at: number): number {
  for (let found = bytes.indexOf(magicBytes, at); found !== -1; found = bytes.indexOf(magicBytes, found + 1)) {
    if (frameAt(bytes, found) !== undefined) return found;
  }
  return bytes.length;
}
