import type { TextMatch } from "../filter.ts";
import type { Binder } from "./binder.ts";

export interface TextOptions {
  /** Compared exactly instead of without regard to case. */
  readonly exact: boolean;
  /** The column's whole words in lower case are in a bloom filter. */
  readonly indexed: boolean;
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/** ASCII case folding costs a quarter of Unicode's, so the latter is for texts that need it. */
export function lower(expression: string, value: string): string {
  return isAscii(value) ? `lower(${expression})` : `lowerUTF8(${expression})`;
}

const wordCharacter = /[0-9A-Za-z\u0080-\uffff]/;

/**
 * Words of `text` that must stand as whole words wherever the text stands, in lower case: those with a separator of
 * the text's own on both sides, and at the open ends only where the match ends there too. ASCII only, because the
 * index folds ASCII case only.
 */
export function wholeWords(text: string, anchoredStart: boolean, anchoredEnd: boolean): readonly string[] {
  const words: string[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && wordCharacter.test(text[at] ?? "")) continue;
    const word = text.slice(start, at);
    const whole = (start > 0 || anchoredStart) && (at < text.length || anchoredEnd);
    if (word !== "" && whole && isAscii(word)) words.push(word.toLowerCase());
    start = at + 1;
  }
  // More than a few words rule out no more granules and cost a look-up each.
  return words.toSorted((a, b) => b.length - a.length).slice(0, 4);
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

/** `hasToken` conditions that the index on `lower(column)` answers; `match` itself still decides. */
export function wordConditions(column: string, words: readonly string[], bind: Binder): readonly string[] {
  return words.map((word) => `hasToken(lower(${column}), ${bind.string(word)})`);
}

function prefiltered(column: string, words: readonly string[], condition: string, bind: Binder): string {
  if (words.length === 0) return condition;
  return `(${[...wordConditions(column, words, bind), condition].join(" AND ")})`;
}

/** The condition that a text expression matches. */
export function textCondition(expression: string, match: TextMatch, bind: Binder, options: TextOptions): string {
  switch (match.op) {
    case "exists":
      return `notEmpty(${expression})`;
    case "equals": {
      if (options.exact) return `${expression} = ${bind.string(match.value)}`;
      const words = options.indexed ? wholeWords(match.value, true, true) : [];
      const folded = isAscii(match.value) ? match.value.toLowerCase() : match.value;
      const value = isAscii(match.value) ? bind.string(folded) : `lowerUTF8(${bind.string(folded)})`;
      return prefiltered(expression, words, `${lower(expression, match.value)} = ${value}`, bind);
    }
    case "contains": {
      if (match.value === "") return "1";
      const words = options.indexed ? wholeWords(match.value, false, false) : [];
      const find = isAscii(match.value) ? "positionCaseInsensitive" : "positionCaseInsensitiveUTF8";
      return prefiltered(expression, words, `${find}(${expression}, ${bind.string(match.value)}) > 0`, bind);
    }
    case "glob": {
      const parts = match.pattern.split("*");
      const words = options.indexed ? parts.flatMap((part, index) => wholeWords(part, index === 0, index === parts.length - 1)) : [];
      return prefiltered(expression, words, `${expression} ILIKE ${bind.string(parts.map(escapeLike).join("%"))}`, bind);
    }
  }
}
