import type { IncomingMessage } from "node:http";
import type { Transform } from "node:stream";
import { chunkBytesFor, type ContentCoding, decompressor } from "./content-coding.ts";
import { type BodyOptions, BodyPieces, overLimit } from "./body-pieces.ts";
import { badRequest, type Refusal } from "./refusal.ts";

/** The sender went away before its request was complete; there is nobody to answer. */
export class SenderGone extends Error {
  override readonly name = "SenderGone";
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
  if (Number(request.headers["content-length"] ?? 0) > options.limits.bodyBytes) throw overLimit(options.limits.bodyBytes, "");
  return options.coding === "identity" ? readPlain(request, options) : readPacked(request, options, options.coding);
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

function readPlain(request: IncomingMessage, options: BodyOptions): Promise<Body> {
  return new Promise((resolve, reject) => {
    const pieces = new BodyPieces(options);
    let wireBytes = 0;
    const fail = (error: Error): void => {
      stop();
      reject(error);
    };
    const stop = watch(request, {
      data(chunk) {
        wireBytes += chunk.length;
        const refusal = pieces.add(chunk, wireBytes);
        if (refusal !== undefined) fail(refusal);
      },
      end() {
        stop();
        resolve({ bytes: pieces.joined(), wireBytes });
      },
      fail,
    });
  });
}

function readPacked(request: IncomingMessage, options: BodyOptions, coding: Exclude<ContentCoding, "identity">): Promise<Body> {
  const limit = options.limits.bodyBytes;
  const packedBytes = Math.min(limit, Number(request.headers["content-length"] ?? 0));
  return new Promise((resolve, reject) => {
    const pieces = new BodyPieces(options);
    let unpacking: Transform | undefined;
    let wireBytes = 0;
    const fail = (error: Error): void => {
      stop();
      unpacking?.destroy();
      reject(error);
    };
    const done = (): void => {
      stop();
      resolve({ bytes: pieces.joined(), wireBytes });
    };
    // Made with the first bytes, which may say how much will come out.
    const start = (head: Buffer): Transform => {
      const stream = decompressor(coding, chunkBytesFor(coding, head, packedBytes));
      stream.on("drain", () => request.resume());
      stream.on("data", (piece: Buffer) => {
        const refusal = pieces.add(piece, wireBytes);
        if (refusal !== undefined) fail(refusal);
      });
      stream.on("error", (error: NodeJS.ErrnoException) => fail(notPacked(coding, error)));
      stream.on("end", done);
      return stream;
    };
    const stop = watch(request, {
      data(chunk) {
        wireBytes += chunk.length;
        if (wireBytes > limit) return fail(overLimit(limit, ""));
        unpacking ??= start(chunk);
        if (!unpacking.write(chunk)) request.pause();
      },
      end() {
        if (unpacking === undefined) done();
        else unpacking.end();
      },
      fail,
    });
  });
}

function notPacked(coding: string, error: NodeJS.ErrnoException): Refusal {
  const why = error.code ?? error.message;
  return badRequest(`the body is not valid ${coding} (${why}), although Content-Encoding says so; pack it so or leave the header out`);
}
