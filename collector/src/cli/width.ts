const segments = new Intl.Segmenter("en", { granularity: "grapheme" });
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const emoji = /^\p{Emoji_Presentation}|\ufe0f/u;
const mark = /^\p{M}+$/u;
/** Nearly every text: one column a character. */
const narrow = /^[ -~\u00a0-\u02ff\u2500-\u25ff]*$/;

function graphemeWidth(grapheme: string): number {
  if (mark.test(grapheme)) return 0;
  return wide.test(grapheme) || emoji.test(grapheme) ? 2 : 1;
}

/** Columns that a text without control characters takes in a terminal (Unicode UAX 11: wide and full-width take two). */
export function width(text: string): number {
  if (narrow.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of segments.segment(text)) columns += graphemeWidth(segment);
  return columns;
}

/** The text in at most `columns`; what is left out is one `…`, at the end or in the middle. */
export function fit(text: string, columns: number, where: "end" | "middle" = "end"): string {
  if (width(text) <= columns) return text;
  if (columns <= 1) return "…".slice(0, Math.max(0, columns));
  // Only so many graphemes can matter; the rest of a long text need not be cut up.
  const head = where === "end" ? columns - 1 : Math.ceil((columns - 1) / 2);
  const front = take(text.slice(0, columns * 16), head);
  if (where === "end") return `${front}…`;
  return `${front}…${takeLast(text.slice(-columns * 16), columns - 1 - width(front))}`;
}

/** Fills up with spaces to exactly `columns`, or cuts. */
export function pad(text: string, columns: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, columns - width(text)));
  return align === "left" ? text + space : space + text;
}

function take(text: string, columns: number): string {
  let out = "";
  let used = 0;
  for (const { segment } of segments.segment(text)) {
    used += graphemeWidth(segment);
    if (used > columns) break;
    out += segment;
  }
  return out;
}

function takeLast(text: string, columns: number): string {
  const parts = [...segments.segment(text)].map(({ segment }) => segment);
  let used = 0;
  let from = parts.length;
  while (from > 0) {
    used += graphemeWidth(parts[from - 1] ?? "");
    if (used > columns) break;
    from--;
  }
  return parts.slice(from).join("");
}
