import type { CallFilter, Filter, NumberMatch, TextMatch } from "../../store/filter.ts";
import { specOf, type Unit } from "./fields.ts";
import { printAmount } from "./units.ts";

/**
 * The line that `parseFilter` reads back as the same filter: one spelling per meaning, times absolute (so that a
 * link made from it keeps showing the same calls). "" for a filter that takes every call.
 */
export function printFilter(filter: CallFilter): string {
  const parts: string[] = [];
  if (filter.where.kind !== "all")
    parts.push(filter.where.kind === "or" && hasRange(filter) ? `(${print(filter.where)})` : print(filter.where));
  if (filter.range.from !== undefined) parts.push(`from:${printMoment(filter.range.from)}`);
  if (filter.range.to !== undefined) parts.push(`to:${printMoment(filter.range.to)}`);
  return parts.join(" ");
}

const hasRange = (filter: CallFilter): boolean => filter.range.from !== undefined || filter.range.to !== undefined;

function printMoment(milliseconds: number): string {
  const date = new Date(milliseconds);
  return date.getUTCFullYear() >= 0 && date.getUTCFullYear() <= 9999 ? date.toISOString() : String(milliseconds);
}

function print(filter: Filter): string {
  switch (filter.kind) {
    case "all":
      return "*";
    case "or":
      return filter.terms.map((term) => print(term)).join(" or ");
    case "and":
      return filter.terms.map((term) => (term.kind === "or" ? `(${print(term)})` : print(term))).join(" ");
    case "not":
      return filter.term.kind === "and" || filter.term.kind === "or" ? `-(${print(filter.term)})` : `-${print(filter.term)}`;
    case "exists":
      return `${specOf(filter.field).name}:*`;
    case "number": {
      const spec = specOf(filter.field);
      return `${spec.name}:${printNumber(filter.match, spec.kind === "number" ? spec.unit : "count", filter.field === "status")}`;
    }
    case "keyed":
      return `${filter.field === "tag" ? "tag" : `${filter.field === "request.header" ? "req" : "res"}.headers`}.${keyPath(filter.key)}:${printText(filter.match, "equals")}`;
    case "json":
      return `${filter.side === "request" ? "req" : "res"}.${jsonPath(filter.path)}:${printJson(filter.match)}`;
    case "text":
      return printTextField(filter);
  }
}

function printTextField(filter: Extract<Filter, { kind: "text" }>): string {
  const spec = specOf(filter.field);
  const value = printText(filter.match, spec.kind === "text" ? spec.plain : "equals");
  if (filter.field !== "any" || /^[=~*]/.test(value)) return `${spec.name}:${value}`;
  const readsBack =
    value.startsWith('"') || (/^[\p{L}\p{N}_/.]/u.test(value) && !/[:=<>~!]/.test(value) && !/^(?:or|and|not)$/i.test(value));
  if (readsBack) return value;
  return filter.match.op === "contains" ? quote(filter.match.value) : `any:${value}`;
}

function printNumber(match: NumberMatch, unit: Unit, families: boolean): string {
  if (match.op !== "between") return `${match.op === "=" ? "" : match.op}${printAmount(match.value, unit)}`;
  const family = match.low / 100;
  if (families && Number.isInteger(family) && family >= 1 && family <= 5 && match.high === match.low + 99) return `${family}xx`;
  return `${printAmount(match.low, unit)}..${printAmount(match.high, unit)}`;
}

function printJson(match: TextMatch | NumberMatch): string {
  switch (match.op) {
    case "equals":
    case "contains":
    case "glob":
    case "exists":
      return printText(match, "equals");
    case "=":
      return `=${match.value}`;
    default:
      return printNumber(match, "count", false);
  }
}

function printText(match: TextMatch, plain: "equals" | "contains"): string {
  switch (match.op) {
    case "exists":
      return "*";
    case "glob":
      return printGlob(match.pattern, plain);
    default:
      return `${match.op === plain ? "" : match.op === "equals" ? "=" : "~"}${bareOrQuoted(match.value)}`;
  }
}

/** In a field that is searched, `a*b` already means `*a*b*`; a glob of the whole text is written `=a*b`. */
function printGlob(pattern: string, plain: "equals" | "contains"): string {
  const inner = pattern.slice(1, -1);
  const searched = plain === "contains" && pattern.startsWith("*") && pattern.endsWith("*") && /^[^*].*\*.*[^*]$/s.test(inner);
  const shown = searched ? inner : pattern;
  const value = shown
    .split("*")
    .map((part) => (part === "" ? "" : bareOrQuoted(part)))
    .join("*");
  return plain === "equals" || searched ? value : `=${value}`;
}

function bareOrQuoted(value: string): string {
  const plain = /^[\p{L}\p{N}_/.@{+][\p{L}\p{N}_/.@{}+:;,%&?#$|=-]*$/u.test(value);
  const looksLikeRange = value.includes("..") && /\d/.test(value);
  return plain && !looksLikeRange ? value : quote(value);
}

function quote(value: string): string {
  const escaped = value.replace(/["\\]/g, String.raw`\$&`).replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu, (char) => escapeChar(char));
  return `"${escaped}"`;
}

const named: Readonly<Record<string, string>> = { "\n": String.raw`\n`, "\r": String.raw`\r`, "\t": String.raw`\t` };
const escapeChar = (char: string): string => named[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;

const bareKey = /^[\p{L}\p{N}_$@-]+$/u;
const keyPath = (key: string): string => (key.split(".").every((part) => bareKey.test(part)) ? key : quote(key));

function jsonPath(path: readonly string[]): string {
  return path
    .map((key, index) => (bareKey.test(key) && !(index === 0 && /^(?:headers|body|size)$/i.test(key)) ? key : quote(key)))
    .join(".");
}
