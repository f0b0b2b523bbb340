/**
 * Indents JSON without reading it into values: numbers keep their digits (`1.0`, 64-bit ids), keys their order and
 * repetitions, and a document that was cut is shown as far as it goes. One pass, no recursion, whatever the depth.
 * @returns undefined for text that does not begin like an object or array.
 */
export function prettyJson(text: string, indent = 2): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  let out = "";
  let depth = 0;
  let before = "";
  let at = 0;
  while (at < text.length) {
    const end = tokenEnd(text, at);
    const part = text.slice(at, end);
    at = end;
    if (/^\s/.test(part)) continue;
    const closes = part === "}" || part === "]";
    if (closes) depth = Math.max(0, depth - 1);
    const opened = before === "{" || before === "[";
    if (closes ? !opened : opened || before === ",") out += lineStart(indent * Math.min(depth, deepestIndent));
    else if (before !== "" && before !== ":" && part !== "," && part !== ":" && !closes) out += " ";
    out += part === ":" ? ": " : part;
    if (part === "{" || part === "[") depth++;
    before = part;
  }
  return out;
}

/** Deeper levels stay at this indentation: a hostile document would otherwise become a quadratic one. */
const deepestIndent = 64;
const lineStarts: string[] = [];
const lineStart = (spaces: number): string => (lineStarts[spaces] ??= `\n${" ".repeat(spaces)}`);

const run = /[^"[\]{},:\s]+|\s+/y;

/** Where the string, sign, literal or white space ends that starts at `at`. */
function tokenEnd(text: string, at: number): number {
  if (text[at] === '"') return stringEnd(text, at);
  run.lastIndex = at;
  return run.test(text) ? run.lastIndex : at + 1;
}

function stringEnd(text: string, start: number): number {
  let at = start;
  for (;;) {
    at = text.indexOf('"', at + 1);
    if (at < 0) return text.length;
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}
