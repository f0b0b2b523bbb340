import type { NumberMatch } from "../filter.ts";
import type { Binder } from "./binder.ts";

/** `expression` is compared as a number. */
export function numberCondition(expression: string, match: NumberMatch, bind: Binder): string {
  if (match.op === "between") return `(${expression} >= ${bind.float(match.low)} AND ${expression} <= ${bind.float(match.high)})`;
  return `${expression} ${match.op} ${bind.float(match.value)}`;
}
