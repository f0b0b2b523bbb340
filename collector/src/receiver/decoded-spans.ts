import { type OtlpSpan, type Resource, spanKindClient } from "#record";

/** A span that may be a record, with who sent it. */
export interface DecodedSpan {
  readonly span: OtlpSpan;
  readonly resource: Resource;
}

/** Name of the spans by which senders report what they lost; they are INTERNAL. */
const LOSS_SPAN = "inpooling.loss";

/** Only these spans' attributes are decoded: outgoing calls and reports of losses. */
export function mayBeRecord(kind: number, name: string): boolean {
  return kind === spanKindClient || name === LOSS_SPAN;
}

/** String attributes that are handed over as UTF-8 bytes: they become bytes anyway, and are the bulk of a call. */
export const BODY_ATTRIBUTES: ReadonlySet<string> = new Set(["http.request.body.content", "http.response.body.content"]);

/** What a decoder met besides the spans it yields. */
export class SpanTally {
  /** All spans of the request. */
  total = 0;
  /** Valid spans that are neither calls nor losses. */
  other = 0;
  /** Spans without valid ids. */
  invalid = 0;
  /** What the first invalid span was, for the answer. */
  firstProblem = "";
  /** Set when the spans look like records of another signal. */
  looksLike: "" | "logs" | "metrics" = "";

  problem(text: string): void {
    this.invalid++;
    if (this.firstProblem === "") this.firstProblem = text;
  }
}

const NO_TRACE = "0".repeat(32);
const NO_SPAN = "0".repeat(16);
const HEX = /^[0-9a-f]+$/;

/** What is wrong with a span's ids; "" when they are valid (16 and 8 bytes, not all zero). */
export function idProblem(traceId: string, spanId: string): string {
  return oneIdProblem("trace id", traceId, 32, NO_TRACE) || oneIdProblem("span id", spanId, 16, NO_SPAN);
}

function oneIdProblem(what: string, id: string, digits: number, none: string): string {
  if (id.length === digits) {
    if (id === none) return `a ${what} of zeros only`;
    return HEX.test(id) ? "" : `a ${what} that is not hexadecimal`;
  }
  return id === "" ? `no ${what}` : `a ${what} of ${id.length} instead of ${digits} hexadecimal digits`;
}
