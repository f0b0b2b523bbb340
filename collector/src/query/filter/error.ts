/** A filter line that cannot be understood. `start` and `end` (excluded) are UTF-16 units of the line. */
export class FilterError extends Error {
  override readonly name = "FilterError";
  readonly start: number;
  readonly end: number;
  /** What to write instead; "" where nothing helps. */
  readonly remedy: string;

  constructor(start: number, end: number, message: string, remedy = "") {
    super(message);
    this.start = start;
    this.end = end;
    this.remedy = remedy;
  }
}
