import type { Filter, KeyedField } from "../../store/filter.ts";
import { FilterError } from "./error.ts";
import { type FieldSpec, type TextFieldSpec, fieldNamed, fields, prefixes, specOf } from "./fields.ts";
import type { Piece, TermToken } from "./lexer.ts";
import { nearest } from "./nearest.ts";
import { parseAmount } from "./units.ts";
import { checkValue, numberMatch, plainText, rangeMatch, textMatch } from "./value.ts";

const sides: Readonly<Record<string, "request" | "response">> = {
  req: "request",
  request: "request",
  res: "response",
  response: "response",
};

/** Names that a mistyped field may have meant. */
const fieldNames = [...fields.map((spec) => spec.name), ...prefixes.map((spec) => spec.name.replace(/<.*/, ""))];

/** The time field that a term names, or undefined: those hold for the whole line, not for their place in it. */
export function timeFieldOf(token: TermToken): Extract<FieldSpec, { kind: "time" }> | undefined {
  const [first] = token.path;
  if (token.path.length !== 1 || first === undefined || first.quoted) return undefined;
  const spec = fieldNamed(first.text);
  return spec?.kind === "time" ? spec : undefined;
}

/**
 * What one term asks for.
 * @throws FilterError for an unknown field or a value that the field cannot have.
 */
export function termFilter(line: string, token: TermToken): Filter {
  if (token.path.length === 0) return bareWord(line, token);
  checkValue(line, token);
  const first = token.path[0];
  const plain = token.path.every((segment) => !segment.quoted);
  const spec = plain ? fieldNamed(token.path.map((segment) => segment.text).join(".")) : undefined;
  if (spec?.kind === "number") {
    const match = numberMatch(token, spec.name, spec.unit);
    return match.op === "exists" ? { kind: "exists", field: spec.field } : { kind: "number", field: spec.field, match };
  }
  if (spec?.kind === "text") return textFilter(line, token, spec);
  const side = first !== undefined && !first.quoted ? sides[first.text.toLowerCase()] : undefined;
  if (side !== undefined && token.path.length > 1) return sideFilter(line, token, side);
  if (first?.quoted === false && first.text.toLowerCase() === "tag" && token.path.length > 1) return keyed(line, token, "tag", 1);
  throw unknownField(line, token);
}

function bareWord(line: string, token: TermToken): Filter {
  checkValue(line, token);
  const only = token.value.length === 1 && token.value[0]?.quoted === false ? token.value[0].text : "";
  const [, name = "", operator = "", rest = ""] = /^([a-z_.]+)(!=|>=|<=|=|>|<|~)(.*)$/i.exec(only) ?? [];
  const spec = name === "" ? undefined : fieldNamed(name);
  if (spec !== undefined) {
    const meant = operator === "!=" ? `-${spec.name}:${rest}` : `${spec.name}:${operator === "=" ? "" : operator}${rest}`;
    throw new FilterError(
      token.start,
      token.end,
      `A field is followed by a colon`,
      `Write ${meant} – or quote the text to search for it: ${JSON.stringify(only)}`,
    );
  }
  if (only !== "" && /^\*+$/.test(only)) return { kind: "all" };
  return textFilter(line, token, specOf("any") as TextFieldSpec);
}

function textFilter(line: string, token: TermToken, spec: TextFieldSpec): Filter {
  const match = textMatch(line, token, spec.plain);
  if (match.op === "exists") return spec.field === "any" ? { kind: "all" } : { kind: "exists", field: spec.field };
  if (match.op === "equals" && spec.values !== undefined && !spec.values.includes(match.value.toLowerCase())) {
    const meant = nearest(match.value, spec.values);
    throw new FilterError(
      token.valueStart,
      token.end,
      `${spec.name} is never ${JSON.stringify(match.value)}`,
      `${meant === undefined ? "" : `Did you mean ${meant}? `}It is one of: ${spec.values.join(", ")}.`,
    );
  }
  if (spec.hex !== true) return { kind: "text", field: spec.field, match };
  const lower =
    match.op === "glob" ? { op: match.op, pattern: match.pattern.toLowerCase() } : { op: match.op, value: match.value.toLowerCase() };
  return { kind: "text", field: spec.field, match: lower };
}

function keyed(line: string, token: TermToken, field: KeyedField, skip: number): Filter {
  const name = token.path
    .slice(skip)
    .map((segment) => segment.text)
    .join(".");
  const shown = field === "tag" ? "tag.<key>" : "headers.<name>";
  if (name === "")
    throw new FilterError(
      token.start,
      token.valueStart,
      `${line.slice(token.start, token.valueStart)} names no key`,
      `Write ${shown}:value`,
    );
  return { kind: "keyed", field, key: field === "tag" ? name : name.toLowerCase(), match: textMatch(line, token, "equals") };
}

/** `req.…` and `res.…`: header fields, else a path in the JSON body. `res.body.x` is `res.x`, `res."body".x` the key. */
function sideFilter(line: string, token: TermToken, side: "request" | "response"): Filter {
  const second = token.path[1];
  const reserved = second?.quoted === false ? second.text.toLowerCase() : "";
  if (reserved === "headers") {
    if (token.path.length > 2) return keyed(line, token, side === "request" ? "request.header" : "response.header", 2);
    throw new FilterError(token.start, token.valueStart, "Which header field?", `Write ${token.path[0]?.text}.headers.content-type:value`);
  }
  const path = token.path.slice(reserved === "body" ? 2 : 1);
  const empty = path.find((segment: Piece) => segment.text === "" && !segment.quoted);
  if (empty !== undefined) {
    throw new FilterError(
      token.start,
      token.valueStart,
      `${line.slice(token.start, token.valueStart)} names an empty key`,
      'Keys stand between single dots: res.error.code. Quote a key that holds a dot: res."a.b"',
    );
  }
  return { kind: "json", side, path: path.map((segment) => segment.text), match: jsonMatch(line, token) };
}

/** A JSON value is compared as number with `>`, `>=`, `<`, `<=`, `=42`, `1..5`; else as text. */
function jsonMatch(line: string, token: TermToken): Extract<Filter, { kind: "json" }>["match"] {
  const { operator, value } = token;
  const text = plainText(value);
  const bare = value.every((piece) => !piece.quoted);
  if (operator === ">" || operator === ">=" || operator === "<" || operator === "<=") {
    const match = numberMatch(token, line.slice(token.start, token.valueStart - 1), "count");
    if (match.op !== "exists") return match;
  }
  const number = parseAmount(text, "count");
  if (operator === "=" && bare && number !== undefined) return { op: "=", value: number };
  const range = operator === "" && bare ? rangeMatch(text, "count") : undefined;
  if (range !== undefined && range !== "empty") return range;
  return textMatch(line, token, "equals");
}

function unknownField(line: string, token: TermToken): FilterError {
  const written = line.slice(token.start, token.valueStart - 1);
  const meant = nearest(written, fieldNames);
  const search = `To search for the text, quote it: ${JSON.stringify(line.slice(token.start, token.end).replaceAll('"', ""))}`;
  return new FilterError(
    token.start,
    token.valueStart - 1,
    `There is no field ${JSON.stringify(written)}`,
    meant === undefined
      ? `${search}. Fields: ${fieldNames.join(", ")}.`
      : `Did you mean ${meant}${meant.endsWith(".") ? "<key>" : ""}? ${search}`,
  );
}
