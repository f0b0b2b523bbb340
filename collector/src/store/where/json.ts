import type { NumberMatch, TextMatch } from "../filter.ts";
import type { Binder } from "./binder.ts";
import { numberCondition } from "./number.ts";
import { textCondition, wholeWords, wordConditions } from "./text.ts";

/** Characters that every JSON writer leaves as they are; some escape `<`, `&`, `+` or `'` as \u00XX. */
const neverEscaped = /^[\w .:@$,;()-]*$/;
const index = /^\d{1,9}$/;

/** More readings of one path than this are not tried: each index doubles them. */
const mostReadings = 8;

type Key = { readonly member: string } | { readonly element: number };

/** A number in a path is an index of an array or a key of an object: every reading of the path. */
function readings(path: readonly string[]): readonly (readonly Key[])[] {
  let all: (readonly Key[])[] = [[]];
  for (const part of path) {
    const keys: Key[] = [{ member: part }];
    if (index.test(part) && all.length * 2 <= mostReadings) keys.push({ element: Number(part) });
    all = all.flatMap((start) => keys.map((key) => start.concat(key)));
  }
  return all;
}

/** SQL of the value at a path as JSON text; empty text where there is none. */
function rawValue(column: string, keys: readonly Key[], bind: Binder): string {
  const parts: string[] = [column];
  const guards: string[] = [];
  for (const key of keys) {
    if ("member" in key) {
      // A member is looked for in objects only; the function takes texts as keys, never as positions.
      parts.push(bind.string(key.member));
    } else {
      // Counted from 1 there, and it would take the n-th member of an object too.
      guards.push(`JSONType(${parts.join(", ")}) = 'Array'`);
      parts.push(bind.int64(BigInt(key.element + 1)));
    }
  }
  const raw = `JSONExtractRaw(${parts.join(", ")})`;
  return guards.length === 0 ? raw : `if(${guards.join(" AND ")}, ${raw}, '')`;
}

/** Words that the body's text must hold for the path and the value to be there. */
function words(path: readonly string[], match: TextMatch | NumberMatch): readonly string[] {
  const texts = path.filter((part) => !index.test(part));
  // A number has several spellings.
  if (match.op === "equals" && !/^[+-]?[\d.]/.test(match.value)) texts.push(match.value);
  return texts
    .filter((text) => neverEscaped.test(text))
    .flatMap((text) => wholeWords(text, true, true))
    .slice(0, 6);
}

/**
 * The condition that a JSON body has a matching value at a path. Bodies that are not JSON, or are cut, have no value
 * anywhere. The body is read as it is, never through the JSON type, which is not faithful.
 */
export function jsonCondition(side: "request" | "response", path: readonly string[], match: TextMatch | NumberMatch, bind: Binder): string {
  const column = `${side}_body`;
  const prefilter = wordConditions(column, words(path, match), bind);
  const raws = readings(path).map((keys) => rawValue(column, keys, bind));
  const value = `if(startsWith(raw, '"'), JSONExtractString(raw), raw)`;
  const condition = `arrayExists(raw -> raw != ''${valueCondition(value, match, bind)}, [${raws.join(", ")}])`;
  return `(${[...prefilter, condition].join(" AND ")})`;
}

function valueCondition(value: string, match: TextMatch | NumberMatch, bind: Binder): string {
  switch (match.op) {
    case "exists":
      return "";
    case "equals":
    case "contains":
    case "glob":
      return ` AND ${textCondition(value, match, bind, { exact: false, indexed: false })}`;
    default: {
      // toFloat64OrNull also reads "inf" and "nan", which are no JSON numbers.
      const number = `toFloat64OrNull(trimBoth(${value}))`;
      return ` AND match(${value}, '^\\\\s*[+-]?[0-9.]') AND ifNull(${numberCondition(number, match, bind)}, 0)`;
    }
  }
}
