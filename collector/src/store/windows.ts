const smallest = 1_000_000_000n;
const leastGrowth = 2;
const mostGrowth = 64;

/** The stretch of time that a search goes through, in nanoseconds. */
export interface Stretch {
  /** Where it starts; the last window reaches down to it. */
  readonly floor: bigint;
  /** Roughly the time of the oldest call: below it nothing is expected. */
  readonly oldest: bigint;
}

/**
 * Divides time into windows that follow each other backwards. A page that is full after the first never touches older
 * data; a rare match grows the windows fast, so that it still needs few queries.
 */
export class Windows {
  private readonly stretch: Stretch;
  private length: bigint;

  /** `first`: length of the first window. */
  constructor(stretch: Stretch, first: bigint) {
    this.stretch = stretch;
    this.length = first < smallest ? smallest : first;
  }

  /** Start of the window that ends at `end`. A rest not much longer than the window is not worth a query of its own. */
  startBefore(end: bigint): bigint {
    const start = end - this.length;
    return start - this.length <= this.stretch.oldest || start <= this.stretch.floor ? this.stretch.floor : start;
  }

  /** Learns from a window: `found` of `wanted` calls that were still missing were in it. */
  found(found: number, wanted: number): void {
    // As long as it takes at this density, and half as much again.
    const growth = found === 0 ? mostGrowth : Math.min(mostGrowth, Math.max(leastGrowth, Math.ceil((1.5 * (wanted - found)) / found)));
    this.length *= BigInt(growth);
  }
}
