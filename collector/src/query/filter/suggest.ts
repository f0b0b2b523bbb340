import type { FieldSpec } from "./fields.ts";
import { fieldNamed, fields, prefixes } from "./fields.ts";

/** One thing to put at the cursor. */
export interface Suggestion {
  /** What replaces the line from `start` to `end`. */
  readonly text: string;
  /** `field` leaves the cursor behind a colon; `value` and `operator` finish a term. */
  readonly kind: "field" | "value" | "operator";
  readonly about: string;
}

/** Suggestions for one place of a line; `start` and `end` (excluded) in UTF-16 units. */
export interface Suggestions {
  readonly start: number;
  readonly end: number;
  readonly items: readonly Suggestion[];
}

/** Values seen lately, most recent first; [] where none are known. */
export type KnownValues = (field: string) => readonly string[];

const limit = 20;

/**
 * What can be written where the cursor stands, best first, at most 20.
 * @param known Live values of text fields, so that hosts and services complete.
 */
export function suggest(line: string, cursor: number, known: KnownValues = () => []): Suggestions {
  const { start, end } = termAt(line, Math.max(0, Math.min(cursor, line.length)));
  const written = line.slice(start, Math.min(cursor, end));
  const colon = written.indexOf(":");
  if (written.startsWith('"')) return { start, end, items: [] };
  if (colon < 0) return { start, end, items: names(written, line.slice(0, start)).slice(0, limit) };
  const spec = fieldNamed(written.slice(0, colon));
  const items = spec === undefined ? [] : values(spec, written.slice(colon + 1), known);
  return { start: start + colon + 1, end, items: items.slice(0, limit) };
}

/** The term that the cursor stands in or behind, without its `-`. */
function termAt(line: string, cursor: number): { start: number; end: number } {
  let start = 0;
  let quoted = false;
  for (let at = 0; at < cursor; at++) {
    const char = line[at] ?? "";
    if (quoted && char === "\\") at++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && (/\s/.test(char) || char === "(" || char === ")")) start = at + 1;
  }
  if (line[start] === "-" && start < cursor) start++;
  let end = cursor;
  while (end < line.length && (quoted || !/[\s()]/.test(line[end] ?? ""))) {
    if (quoted && line[end] === '"') quoted = false;
    end++;
  }
  return { start, end };
}

function names(written: string, before: string): Suggestion[] {
  const typed = written.toLowerCase();
  const all: Suggestion[] = [
    ...fields.map((spec): Suggestion => ({ text: `${spec.name}:`, kind: "field", about: `${spec.about} – ${spec.example}` })),
    ...prefixes.map((spec): Suggestion => ({ text: spec.prefix, kind: "field", about: `${spec.about} – ${spec.example}` })),
  ];
  if (/[^\s(]\s+$/.test(before)) all.push({ text: "or", kind: "operator", about: "either side" });
  const starts = all.filter((item) => item.text.startsWith(typed));
  // A part inside a name is offered only where no name begins so: "size" finds req.size.
  return starts.length > 0 ? starts : all.filter((item) => item.text.includes(typed));
}

function values(spec: FieldSpec, written: string, known: KnownValues): Suggestion[] {
  const typed = written.replace(/^[=~"]+/, "").toLowerCase();
  const fixed = spec.kind === "text" ? [...(spec.values ?? []), ...(spec.common ?? [])] : [...(spec.common ?? [])];
  const seen = spec.kind === "text" ? known(spec.name) : [];
  const offered = new Map<string, Suggestion>();
  for (const value of [...seen, ...fixed]) {
    const found = value.toLowerCase().indexOf(typed);
    if (found < 0 || value.toLowerCase() === written.toLowerCase()) continue;
    const text = /[\s()"]/.test(value) ? JSON.stringify(value) : value;
    if (!offered.has(text)) offered.set(text, { text, kind: "value", about: seen.includes(value) ? "seen lately" : "" });
  }
  if (spec.kind === "text" && spec.values === undefined && written === "")
    offered.set("*", { text: "*", kind: "value", about: "any value" });
  const items = [...offered.values()];
  return [
    ...items.filter((item) => item.text.toLowerCase().startsWith(typed)),
    ...items.filter((item) => !item.text.toLowerCase().startsWith(typed)),
  ];
}
