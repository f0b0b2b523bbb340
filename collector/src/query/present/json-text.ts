/**
 * Indents JSON without reading it into values: numbers keep their digits (`1.0`, 64-bit ids), keys their order and
 * repetitions, and a document that was cut is shown as far as it goes. One pass, no recursion, whatever the depth.
 * @returns undefined for text that does not begin like an object or array.
 */
export function prettyJson(text: string, indent = 2): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const out: string[] = [];
  const token = /"(?:[^"\\]|\\.)*"?|[[\]{},:]|[^\s"[\]{},:]+/gs;
  let depth = 0;
  let before = "";
  for (const [part] of text.matchAll(token)) {
    const closes = part === "}" || part === "]";
    if (closes) depth = Math.max(0, depth - 1);
    const opened = before === "{" || before === "[";
    if (closes ? !opened : opened || before === ",") out.push("\n", " ".repeat(indent * Math.min(depth, 64)));
    else if (before !== "" && before !== ":" && part !== "," && part !== ":" && !closes) out.push(" ");
    out.push(part === ":" ? ": " : part);
    if (part === "{" || part === "[") depth++;
    before = part;
  }
  return out.join("");
}
