import { FilterError } from "./error.ts";

/** A run of characters, quoted or not, with its place in the line. */
export interface Piece {
  readonly text: string;
  readonly quoted: boolean;
  readonly start: number;
  readonly end: number;
}

export type Operator = "" | "=" | "~" | ">" | ">=" | "<" | "<=";

/** `field:value`, a bare word or a quoted text. `path` is empty for the latter two. */
export interface TermToken {
  readonly type: "term";
  readonly start: number;
  readonly end: number;
  /** The field's name, cut at dots outside quotes. */
  readonly path: readonly Piece[];
  readonly operator: Operator;
  readonly value: readonly Piece[];
  /** Where the value (operator included) begins. */
  readonly valueStart: number;
}

export type Token = TermToken | { readonly type: "open" | "close" | "minus" | "or" | "and"; readonly start: number; readonly end: number };

/** Longer lines are refused: a filter is typed by a person or made by a program for one. */
export const maxLineLength = 8192;

const escapes: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", n: "\n", r: "\r", t: "\t" };
const isSpace = (char: string): boolean => /\s/u.test(char);
const endsBare = (char: string): boolean => char === "(" || char === ")" || char === '"' || isSpace(char);

/** Reads the quoted text that starts at `start`. */
function quotedPiece(line: string, start: number): Piece {
  let text = "";
  let at = start + 1;
  while (at < line.length && line[at] !== '"') {
    if (line[at] !== "\\") {
      text += line[at];
      at++;
      continue;
    }
    const next = line[at + 1] ?? "";
    const plain = Object.hasOwn(escapes, next) ? escapes[next] : undefined;
    const hex = next === "u" ? /^[0-9a-f]{4}$/i.exec(line.slice(at + 2, at + 6)) : null;
    if (plain === undefined && hex === null) {
      throw new FilterError(
        at,
        Math.min(at + 2, line.length),
        `\\${next} is no escape`,
        'In quotes a backslash comes before ", \\, n, r, t or uXXXX; write \\\\ for the backslash itself.',
      );
    }
    text += plain ?? String.fromCharCode(Number.parseInt(hex?.[0] ?? "0", 16));
    at += plain === undefined ? 6 : 2;
  }
  if (at >= line.length)
    throw new FilterError(start, line.length, "The quote is not closed", 'Add a " at the end, or write \\" for a quote inside quotes.');
  return { text, quoted: true, start, end: at + 1 };
}

/** Reads one term as pieces, and where the first colon outside quotes is (-1: none). */
function readPieces(line: string, start: number): { pieces: Piece[]; colon: number; end: number } {
  const pieces: Piece[] = [];
  let colon = -1;
  let at = start;
  while (at < line.length) {
    const char = line[at] ?? "";
    if (char === "(" || char === ")" || isSpace(char)) break;
    if (char === '"') {
      const piece = quotedPiece(line, at);
      pieces.push(piece);
      at = piece.end;
      continue;
    }
    const from = at;
    while (at < line.length && !endsBare(line[at] ?? "")) at++;
    const text = line.slice(from, at);
    if (colon < 0 && text.includes(":")) colon = from + text.indexOf(":");
    pieces.push({ text, quoted: false, start: from, end: at });
  }
  return { pieces, colon, end: at };
}

/** The parts of `pieces` between two places of the line. */
function between(pieces: readonly Piece[], from: number, to: number): Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    if (piece.quoted) {
      if (piece.start >= from && piece.end <= to) out.push(piece);
      continue;
    }
    const start = Math.max(piece.start, from);
    const end = Math.min(piece.end, to);
    if (start < end) out.push({ text: piece.text.slice(start - piece.start, end - piece.start), quoted: false, start, end });
  }
  return out;
}

/** Cuts a field's name at its dots; a quoted part is one segment with the dots that it holds. */
function pathOf(pieces: readonly Piece[], start: number): Piece[] {
  const path: Piece[] = [];
  let open: Piece = { text: "", quoted: false, start, end: start };
  for (const piece of pieces) {
    if (piece.quoted) {
      open = { text: open.text + piece.text, quoted: true, start: open.start, end: piece.end };
      continue;
    }
    let from = piece.start;
    for (const [index, part] of piece.text.split(".").entries()) {
      if (index > 0) {
        path.push(open);
        open = { text: "", quoted: false, start: from, end: from };
      }
      open = { text: open.text + part, quoted: open.quoted, start: open.start, end: from + part.length };
      from += part.length + 1;
    }
  }
  path.push(open);
  return path;
}

function operatorOf(value: readonly Piece[]): { operator: Operator; rest: readonly Piece[] } {
  const first = value[0];
  if (first === undefined || first.quoted) return { operator: "", rest: value };
  const found = /^(?:>=|<=|>|<|=|~)/.exec(first.text)?.[0] ?? "";
  if (found === "") return { operator: "", rest: value };
  const rest: Piece = { ...first, text: first.text.slice(found.length), start: first.start + found.length };
  return { operator: found as Operator, rest: rest.text === "" ? value.slice(1) : [rest, ...value.slice(1)] };
}

function termToken(line: string, start: number): Token {
  const { pieces, colon, end } = readPieces(line, start);
  const only = pieces.length === 1 && pieces[0]?.quoted === false ? pieces[0].text : "";
  if (only === "or" || only === "OR") return { type: "or", start, end };
  if (only === "and" || only === "AND") return { type: "and", start, end };
  if (only === "NOT") return { type: "minus", start, end };
  // A pasted address is text: no field is called http.
  const address = /^https?$/i.test(line.slice(start, Math.max(colon, start))) && line.startsWith("//", colon + 1);
  if (colon <= start || pieces[0]?.quoted === true || address) {
    return { type: "term", start, end, path: [], operator: "", value: pieces, valueStart: start };
  }
  const { operator, rest } = operatorOf(between(pieces, colon + 1, end));
  return { type: "term", start, end, path: pathOf(between(pieces, start, colon), start), operator, value: rest, valueStart: colon + 1 };
}

/**
 * Cuts a filter line into tokens.
 * @throws FilterError for an open quote, an unknown escape, or a line longer than `maxLineLength`.
 */
export function tokens(line: string): Token[] {
  if (line.length > maxLineLength) {
    throw new FilterError(
      maxLineLength,
      line.length,
      `The filter is ${line.length} characters long; at most ${maxLineLength} are read`,
      "Ask for less at once.",
    );
  }
  const out: Token[] = [];
  let at = 0;
  while (at < line.length) {
    const char = line[at] ?? "";
    if (isSpace(char)) at++;
    else if (char === "(" || char === ")") out.push({ type: char === "(" ? "open" : "close", start: at, end: ++at });
    else if (char === "-") out.push({ type: "minus", start: at, end: ++at });
    else {
      const token = termToken(line, at);
      out.push(token);
      at = token.end;
    }
  }
  return out;
}
