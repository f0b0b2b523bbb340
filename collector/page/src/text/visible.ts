import { invisibleIn, visible } from "../../../src/query/present/visible.ts";

/** A piece of text as it is shown. */
export type Piece =
  | { readonly kind: "plain"; readonly text: string }
  /** A character that must not act on the page but be seen; `shown` stands for it, `name` tells which it is. */
  | { readonly kind: "hidden"; readonly shown: string; readonly name: string }
  /** What redaction put in the place of a secret; `rule` found it. */
  | { readonly kind: "redacted"; readonly text: string; readonly rule: string };

/** Abbreviations of the C0 controls (ISO 6429), from 0 on; few fonts have the pictures that Unicode has for them. */
const CONTROLS =
  "NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US".split(" ");

const NAMES: Readonly<Record<number, string>> = {
  0x00: "null",
  0x07: "bell",
  0x08: "backspace",
  0x0d: "carriage return",
  0x1b: "escape",
  0x7f: "delete",
  0xad: "soft hyphen",
  0x61c: "Arabic letter mark",
  0x200b: "zero width space",
  0x200c: "zero width non-joiner",
  0x200d: "zero width joiner",
  0x200e: "left-to-right mark",
  0x200f: "right-to-left mark",
  0x2028: "line separator",
  0x2029: "paragraph separator",
  0x202a: "left-to-right embedding",
  0x202b: "right-to-left embedding",
  0x202c: "pop directional formatting",
  0x202d: "left-to-right override",
  0x202e: "right-to-left override",
  0x2060: "word joiner",
  0x2066: "left-to-right isolate",
  0x2067: "right-to-left isolate",
  0x2068: "first strong isolate",
  0x2069: "pop directional isolate",
  0xfeff: "byte order mark",
};

function hidden(char: string): Piece {
  const code = char.codePointAt(0) ?? 0;
  const number = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  const name = NAMES[code];
  return { kind: "hidden", shown: CONTROLS[code] ?? number, name: name === undefined ? number : `${number} ${name}` };
}

const REDACTED = /\[redacted:([\w.-]{1,64})\]/g;

/** Cuts out what redaction put in. */
function* redactions(text: string): Generator<Piece> {
  let from = 0;
  for (const found of text.matchAll(REDACTED)) {
    if (found.index > from) yield { kind: "plain", text: text.slice(from, found.index) };
    yield { kind: "redacted", text: found[0], rule: found[1] ?? "" };
    from = found.index + found[0].length;
  }
  if (from < text.length) yield { kind: "plain", text: text.slice(from) };
}

/** Splits text so that nothing in it can act unseen. Tab and line feed stay as they are. */
export function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const { index, char } of invisibleIn(text, "\n\t")) {
    found.push(...redactions(text.slice(from, index)), hidden(char));
    from = index + char.length;
  }
  found.push(...redactions(text.slice(from)));
  return found;
}

/** The same for places that take a string only: titles and labels. */
export function visiblePlain(text: string): string {
  return visible(text, "\n\t");
}
