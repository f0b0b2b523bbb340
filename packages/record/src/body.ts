const blockSize = 4096;
const none = new Uint8Array(0);

/**
 * The beginning of a message's content while it arrives. Chunks are copied on `add`; many small ones share a
 * block, so that what is held exceeds the bytes kept by at most their own number and never by more than 4 KiB.
 */
export class BodyBuffer {
  /** Bytes that passed, kept or not. */
  size = 0;
  /** Bytes kept: always a prefix of the content. */
  kept = 0;
  /** Memory that the kept bytes occupy. */
  held = 0;
  /** Why a byte was not kept; "" while everything was. Later bytes are not kept either: they would not join. */
  gap: "" | "limit" | "memory" = "";
  readonly #limit: number;
  #blocks: Uint8Array[] = [];
  #free = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * @param chunk what capture kept of the chunk (a prefix of it), only valid during this call
   * @param size the chunk's real length
   */
  add(chunk: Uint8Array, size: number): void {
    const length = Math.min(chunk.length, size);
    if (this.gap === "" && length > 0)
      this.#keep(length > this.#limit - this.kept ? chunk.subarray(0, this.#limit - this.kept) : chunk.subarray(0, length));
    this.size += size;
    if (this.gap === "" && this.kept < this.size) this.gap = this.kept >= this.#limit ? "limit" : "memory";
  }

  /** Capture's total: what it counted beyond the chunks that came was dropped on the way. */
  total(size: number): void {
    if (size <= this.size) return;
    this.size = size;
    if (this.gap === "") this.gap = this.kept >= this.#limit ? "limit" : "memory";
  }

  /** Gives the memory back; the content counts as dropped for memory. Returns the bytes freed. */
  release(): number {
    const freed = this.held;
    this.#blocks = [];
    this.#free = 0;
    this.kept = 0;
    this.held = 0;
    if (this.size > 0) this.gap = "memory";
    return freed;
  }

  /** The kept bytes in one array of exactly their length. The buffer must not be used afterwards. */
  join(): Uint8Array {
    const [first] = this.#blocks;
    if (first === undefined) return none;
    if (this.#blocks.length === 1 && first.length === this.kept) return first;
    const whole = new Uint8Array(this.kept);
    let at = 0;
    for (const block of this.#blocks) {
      const part = Math.min(block.length, this.kept - at);
      whole.set(part === block.length ? block : block.subarray(0, part), at);
      at += part;
    }
    this.#blocks = [];
    return whole;
  }

  #keep(bytes: Uint8Array): void {
    const last = this.#blocks.at(-1);
    let taken = 0;
    if (last !== undefined && this.#free > 0) {
      taken = Math.min(this.#free, bytes.length);
      last.set(taken === bytes.length ? bytes : bytes.subarray(0, taken), last.length - this.#free);
      this.#free -= taken;
    }
    const rest = bytes.length - taken;
    if (rest > 0) {
      const room = this.#limit - this.kept - taken;
      const block = new Uint8Array(Math.min(room, Math.max(rest, Math.min(this.kept, blockSize))));
      block.set(taken === 0 ? bytes : bytes.subarray(taken));
      this.#blocks.push(block);
      this.#free = block.length - rest;
      this.held += block.length;
    }
    this.kept += bytes.length;
  }
}
