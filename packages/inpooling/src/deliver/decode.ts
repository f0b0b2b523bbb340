import * as zlib from "node:zlib";
import type { HeaderPairs } from "#record";

/** What removing the content-codings gave. */
export interface Decoded {
  /** At most `limit` bytes. */
  readonly body: Uint8Array;
  /** False when `body` is only the beginning: of damaged or cut input, or because of the limit. */
  readonly whole: boolean;
  /** "" when every coding was removed; else the coding that could not be, and `body` is empty. */
  readonly failed: string;
}

type Inflate = (input: Uint8Array, maxOutput: number) => Uint8Array;

/** RFC 9110 8.4.1: more than a handful of codings on one message is an attack or an accident. */
const maxCodings = 4;
const maxTries = 14;
const none = new Uint8Array(0);

const inflaters: Readonly<Record<string, { readonly matches: (input: Uint8Array) => boolean; readonly inflate: Inflate }>> = {
  gzip: {
    matches: (input) => input[0] === 0x1f && input[1] === 0x8b,
    inflate: (input, maxOutputLength) => zlib.gunzipSync(input, { maxOutputLength, finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  },
  deflate: {
    matches: () => true,
    inflate: (input, maxOutputLength) => {
      const options = { maxOutputLength, finishFlush: zlib.constants.Z_SYNC_FLUSH };
      // RFC 9110 8.4.1.2: "deflate" is zlib's format, but some senders leave its two header bytes out.
      const [first = 0, second = 0] = input;
      const framed = (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
      return framed ? zlib.inflateSync(input, options) : zlib.inflateRawSync(input, options);
    },
  },
  br: {
    matches: () => true,
    inflate: (input, maxOutputLength) =>
      zlib.brotliDecompressSync(input, { maxOutputLength, finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }),
  },
  zstd: {
    // RFC 8878 3.1: a frame's magic number, or a skippable frame's.
    matches: (input) => (input[0] === 0x28 && input[1] === 0xb5) || ((input[0] ?? 0) & 0xf0) === 0x50,
    inflate: (input, maxOutputLength) => zlib.zstdDecompressSync(input, { maxOutputLength, finishFlush: zlib.constants.ZSTD_e_flush }),
  },
};

/** Not codings, or names that people send for "none". `aws-chunked` frames signed uploads and leaves the bytes readable. */
const harmless: ReadonlySet<string> = new Set(["identity", "none", "utf-8", "utf8", "aws-chunked", "chunked"]);

/** Content-codings in the order they were applied (RFC 9110 8.4), lower case, `x-` aliases resolved. */
export function contentCodings(headers: HeaderPairs): readonly string[] {
  const codings: string[] = [];
  for (const [name, value] of headers) {
    if (name.length !== 16 || name.toLowerCase() !== "content-encoding") continue;
    for (const part of value.split(",")) {
      const coding = part
        .trim()
        .toLowerCase()
        .replace(/^x-(?=gzip$)/, "");
      if (coding !== "" && !harmless.has(coding)) codings.push(coding);
    }
  }
  return codings;
}

function isReadable(bytes: Uint8Array): boolean {
  const text = new TextDecoder("utf-8").decode(bytes.subarray(0, 1024), { stream: true });
  // eslint-disable-next-line no-control-regex -- control characters are what tells compressed bytes from text
  return !/[\0-\x08\x0e-\x1f\ufffd]/.test(text);
}

/** The longest beginning of `input` that inflates into at most `maxOutput` bytes; undefined when none gives a byte. */
function inflatePrefix(inflate: Inflate, input: Uint8Array, maxOutput: number): Uint8Array | undefined {
  let best: Uint8Array | undefined;
  let good = 0;
  let bad = input.length;
  for (let tries = 0; tries < maxTries && bad - good > 1; tries++) {
    const middle = (good + bad) >>> 1;
    try {
      best = inflate(input.subarray(0, middle), maxOutput);
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return best === undefined || best.length === 0 ? undefined : best;
}

function removeOne(coding: string, input: Uint8Array, limit: number): { readonly body: Uint8Array; readonly whole: boolean } | undefined {
  const known = inflaters[coding];
  if (known === undefined || !known.matches(input)) return isReadable(input) ? { body: input, whole: true } : undefined;
  // Room beyond the limit spares most cut bodies the search below (zstd gives nothing before a block of 128 KiB), and
  // is the most that a bomb can make us allocate.
  const maxOutput = Math.min(Math.max(limit * 4, 512 * 1024), limit + 1024 ** 2);
  try {
    return { body: known.inflate(input, maxOutput), whole: true };
  } catch {
    const body = inflatePrefix(known.inflate, input, maxOutput);
    if (body !== undefined) return { body, whole: false };
    return isReadable(input) ? { body: input, whole: true } : undefined;
  }
}

/**
 * Removes the content-codings of a message (RFC 9110 8.4; gzip, deflate, br, zstd, chained), as far as the input goes:
 * cut and damaged bodies give their beginning. Memory and time are bounded by `limit`, whatever the input expands to.
 * What cannot be decoded gives an empty body: redaction could not see into it.
 * @param limit bytes of the result
 */
export function decodeBody(body: Uint8Array, headers: HeaderPairs, limit: number): Decoded {
  if (body.length === 0) return { body, whole: true, failed: "" };
  const codings = contentCodings(headers);
  if (codings.length > maxCodings) return { body: none, whole: false, failed: `${codings.length} codings` };
  let current = body;
  let whole = true;
  for (let at = codings.length - 1; at >= 0; at--) {
    const coding = codings[at] ?? "";
    const removed = removeOne(coding, current, limit);
    if (removed === undefined) return { body: none, whole: false, failed: coding };
    current = removed.body;
    whole &&= removed.whole;
  }
  whole &&= current.length <= limit;
  const kept = whole ? current : current.subarray(0, limit);
  // zlib's output chunks are larger than small bodies; a view would pin them while the call waits.
  const loose = kept.buffer.byteLength > kept.length + 512;
  return { body: loose ? new Uint8Array(kept) : kept, whole, failed: "" };
}
