import { constants, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import type { Transform } from "node:stream";
import { Refusal, RpcCode } from "./refusal.ts";

/** What a body may be packed with. `identity` is none. */
export type ContentCoding = "identity" | "gzip" | "deflate" | "zstd";

const ACCEPTED = "gzip, zstd, deflate, identity";
const NAMES: Readonly<Record<string, ContentCoding>> = {
  "": "identity",
  identity: "identity",
  gzip: "gzip",
  // RFC 9110 8.4.1.3: x-gzip is equivalent to gzip.
  "x-gzip": "gzip",
  // RFC 9110 8.4.1.2: deflate is the zlib format.
  deflate: "deflate",
  zstd: "zstd",
};

/** Output is produced in pieces of this size where the whole is not known; smaller ones cost calls, larger ones memory. */
const CHUNK_BYTES = 256 * 1024;
/** A body that claims to grow more than this is unpacked piece by piece: no big buffer for a claim. */
const BELIEVED_RATIO = 64;
const ZSTD_MAGIC = 0xfd2fb528;
/** RFC 9659: a zstd window in HTTP is at most 8 MiB, so that a header of a few bytes cannot claim 128 MiB. */
const ZSTD_WINDOW_LOG = 23;

/** @throws Refusal 415 with `Accept-Encoding` (RFC 9110 15.5.16) for a coding that is not supported. */
export function contentCoding(header: string | undefined): ContentCoding {
  const name = (header ?? "").trim().toLowerCase();
  const coding = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (coding === undefined) {
    const message = `Content-Encoding ${JSON.stringify(name.slice(0, 40))} is not supported; send one of: ${ACCEPTED}`;
    throw new Refusal(415, RpcCode.invalidArgument, message, { headers: { "accept-encoding": ACCEPTED } });
  }
  return coding;
}

/** A stream that unpacks one body, producing pieces of `chunkBytes`. */
export function decompressor(coding: Exclude<ContentCoding, "identity">, chunkBytes: number): Transform {
  switch (coding) {
    case "gzip":
      return createGunzip({ chunkSize: chunkBytes });
    case "deflate":
      return createInflate({ chunkSize: chunkBytes });
    default:
      return createZstdDecompress({ chunkSize: chunkBytes, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } });
  }
}

/**
 * Piece size with which a body probably comes out in one piece, so that it need not be joined: what a zstd frame
 * declares in its header (RFC 8878 3.1.1.1), as far as that is believable for `packedBytes` on the wire.
 */
export function chunkBytesFor(coding: ContentCoding, head: Buffer, packedBytes: number): number {
  const declared = coding === "zstd" ? zstdContentSize(head) : 0;
  return declared > CHUNK_BYTES && declared <= packedBytes * BELIEVED_RATIO ? declared + 1 : CHUNK_BYTES;
}

/** Frame_Content_Size; 0 when the frame does not say. */
function zstdContentSize(head: Buffer): number {
  if (head.length < 18 || head.readUInt32LE(0) !== ZSTD_MAGIC) return 0;
  const descriptor = head[4] ?? 0;
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const at = 5 + (singleSegment ? 0 : 1) + dictionaryBytes;
  switch (descriptor >> 6) {
    case 1:
      return head.readUInt16LE(at) + 256;
    case 2:
      return head.readUInt32LE(at);
    case 3:
      return Number(head.readBigUInt64LE(at));
    default:
      return singleSegment ? (head[at] ?? 0) : 0;
  }
}
