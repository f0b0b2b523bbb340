import { quoteValue } from "../../filter/terms.ts";
import { type JsonScan, NodeKind } from "./scan.ts";
import { isContainer } from "./tree.ts";

/** The text that a JSON string stands for; as written where its escapes are wrong or its end is missing. */
export function decoded(source: string): string {
  // Most strings have no escape.
  if (!source.includes("\\") && source.endsWith('"') && source.length > 1) return source.slice(1, -1);
  try {
    return JSON.parse(source) as string;
  } catch {
    return source.replace(/^"/, "").replace(/"$/, "");
  }
}

/** Members counted at most, for the label of a folded container. */
const COUNTED = 10_000;

/** `3 items`, `1 field`, `10,000+ items`. */
export function countLabel(scan: JsonScan, node: number): string {
  let count = 0;
  for (let child = node + 1; child < scan.next(node) && count < COUNTED; child = scan.next(child)) count++;
  const noun = scan.kind(node) === NodeKind.array ? "item" : "field";
  return `${count.toLocaleString("en-US")}${count === COUNTED ? "+" : ""} ${noun}${count === 1 ? "" : "s"}`;
}

const PREVIEWED = 6;
const PREVIEW_TEXT = 32;

function brief(scan: JsonScan, node: number): string {
  const kind = scan.kind(node);
  if (kind === NodeKind.object) return scan.next(node) === node + 1 ? "{}" : "{…}";
  if (kind === NodeKind.array) return scan.next(node) === node + 1 ? "[]" : "[…]";
  const source = scan.source(node);
  if (kind !== NodeKind.string || source.length <= PREVIEW_TEXT) return source;
  return `${source.slice(0, PREVIEW_TEXT)}…"`;
}

/** What a folded container holds, in short: `id: 0, sku: "SKU-0", price: {…}, …`. */
export function preview(scan: JsonScan, node: number): string {
  const parts: string[] = [];
  for (let child = node + 1; child < scan.next(node); child = scan.next(child)) {
    if (parts.length === PREVIEWED) return [...parts, "…"].join(", ");
    const key = scan.keySource(child);
    parts.push(key === "" ? brief(scan, child) : `${decoded(key).slice(0, PREVIEW_TEXT)}: ${brief(scan, child)}`);
  }
  return parts.join(", ");
}

/** Names and indexes that lead to a node, outermost first. */
export function pathTo(scan: JsonScan, node: number): readonly string[] {
  const path: string[] = [];
  let container = 0;
  while (container < node) {
    let index = 0;
    let child = container + 1;
    while (scan.next(child) <= node) {
      child = scan.next(child);
      index++;
    }
    path.push(scan.kind(container) === NodeKind.array ? String(index) : decoded(scan.keySource(child)));
    container = child;
  }
  return path;
}

/** Words that mean something else right after `req.` and `res.`. */
const TAKEN = new Set(["headers", "body", "size"]);

function segment(name: string, index: number): string {
  return /^[\p{L}\p{N}_-]+$/u.test(name) && !(index === 0 && TAKEN.has(name.toLowerCase())) ? name : JSON.stringify(name);
}

/** The filter term for "all calls with this value at this place"; undefined for what the language cannot ask. */
export function termFor(scan: JsonScan, node: number, side: "request" | "response"): string | undefined {
  const path = pathTo(scan, node);
  if (isContainer(scan, node) || path.length === 0) return undefined;
  const field = `${side === "request" ? "req" : "res"}.${path.map(segment).join(".")}`;
  const source = scan.source(node);
  if (scan.kind(node) === NodeKind.number) return `${field}:=${source}`;
  const value = scan.kind(node) === NodeKind.string ? decoded(source) : source;
  return value === "" || value.length > 200 ? undefined : `${field}:${quoteValue(value)}`;
}
