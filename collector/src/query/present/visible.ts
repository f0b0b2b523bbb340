/**
 * Characters that show nothing, move the cursor, or change the order in which text is read. In a terminal they are
 * commands; on a page they let a payload look like what it is not (Unicode TR36, "Trojan Source").
 */
const invisible =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
const everyInvisible = new RegExp(invisible, "gu");

/** Joins emoji and some scripts' letters; alone it deceives nobody, so it stays where letters stand around it. */
const joinedBy = /(?<=[\p{L}\p{M}\p{Extended_Pictographic}\p{EMod}\ufe0f])[\u200c\u200d](?=[\p{L}\p{Extended_Pictographic}])/gu;

/** One character, made visible: control pictures for C0 (`␛`), else its code point (`‹U+202E›`). */
export function visibleCharacter(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `‹U+${code.toString(16).toUpperCase().padStart(4, "0")}›`;
}

/** The characters of a text that must be made visible, with their places, in order. `keep` as for `visible`. */
export function* invisibleIn(text: string, keep = ""): Generator<{ readonly index: number; readonly char: string }> {
  if (!invisible.test(text)) return;
  const joiners = new Set<number>();
  for (const found of text.matchAll(joinedBy)) joiners.add(found.index);
  for (const { 0: char, index } of text.matchAll(everyInvisible)) if (!keep.includes(char) && !joiners.has(index)) yield { index, char };
}

/**
 * Text of others, safe to show: no terminal command, no hidden or reordering character is left.
 * @param keep Characters that may stay, for example `"\n\t"` where lines are shown as lines.
 */
export function visible(text: string, keep = ""): string {
  let shown = "";
  let from = 0;
  for (const { index, char } of invisibleIn(text, keep)) {
    shown += text.slice(from, index) + visibleCharacter(char);
    from = index + char.length;
  }
  return from === 0 ? text : shown + text.slice(from);
}
