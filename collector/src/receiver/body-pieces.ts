import type { Lease } from "./byte-budget.ts";
import type { ContentCoding } from "./content-coding.ts";
import type { ReceiverLimits } from "./limits.ts";
import { Refusal, tooLarge } from "./refusal.ts";

/** How a body is packed and what it may cost. */
export interface BodyOptions {
  readonly coding: ContentCoding;
  readonly limits: Pick<ReceiverLimits, "bodyBytes" | "expansion" | "expansionFreeBytes">;
  readonly lease: Lease;
}

/** The unpacked bytes of one body as they come, counted against every limit. */
export class BodyPieces {
  readonly #options: BodyOptions;
  readonly #pieces: Buffer[] = [];
  #size = 0;

  constructor(options: BodyOptions) {
    this.#options = options;
  }

  /** Keeps a piece, `wireBytes` having come so far; or says why the body cannot be taken. */
  add(piece: Buffer, wireBytes: number): Refusal | undefined {
    const { coding, lease, limits } = this.#options;
    this.#size += piece.length;
    if (this.#size > limits.bodyBytes)
      return overLimit(limits.bodyBytes, coding === "identity" ? "" : ` after removing Content-Encoding ${coding}`);
    if (this.#size > limits.expansionFreeBytes && this.#size > wireBytes * limits.expansion) {
      return tooLarge(
        `the body grows to more than ${limits.expansion} times its size by Content-Encoding ${coding}; no batch of spans does`,
      );
    }
    try {
      lease.take(piece.length);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
    this.#pieces.push(piece);
    return undefined;
  }

  /** One buffer. Pieces that lie next to each other in one memory, as a decompressor makes them, are only put under one view. */
  joined(): Buffer {
    const [first, ...rest] = this.#pieces;
    if (first === undefined) return Buffer.alloc(0);
    let end = first.byteOffset + first.length;
    for (const piece of rest) {
      if (piece.buffer !== first.buffer || piece.byteOffset !== end) return Buffer.concat(this.#pieces, this.#size);
      end += piece.length;
    }
    return Buffer.from(first.buffer, first.byteOffset, this.#size);
  }
}

/** 413. `when` is empty or begins with a space. */
export function overLimit(limit: number, when: string): Refusal {
  return tooLarge(`the body is larger than ${limit} bytes${when}; send smaller batches (OTEL_BSP_MAX_EXPORT_BATCH_SIZE)`);
}
