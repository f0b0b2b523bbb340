import type { CallNumber } from "#record";

const SLOTS = 4096;
/** Calls open for longer than 4,096 further calls; beyond this many their totals become unknown. */
const DISPLACED_LIMIT = 65_536;

/** Sizes of one call that lost its slot to a later one. */
interface Displaced {
  requestSize: number;
  responseSize: number;
  requestKept: number;
  responseKept: number;
}

/**
 * Bytes seen and kept per open call, in typed arrays by `call % 4096`: no object per call. A call that is still
 * open when its slot is needed again moves to a map.
 */
export class CallTotals {
  readonly #calls = new Uint32Array(SLOTS);
  /** Four per slot: request seen, response seen, request kept, response kept. */
  readonly #sizes = new Float64Array(SLOTS * 4);
  readonly #displaced = new Map<CallNumber, Displaced>();

  start(call: CallNumber): void {
    const slot = call % SLOTS;
    const before = this.#calls[slot];
    const at = slot * 4;
    const sizes = this.#sizes;
    if (before && this.#displaced.size < DISPLACED_LIMIT) {
      this.#displaced.set(before, {
        requestSize: sizes[at] ?? 0,
        responseSize: sizes[at + 1] ?? 0,
        requestKept: sizes[at + 2] ?? 0,
        responseKept: sizes[at + 3] ?? 0,
      });
    }
    this.#calls[slot] = call;
    sizes[at] = 0;
    sizes[at + 1] = 0;
    sizes[at + 2] = 0;
    sizes[at + 3] = 0;
  }

  isOpen(call: CallNumber): boolean {
    return call !== 0 && (this.#calls[call % SLOTS] === call || this.#displaced.has(call));
  }

  /** Bytes of the body already kept. */
  kept(call: CallNumber, response: boolean): number {
    const slot = call % SLOTS;
    if (this.#calls[slot] === call) return this.#sizes[slot * 4 + (response ? 3 : 2)] ?? 0;
    const displaced = this.#displaced.get(call);
    return displaced ? (response ? displaced.responseKept : displaced.requestKept) : 0;
  }

  add(call: CallNumber, response: boolean, seen: number, kept: number): void {
    const slot = call % SLOTS;
    if (this.#calls[slot] === call) {
      const at = slot * 4 + (response ? 1 : 0);
      const sizes = this.#sizes;
      sizes[at] = (sizes[at] ?? 0) + seen;
      sizes[at + 2] = (sizes[at + 2] ?? 0) + kept;
      return;
    }
    const displaced = this.#displaced.get(call);
    if (!displaced) return;
    if (response) {
      displaced.responseSize += seen;
      displaced.responseKept += kept;
    } else {
      displaced.requestSize += seen;
      displaced.requestKept += kept;
    }
  }

  /** Bytes seen of the body, kept or not; -1 when the call is not known any more. */
  seen(call: CallNumber, response: boolean): number {
    const slot = call % SLOTS;
    if (this.#calls[slot] === call) return this.#sizes[slot * 4 + (response ? 1 : 0)] ?? 0;
    const displaced = this.#displaced.get(call);
    return displaced ? (response ? displaced.responseSize : displaced.requestSize) : -1;
  }

  finish(call: CallNumber): void {
    const slot = call % SLOTS;
    if (this.#calls[slot] === call) this.#calls[slot] = 0;
    else this.#displaced.delete(call);
  }
}
