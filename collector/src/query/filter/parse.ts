import type { CallFilter, Filter, TimeRange } from "../../store/filter.ts";
import { FilterError } from "./error.ts";
import { type TermToken, type Token, tokens } from "./lexer.ts";
import { termFilter, timeFieldOf } from "./term.ts";
import { parseMoment, parseSpan } from "./units.ts";
import { plainText } from "./value.ts";

/** Deeper or longer filters are refused: they come from programs gone wrong, and each term costs the store a test. */
export const maxDepth = 32;
export const maxTerms = 200;

/**
 * Reads a line of the filter language (see `grammar`).
 * @param now Milliseconds since the Unix epoch that `last:` and `now` count from.
 * @throws FilterError with the place in the line, what is wrong there and what to write instead.
 */
export function parseFilter(line: string, now: number = Date.now()): CallFilter {
  return new Parser(line, now).parse();
}

class Parser {
  readonly #line: string;
  readonly #now: number;
  readonly #tokens: readonly Token[];
  readonly #times = new Map<"last" | "from" | "to", { readonly token: TermToken; readonly value: number }>();
  #at = 0;
  #terms = 0;

  constructor(line: string, now: number) {
    this.#line = line;
    this.#now = now;
    this.#tokens = tokens(line);
  }

  parse(): CallFilter {
    const where = this.#or(0);
    const left = this.#tokens[this.#at];
    if (left !== undefined)
      throw new FilterError(
        left.start,
        left.end,
        "This ) closes nothing",
        "Take it out, or add the ( that it belongs to; quote it to search for it.",
      );
    return { where, range: this.#range() };
  }

  #or(depth: number): Filter {
    const terms: Filter[] = [];
    let joined: Token | undefined;
    for (;;) {
      const start = this.#at;
      const term = this.#and(depth);
      const next = this.#tokens[this.#at];
      if (term !== undefined) terms.push(term);
      else if (joined !== undefined || next?.type === "or") throw this.#halfOr(joined ?? next, start);
      if (next?.type !== "or") break;
      joined = next;
      this.#at++;
    }
    return joinTerms("or", terms) ?? { kind: "all" };
  }

  #halfOr(or: Token | undefined, start: number): FilterError {
    const [from, to] = [or?.start ?? 0, or?.end ?? 0];
    const onlyTime = this.#tokens[start]?.type === "term";
    if (onlyTime)
      return new FilterError(
        from,
        to,
        "or stands beside a time only, and times hold for the whole filter",
        "Write one time for all: (a or b) last:15m",
      );
    return new FilterError(
      from,
      to,
      `"${this.#line.slice(from, to)}" needs a term on both sides`,
      'Add one, or quote the word to search for it: "or"',
    );
  }

  /** Terms up to `or`, `)` or the end; undefined when there are none besides times. */
  #and(depth: number): Filter | undefined {
    const terms: Filter[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token === undefined || token.type === "or" || token.type === "close") return joinTerms("and", terms);
      if (token.type === "and") {
        this.#explicitAnd(token);
        continue;
      }
      if (token.type === "term" && this.#time(token, depth)) continue;
      terms.push(this.#unary(depth));
    }
  }

  #explicitAnd(token: Token): void {
    const before = this.#tokens[this.#at - 1]?.type;
    const after = this.#tokens[this.#at + 1]?.type;
    if ((before === "term" || before === "close") && (after === "term" || after === "open" || after === "minus")) this.#at++;
    else
      throw new FilterError(
        token.start,
        token.end,
        `"${this.#line.slice(token.start, token.end)}" needs a term on both sides`,
        'Terms are joined by "and" without saying so; quote the word to search for it: "and"',
      );
  }

  #unary(depth: number): Filter {
    const token = this.#tokens[this.#at];
    if (token?.type === "minus") return this.#negated(token, depth);
    this.#at++;
    if (token?.type === "open") return this.#group(token, depth + 1);
    if (token?.type !== "term") throw new FilterError(this.#line.length, this.#line.length, "A term is missing here");
    if (++this.#terms > maxTerms)
      throw new FilterError(
        token.start,
        token.end,
        `The filter has more than ${maxTerms} terms`,
        "Ask for less at once; a * stands for any run of characters.",
      );
    return termFilter(this.#line, token);
  }

  #negated(minus: Token, depth: number): Filter {
    this.#at++;
    const next = this.#tokens[this.#at];
    const spaced = this.#line[minus.start] === "-" && next?.start !== minus.end;
    if (next === undefined || spaced || next.type === "close" || next.type === "or" || next.type === "and") {
      throw new FilterError(
        minus.start,
        minus.end,
        "There is nothing to negate here",
        'Put - right before a term, without a space: -route:/health. Quote it to search for it: "-"',
      );
    }
    if (depth >= maxDepth) throw tooDeep(minus);
    if (next.type === "term" && timeFieldOf(next) !== undefined) {
      throw new FilterError(minus.start, next.end, "A time cannot be negated", "Say from: and to: instead.");
    }
    const term = this.#unary(depth + 1);
    return term.kind === "not" ? term.term : { kind: "not", term };
  }

  #group(open: Token, depth: number): Filter {
    if (depth > maxDepth) throw tooDeep(open);
    const next = this.#tokens[this.#at];
    if (next?.type === "close")
      throw new FilterError(
        open.start,
        next.end,
        "There is nothing between ( and )",
        'Take them out, or quote them to search for them: "()"',
      );
    const inner = this.#or(depth);
    const close = this.#tokens[this.#at];
    if (close?.type !== "close")
      throw new FilterError(open.start, open.end, "This ( is not closed", "Add the ), or quote it to search for it.");
    this.#at++;
    return inner;
  }

  /** Takes a `last:`, `from:` or `to:` term; false when the term is none. */
  #time(token: TermToken, depth: number): boolean {
    const spec = timeFieldOf(token);
    if (spec === undefined) return false;
    this.#at++;
    if (depth > 0)
      throw new FilterError(
        token.start,
        token.end,
        `${spec.name}: holds for the whole filter and cannot stand in parentheses`,
        "Move it out of the parentheses.",
      );
    if (this.#times.has(spec.field)) throw new FilterError(token.start, token.end, `${spec.name}: is given twice`, "Keep one of them.");
    const text = plainText(token.value);
    const value = token.operator !== "" ? undefined : spec.field === "last" ? parseSpan(text) : parseMoment(text, this.#now);
    if (value === undefined) {
      const remedy =
        spec.field === "last"
          ? "Write a number with s, m, h, d or w: last:15m"
          : `Write ${spec.field}:2026-11-24T09:30:00Z, ${spec.field}:2026-11-24, ${spec.field}:now-1h or Unix milliseconds.`;
      throw new FilterError(
        token.valueStart,
        token.end,
        `${spec.name}: cannot read ${text === "" ? "an empty value" : JSON.stringify(token.operator + text)} as a time`,
        remedy,
      );
    }
    this.#times.set(spec.field, { token, value: Math.round(value) });
    return true;
  }

  #range(): TimeRange {
    const last = this.#times.get("last");
    const from = this.#times.get("from");
    const to = this.#times.get("to");
    if (last !== undefined && from !== undefined) {
      throw new FilterError(
        last.token.start,
        last.token.end,
        "last: and from: both say where to begin",
        "Keep one of them; last: goes together with to:.",
      );
    }
    const start = from?.value ?? (last === undefined ? undefined : (to?.value ?? this.#now) - last.value);
    if (start !== undefined && to !== undefined && start >= to.value) {
      throw new FilterError(to.token.start, to.token.end, "to: is not after from:", "to: is where the range ends, and is not included.");
    }
    return { ...(start !== undefined && { from: start }), ...(to !== undefined && { to: to.value }) };
  }
}

const tooDeep = (token: Token): FilterError =>
  new FilterError(token.start, token.end, `The filter is nested more than ${maxDepth} deep`, "Take out parentheses that are not needed.");

/** One term stays itself; `a (b c)` is `a b c`. */
function joinTerms(kind: "and" | "or", terms: readonly Filter[]): Filter | undefined {
  if (terms.length <= 1) return terms[0];
  return { kind, terms: terms.flatMap((term) => (term.kind === kind ? term.terms : [term])) };
}
