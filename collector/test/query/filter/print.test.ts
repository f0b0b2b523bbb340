import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFilter, printFilter } from "../../../src/query/filter/index.ts";
import type { CallFilter, Filter, NumberMatch, TextMatch } from "../../../src/store/filter.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.string({ unit: "binary", minLength: 1, maxLength: 8 }),
  fc.constantFrom(
    "or",
    "and",
    "NOT",
    "-x",
    "(",
    '"',
    "\\",
    "a:b",
    "*",
    "~x",
    ">=5",
    "1..5",
    "..",
    "42",
    "last:5m",
    "http://a/b",
    "“",
    "a b",
    "\u0000",
    "\ud800",
    "=1",
    "!a",
    "x=1",
    "host",
    ":",
  ),
);
/** Globs as the parser makes them: no two stars in a row, no star alone. */
const pattern = fc
  .array(fc.string({ unit: fc.constantFrom("a", "B", "é", " ", '"', "(", ":", "~", ".", "/", "1"), maxLength: 4 }), {
    minLength: 2,
    maxLength: 4,
  })
  .map((parts) => parts.join("*").replace(/\*+/g, "*"))
  .filter((glob) => glob.length > 1);
const glob = pattern.map((value): TextMatch => ({ op: "glob", pattern: value }));
const equals = fc.oneof(text, fc.constant("")).map((value): TextMatch => ({ op: "equals", value }));
const contains = text.map((value): TextMatch => ({ op: "contains", value }));
const anyText = fc.oneof(equals, contains, glob);
const exists: fc.Arbitrary<TextMatch> = fc.constant({ op: "exists" });

const number = fc.oneof(
  fc.nat(1_000_000),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).filter((value) => !Object.is(value, -0)),
  fc.constantFrom(0, 1024, 10_240, 1e6, 500, 60_000, 0.25),
);
const numbers = fc.oneof(
  fc.record({ op: fc.constantFrom("=" as const, ">" as const, ">=" as const, "<" as const, "<=" as const), value: number }),
  fc.tuple(number, number).map(([a, b]): NumberMatch => ({ op: "between", low: Math.min(a, b), high: Math.max(a, b) })),
  fc.constantFrom(1, 4, 5).map((family): NumberMatch => ({ op: "between", low: family * 100, high: family * 100 + 99 })),
);

const textFields = fc.constantFrom(
  "host" as const,
  "method" as const,
  "route" as const,
  "url" as const,
  "service" as const,
  "client" as const,
  "vendor" as const,
  "operation" as const,
  "error" as const,
  "site" as const,
  "body" as const,
  "request.body" as const,
  "response.body" as const,
  "any" as const,
);
const numberFields = fc.constantFrom(
  "status" as const,
  "duration" as const,
  "attempt" as const,
  "port" as const,
  "request.size" as const,
  "response.size" as const,
);
const key = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
  fc.constantFrom("a.b", "body", "headers", "size", "x-y", "0", "a:b", '"'),
);

const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ kind: fc.constant("text" as const), field: textFields, match: anyText }),
  fc.record({ kind: fc.constant("keyed" as const), field: fc.constant("tag" as const), key, match: fc.oneof(anyText, exists) }),
  fc.record({
    kind: fc.constant("keyed" as const),
    field: fc.constantFrom("request.header" as const, "response.header" as const),
    key: key.map((name) => name.toLowerCase()),
    match: fc.oneof(anyText, exists),
  }),
  fc.record({
    kind: fc.constant("json" as const),
    side: fc.constantFrom("request" as const, "response" as const),
    path: fc.array(fc.oneof(key, fc.constant("")), { minLength: 1, maxLength: 3 }),
    match: fc.oneof(anyText, exists, numbers),
  }),
  fc.record({ kind: fc.constant("number" as const), field: numberFields, match: numbers }),
  fc.record({
    kind: fc.constant("exists" as const),
    field: fc.oneof(
      textFields.filter((field) => field !== "any"),
      numberFields,
    ),
  }),
  fc.constant({ kind: "all" as const }),
);
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc
      .record({ kind: fc.constantFrom("and" as const, "or" as const), terms: fc.array(tie("filter"), { minLength: 2, maxLength: 3 }) })
      .map(({ kind, terms }): Filter => ({ kind, terms: terms.flatMap((term) => (term.kind === kind ? term.terms : [term])) })),
    tie("filter").map((term): Filter => (term.kind === "not" ? term.term : { kind: "not", term })),
  ),
}));
const moment = fc.integer({ min: 0, max: 4_000_000_000_000 });
const range = fc.oneof(
  fc.constant({}),
  moment.map((from) => ({ from })),
  moment.map((to) => ({ to })),
  fc.tuple(moment, fc.integer({ min: 1, max: 1e9 })).map(([from, span]) => ({ from, to: from + span })),
);

test("what is printed reads back as the same filter", () => {
  fc.assert(
    fc.property(fc.record({ where: filter, range }), (made: CallFilter) => {
      expect(parseFilter(printFilter(made), 0)).toEqual(made);
    }),
    { numRuns: 3000 },
  );
});

test("reading and printing again changes nothing, and no line makes the parser fail in another way than FilterError", () => {
  const word = fc.constantFrom(
    "host:",
    "a",
    '"',
    '"b c"',
    " or ",
    " and ",
    "-",
    "(",
    ")",
    " ",
    "*",
    "status:",
    ">=",
    "500",
    "4xx",
    "..",
    "last:",
    "5m",
    "res.",
    "headers.",
    "\\",
    "~",
    "=",
    ":",
    "é",
    "tag.x:",
    "from:now-1h",
    "to:",
  );
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(word, { maxLength: 14 }).map((words) => words.join("")),
        fc.string({ maxLength: 40 }),
      ),
      (line) => {
        let read: CallFilter;
        try {
          read = parseFilter(line, 1_795_000_000_000);
        } catch (error) {
          expect(error).toMatchObject({ name: "FilterError" });
          const { start, end } = error as { start: number; end: number };
          expect(start >= 0 && start <= end && end <= line.length).toBe(true);
          return;
        }
        accepted++;
        expect(parseFilter(printFilter(read), 0)).toEqual(read);
      },
    ),
    { numRuns: 5000 },
  );
  expect(accepted).toBeGreaterThan(500);
});

test.each([
  ["status:500..599", "status:5xx"],
  ["duration:>2000ms", "duration:>2s"],
  ["req.size:>10240", "req.size:>10KiB"],
  ["( a or b )", "a or b"],
  ["(a or b) AND c", "(a or b) c"],
  ['host:"api.stripe.com"', "host:api.stripe.com"],
  ["server.address:x", "host:x"],
  ["url:*a*", "url:=*a*"],
  ["a or b from:2026-11-24", "(a or b) from:2026-11-24T00:00:00.000Z"],
  ["", ""],
])("%s is spelt %s", (line, canonical) => expect(printFilter(parseFilter(line, 0))).toBe(canonical));
