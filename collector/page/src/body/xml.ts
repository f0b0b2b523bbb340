/** Longer documents stay as they are: they are read as text. */
const INDENTED = 2_000_000;

/**
 * XML with one element a line. Only white space between elements changes; text stays with its element. Not a parser:
 * whatever is not well-formed comes out as it went in, a line for each tag.
 */
export function indentXml(text: string): string {
  if (text.length > INDENTED) return text;
  const tokens = text.match(/<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<[^>]*(?:>|$)|[^<]+/g) ?? [];
  const lines: string[] = [];
  let depth = 0;
  let open = false;
  for (const token of tokens) {
    const closes = token.startsWith("</");
    const opens = /^<[^/!?]/.test(token) && !token.endsWith("/>");
    if (!token.startsWith("<") || token.startsWith("<![CDATA[")) {
      if (token.trim() !== "") lines.push(`${open ? (lines.pop() ?? "") : "  ".repeat(depth)}${token.trim()}`);
      continue;
    }
    if (closes) depth = Math.max(0, depth - 1);
    if (closes && open) lines.push(`${lines.pop() ?? ""}${token}`);
    else lines.push("  ".repeat(Math.min(depth, 40)) + token);
    if (opens) depth++;
    open = opens;
  }
  return lines.join("\n");
}
