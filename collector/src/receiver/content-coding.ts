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

/** Output is produced in pieces of this size; larger ones waste memory on small bodies, smaller ones cost calls. */
const CHUNK_BYTES = 256 * 1024;
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

/** A stream that unpacks one body. */
export function decompressor(coding: Exclude<ContentCoding, "identity">): Transform {
  switch (coding) {
    case "gzip":
      return createGunzip({ chunkSize: CHUNK_BYTES });
    case "deflate":
      return createInflate({ chunkSize: CHUNK_BYTES });
    default:
      return createZstdDecompress({ chunkSize: CHUNK_BYTES, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } });
  }
}
