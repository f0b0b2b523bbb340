import type { RedactedCall } from "#record";

interface Batch {
  readonly first: number;
  readonly calls: readonly RedactedCall[];
  readonly bytes: number;
}

/**
 * The last calls that came in, numbered from 1, bounded in bytes. Readers walk it at their own speed, so a slow one
 * costs nothing: it finds the ring's beginning ahead of it and knows how many calls it missed.
 *
 * It forgets whole batches, because the calls of one batch are views of the request's one buffer: keeping a single
 * call keeps them all in memory.
 */
export class TailRing {
  readonly #batches: Batch[] = [];
  readonly #limitBytes: number;
  #bytes = 0;
  #next = 1;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The number that the next call gets. */
  get next(): number {
    return this.#next;
  }

  /** The number of the oldest call still there; `next` when there is none. */
  get first(): number {
    return this.#batches[0]?.first ?? this.#next;
  }

  push(calls: readonly RedactedCall[]): void {
    if (calls.length === 0) return;
    const bytes = heldBytes(calls);
    this.#batches.push({ first: this.#next, calls, bytes });
    this.#next += calls.length;
    this.#bytes += bytes;
    while (this.#bytes > this.#limitBytes && this.#batches.length > 1) this.#drop();
  }

  /** Once every reader has seen it, even the newest batch goes when it alone is over the limit. */
  settle(): void {
    while (this.#bytes > this.#limitBytes) this.#drop();
  }

  at(number: number): RedactedCall | undefined {
    let low = 0;
    let high = this.#batches.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const batch = this.#batches[middle];
      if (batch === undefined) return undefined;
      if (number < batch.first) high = middle - 1;
      else if (number >= batch.first + batch.calls.length) low = middle + 1;
      else return batch.calls[number - batch.first];
    }
    return undefined;
  }

  #drop(): void {
    this.#bytes -= this.#batches.shift()?.bytes ?? 0;
  }
}

/** Memory that the calls keep alive: each backing buffer once, and about 2 KiB of strings a call. */
function heldBytes(calls: readonly RedactedCall[]): number {
  const buffers = new Set<ArrayBufferLike>();
  for (const call of calls) {
    if (call.request.body.length > 0) buffers.add(call.request.body.buffer);
    if (call.response.body.length > 0) buffers.add(call.response.body.buffer);
  }
  let bytes = calls.length * 2048;
  for (const buffer of buffers) bytes += buffer.byteLength;
  return bytes;
}
