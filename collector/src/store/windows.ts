const smallest = 1_000_000_000n;
const growth = 8n;

/**
 * Starts of windows that follow each other from `to` (excluded) back to `from` (the last start), each `growth` times
 * as long as the one before. A page that is full after the first never touches older data; a rare match still needs
 * few queries. All in nanoseconds; `first` is the length of the first, at least a second.
 */
export function* windows(to: bigint, from: bigint, first: bigint): Generator<bigint> {
  let length = first < smallest ? smallest : first;
  let end = to;
  while (true) {
    const start = end - length;
    // A rest not much longer than the window is not worth a query of its own.
    if (start - length <= from) {
      yield from;
      return;
    }
    yield start;
    end = start;
    length *= growth;
  }
}
