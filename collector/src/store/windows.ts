const smallest = 1_000_000_000n;
const growth = 8n;

/**
 * Starts of windows of time that follow each other backwards: the first ends at `newest`, or later, each is `growth`
 * times as long as the one before, and the last start is `floor`, as soon as `oldest` is near. A page that is full
 * after the first never touches older data, and a rare match still needs few queries. All in nanoseconds; `first` is
 * the length of the first, at least a second.
 */
export function* windows(newest: bigint, oldest: bigint, first: bigint, floor: bigint): Generator<bigint> {
  let length = first < smallest ? smallest : first;
  // A rest not much longer than the window is not worth a query of its own.
  for (let start = newest - length; start - length > oldest && start > floor; start -= length) {
    yield start;
    length *= growth;
  }
  yield floor;
}
