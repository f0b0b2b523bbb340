import type { CallNumber } from "#record";

const SLOTS = 2048;
const LINE = 8;
const CALL = 4;
/** Calls open for longer than 2,048 further calls; beyond this many their totals become unknown. */
const DISPLACED_LIMIT = 65_536;

/** Sizes of one call that lost its slot to a later one. */
interface Displaced {
  requestSize: number;
  responseSize: number;
  requestKept: number;
  responseKept: number;
}

/**
 * Bytes seen and kept per open call, in typed arrays by `call % 2048`: no object per call. A call that is still
 * open when its slot is needed again moves to a map.
 */
export class CallTotals {
  /** A cache line per slot: request seen, response seen, request kept, response kept, then the call's number. */
  readonly #sizes = new Float64Array(SLOTS * LINE);
  readonly #displaced = new Map<CallNumber, Displaced>();

  start(call: CallNumber): void {
    const slot = call % SLOTS;
    const at = slot * LINE;
    const sizes = this.#sizes;
    const before = sizes[at + CALL];
    if (before && this.#displaced.size < DISPLACED_LIMIT) {
      this.#displaced.set(before, {
        requestSize: sizes[at] ?? 0,
        responseSize: sizes[at + 1] ?? 0,
        requestKept: sizes[at + 2] ?? 0,
        responseKept: sizes[at + 3] ?? 0,
      });
    }
    sizes[at + CALL] = call;
    sizes[at] = 0;
    sizes[at + 1] = 0;
    sizes[at + 2] = 0;
    sizes[at + 3] = 0;
  }

  isOpen(call: CallNumber): boolean {
    return call !== 0 && (this.#sizes[(call % SLOTS) * LINE + CALL] === call || this.#displaced.has(call));
  }

  /** Bytes of the body already kept. */
  kept(call: CallNumber, response: boolean): number {
    const slot = call % SLOTS;
    if (this.#sizes[slot * LINE + CALL] === call) return this.#sizes[slot * LINE + (response ? 3 : 2)] ?? 0;
    const displaced = this.#displaced.get(call);
    return displaced ? (response ? displaced.responseKept : displaced.requestKept) : 0;
  }

  add(call: CallNumber, response: boolean, seen: number, kept: number): void {
    const slot = call % SLOTS;
    if (this.#sizes[slot * LINE + CALL] === call) {
      const at = slot * LINE + (response ? 1 : 0);
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
    if (this.#sizes[slot * LINE + CALL] === call) return this.#sizes[slot * LINE + (response ? 1 : 0)] ?? 0;
    const displaced = this.#displaced.get(call);
    return displaced ? (response ? displaced.responseSize : displaced.requestSize) : -1;
  }

  finish(call: CallNumber): void {
    const slot = call % SLOTS;
    if (this.#sizes[slot * LINE + CALL] === call) this.#sizes[slot * LINE + CALL] = 0;
    else this.#displaced.delete(call);
  }
}
