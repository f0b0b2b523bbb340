import type { NumberMatch, TextMatch } from "../../store/filter.ts";
import { FilterError } from "./error.ts";
import type { Unit } from "./fields.ts";
import type { Piece, TermToken } from "./lexer.ts";
import { parseAmount, unitExamples } from "./units.ts";

/** The value as text, quotes and escapes taken off. */
export function plainText(value: readonly Piece[]): string {
  return value.map((piece) => piece.text).join("");
}

/** How to write the term with its value in quotes, for messages. */
function quotedAgain(line: string, token: TermToken): string {
  return `${line.slice(token.start, token.valueStart)}${JSON.stringify(line.slice(token.valueStart, token.end).replaceAll('"', ""))}`;
}

/** Complains about what can never be a value: nothing at all, `!=`, quotes of a word processor. */
export function checkValue(line: string, token: TermToken): void {
  const first = token.value[0];
  const name = line.slice(token.start, token.valueStart);
  if (first === undefined) {
    const next = /^\s+([^\s()]{1,40})/.exec(line.slice(token.end))?.[1] ?? "value";
    const remedy = `Write it without a space: ${name}${token.operator}${next}. For "anything" write ${name}*`;
    throw new FilterError(token.start, token.end, `${name}${token.operator} has no value`, remedy);
  }
  if (first.quoted) return;
  if (token.path.length > 0 && token.operator === "" && first.text.startsWith("!")) {
    throw new FilterError(
      token.valueStart,
      token.end,
      "! is no operator",
      `Negate the whole term: -${name}${first.text.replace(/^!=?/, "") || "value"}, or quote a value that begins with !`,
    );
  }
  if (/^[\u201C\u201D\u201E]/.test(first.text)) {
    throw new FilterError(first.start, first.start + 1, "Curly quotes do not quote", 'Use straight quotes: "…"');
  }
}

const collapse = (pattern: string): string => pattern.replace(/\*{2,}/g, "*");

/**
 * Turns a value into a comparison of text.
 * `plain` says what a value without operator means; `=` and `~` say it for the term. A `*` outside quotes is a glob.
 */
export function textMatch(line: string, token: TermToken, plain: "equals" | "contains"): TextMatch {
  const { operator, value } = token;
  if (operator !== "" && operator !== "=" && operator !== "~") {
    throw new FilterError(
      token.valueStart,
      token.end,
      `${operator} compares numbers, and this is text`,
      `To search for the characters themselves, quote them: ${quotedAgain(line, token)}`,
    );
  }
  const contains = operator === "" ? plain === "contains" : operator === "~";
  if (!value.some((piece) => !piece.quoted && piece.text.includes("*"))) {
    const text = plainText(value);
    if (text !== "" || !contains) return { op: contains ? "contains" : "equals", value: text };
    throw new FilterError(
      token.start,
      token.end,
      "Every text contains the empty text",
      "Leave the term out, or ask for an absent value: -name:*",
    );
  }
  const literal = value.find((piece) => piece.quoted && piece.text.includes("*"));
  if (literal !== undefined) {
    throw new FilterError(
      literal.start,
      literal.end,
      "A * in quotes is a plain character and cannot stand beside a * that means anything",
      "Quote the whole value, or take the * out of the quotes.",
    );
  }
  const pattern = collapse(plainText(value));
  if (pattern === "*") return { op: "exists" };
  return { op: "glob", pattern: contains ? collapse(`*${pattern}*`) : pattern };
}

/** Turns a value into a comparison of numbers: `500`, `>=500`, `4xx`, `500..599`, `>2s`, `10KiB..`. */
export function numberMatch(token: TermToken, name: string, unit: Unit): NumberMatch | { readonly op: "exists" } {
  const text = plainText(token.value);
  const operator = token.operator;
  const place = [token.valueStart, token.end] as const;
  if (operator === "~")
    throw new FilterError(...place, `~ searches in text, and ${name} is a number`, `Compare it: ${name}:>100 or ${name}:100..200`);
  if (operator === "") {
    if (text === "*") return { op: "exists" };
    const family = /^([1-5])xx$/i.exec(text);
    if (family !== null && unit === "count") return { op: "between", low: Number(family[1]) * 100, high: Number(family[1]) * 100 + 99 };
    const range = rangeMatch(text, unit);
    if (range === "empty")
      throw new FilterError(...place, `The range ${text} is empty`, "The smaller number comes first; both ends are included.");
    if (range !== undefined) return range;
  }
  const number = parseAmount(text, unit);
  if (number !== undefined) return { op: operator === "" ? "=" : operator, value: number };
  const bare = /^(\d+)k$/i.exec(text);
  const remedy =
    unit === "size" && bare !== null
      ? `Write ${bare[1]}KiB (1,024 bytes each) or ${bare[1]}kB (1,000).`
      : `Write ${name}:>N, ${name}:N..M${name === "status" ? ", status:5xx" : ""} or ${name}:*, where N is ${unitExamples[unit]}.`;
  throw new FilterError(...place, `${name} is compared with a number, and ${JSON.stringify(text)} is none`, remedy);
}

/** `low..high`, `low..`, `..high`, both ends included; undefined for anything else. */
export function rangeMatch(text: string, unit: Unit): NumberMatch | "empty" | undefined {
  const cut = text.indexOf("..");
  if (cut < 0) return undefined;
  const [from, to] = [text.slice(0, cut), text.slice(cut + 2)];
  const low = parseAmount(from, unit);
  const high = parseAmount(to, unit);
  if (low !== undefined && high !== undefined) return low <= high ? { op: "between", low, high } : "empty";
  if (low !== undefined && to === "") return { op: ">=", value: low };
  return high !== undefined && from === "" ? { op: "<=", value: high } : undefined;
}
