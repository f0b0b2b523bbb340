import type { IncomingMessage } from "node:http";
import type { Lease } from "./byte-budget.ts";
import { type ContentCoding, decompressor } from "./content-coding.ts";
import { badRequest, type Refusal, tooLarge } from "./refusal.ts";

/** The sender went away before its request was complete; there is nobody to answer. */
export class SenderGone extends Error {
  override readonly name = "SenderGone";
}

export interface BodyOptions {
  readonly coding: ContentCoding;
  /** Most bytes on the wire, and again after decompression. */
  readonly limit: number;
  readonly lease: Lease;
}

export interface Body {
  readonly bytes: Buffer;
  /** Bytes as they came over the wire. */
  readonly wireBytes: number;
}

/**
 * Reads a request's body, unpacked, counting while it streams: senders use chunked transfer coding, so a length
 * is rarely known in advance and never trusted.
 *
 * @throws Refusal 413 over the limit, 503 over the lease, 400 when the coding is not what the header says.
 * @throws SenderGone when the connection ends first.
 */
export async function readBody(request: IncomingMessage, options: BodyOptions): Promise<Body> {
  if (Number(request.headers["content-length"] ?? 0) > options.limit) throw overLimit(options.limit, "");
  return options.coding === "identity" ? readPlain(request, options) : readPacked(request, options, options.coding);
}

function overLimit(limit: number, when: string): Refusal {
  return tooLarge(`the body is larger than ${limit} bytes${when}; send smaller batches (OTEL_BSP_MAX_EXPORT_BATCH_SIZE)`);
}

interface Handlers {
  readonly data: (chunk: Buffer) => void;
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

/** Calls back once, with the first of: the body's end, an error, the connection's end. */
function watch(request: IncomingMessage, handlers: Handlers): () => void {
  const gone = (): void => {
    if (!request.complete) handlers.fail(new SenderGone("the request broke off or did not arrive in time"));
  };
  request.on("data", handlers.data);
  request.on("end", handlers.end);
  request.on("error", gone);
  request.on("close", gone);
  return () => {
    request.off("data", handlers.data);
    request.off("end", handlers.end);
    request.off("close", gone);
    // The error listener stays: a socket that breaks later must not become an uncaught exception.
    request.pause();
  };
}

function readPlain(request: IncomingMessage, { limit, lease }: BodyOptions): Promise<Body> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const fail = (error: Error): void => {
      stop();
      reject(error);
    };
    const stop = watch(request, {
      data(chunk) {
        size += chunk.length;
        if (size > limit) return fail(overLimit(limit, ""));
        try {
          lease.take(chunk.length);
        } catch (error) {
          return fail(error as Refusal);
        }
        chunks.push(chunk);
      },
      end() {
        stop();
        resolve({ bytes: joined(chunks, size), wireBytes: size });
      },
      fail,
    });
  });
}

function readPacked(request: IncomingMessage, { limit, lease }: BodyOptions, coding: Exclude<ContentCoding, "identity">): Promise<Body> {
  return new Promise((resolve, reject) => {
    const unpack = decompressor(coding);
    const chunks: Buffer[] = [];
    let wireBytes = 0;
    let size = 0;
    const fail = (error: Error): void => {
      stop();
      unpack.destroy();
      reject(error);
    };
    const stop = watch(request, {
      data(chunk) {
        wireBytes += chunk.length;
        if (wireBytes > limit) return fail(overLimit(limit, ""));
        if (!unpack.write(chunk)) request.pause();
      },
      end: () => unpack.end(),
      fail,
    });
    unpack.on("drain", () => request.resume());
    unpack.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) return fail(overLimit(limit, ` after removing Content-Encoding ${coding}`));
      try {
        lease.take(chunk.length);
      } catch (error) {
        return fail(error as Refusal);
      }
      chunks.push(chunk);
    });
    unpack.on("error", (error: NodeJS.ErrnoException) => fail(notPacked(coding, error)));
    unpack.on("end", () => {
      stop();
      resolve({ bytes: joined(chunks, size), wireBytes });
    });
  });
}

function joined(chunks: readonly Buffer[], size: number): Buffer {
  const only = chunks[0];
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size);
}

function notPacked(coding: string, error: NodeJS.ErrnoException): Refusal {
  const why = error.code ?? error.message;
  return badRequest(`the body is not valid ${coding} (${why}), although Content-Encoding says so; pack it so or leave the header out`);
}
