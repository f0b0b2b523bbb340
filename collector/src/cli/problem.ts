/** Something that the command says in one message and ends with exit code 2: bad use, or nobody to ask. */
export class Problem extends Error {
  override readonly name = "Problem";
  /** What to do about it; "" where the message says it. */
  readonly remedy: string;

  constructor(message: string, remedy = "") {
    super(message);
    this.remedy = remedy;
  }
}
