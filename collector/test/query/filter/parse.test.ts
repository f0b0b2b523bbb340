import { describe, expect, test } from "vitest";
import { FilterError, parseFilter } from "../../../src/query/filter/index.ts";
import type { Filter } from "../../../src/store/filter.ts";

const now = Date.UTC(2026, 10, 24, 12);
const where = (line: string): Filter => parseFilter(line, now).where;
const any = (value: string): Filter => ({ kind: "text", field: "any", match: { op: "contains", value } });
const host = (value: string): Filter => ({ kind: "text", field: "host", match: { op: "equals", value } });

function mistake(line: string): { at: string; message: string; remedy: string } {
  try {
    parseFilter(line, now);
  } catch (error) {
    if (error instanceof FilterError) return { at: line.slice(error.start, error.end), message: error.message, remedy: error.remedy };
    throw error;
  }
  throw new Error(`${line} was accepted`);
}

test("the example of the public contract", () => {
  const line =
    'host:api.stripe.com status:>=500 method:POST -route:/health duration:>2s body:"card_declined" res.error.code:card_declined tag.order:42 error:* last:15m';
  expect(parseFilter(line, now)).toEqual({
    where: {
      kind: "and",
      terms: [
        host("api.stripe.com"),
        { kind: "number", field: "status", match: { op: ">=", value: 500 } },
        { kind: "text", field: "method", match: { op: "equals", value: "POST" } },
        { kind: "not", term: { kind: "text", field: "route", match: { op: "equals", value: "/health" } } },
        { kind: "number", field: "duration", match: { op: ">", value: 2000 } },
        { kind: "text", field: "body", match: { op: "contains", value: "card_declined" } },
        { kind: "json", side: "response", path: ["error", "code"], match: { op: "equals", value: "card_declined" } },
        { kind: "keyed", field: "tag", key: "order", match: { op: "equals", value: "42" } },
        { kind: "exists", field: "error" },
      ],
    },
    range: { from: now - 15 * 60_000 },
  });
});

describe("terms and how they are joined", () => {
  test.each<[string, Filter]>([
    ["", { kind: "all" }],
    ["   ", { kind: "all" }],
    ["*", { kind: "all" }],
    ["timeout", any("timeout")],
    ['"card declined"', any("card declined")],
    ["a b", { kind: "and", terms: [any("a"), any("b")] }],
    ["a and b AND c", { kind: "and", terms: [any("a"), any("b"), any("c")] }],
    ["a or b c", { kind: "or", terms: [any("a"), { kind: "and", terms: [any("b"), any("c")] }] }],
    ["(a or b) c", { kind: "and", terms: [{ kind: "or", terms: [any("a"), any("b")] }, any("c")] }],
    ["a(b)c", { kind: "and", terms: [any("a"), any("b"), any("c")] }],
    ["((a))", any("a")],
    ["(a b) c", { kind: "and", terms: [any("a"), any("b"), any("c")] }],
    ["-a", { kind: "not", term: any("a") }],
    ["--a", any("a")],
    ["-(a b)", { kind: "not", term: { kind: "and", terms: [any("a"), any("b")] } }],
    ["NOT a", { kind: "not", term: any("a") }],
    ["card not found", { kind: "and", terms: [any("card"), any("not"), any("found")] }],
    ['"or"', any("or")],
    ["a-b", any("a-b")],
    ["https://api.stripe.com/v1?a=b", any("https://api.stripe.com/v1?a=b")],
  ])("%s", (line, expected) => expect(where(line)).toEqual(expected));
});

describe("values", () => {
  test.each<[string, Filter]>([
    ["HOST:API.stripe.com", host("API.stripe.com")],
    ["host:*.stripe.com", { kind: "text", field: "host", match: { op: "glob", pattern: "*.stripe.com" } }],
    ['host:"*.stripe.com"', host("*.stripe.com")],
    ['host:api."b c".com', host("api.b c.com")],
    ["host:~stripe", { kind: "text", field: "host", match: { op: "contains", value: "stripe" } }],
    ["url:=https://a/b", { kind: "text", field: "url", match: { op: "equals", value: "https://a/b" } }],
    ["url:/v1/*/refunds", { kind: "text", field: "url", match: { op: "glob", pattern: "*/v1/*/refunds*" } }],
    ["url:=https://a/*", { kind: "text", field: "url", match: { op: "glob", pattern: "https://a/*" } }],
    ["body:***a**b", { kind: "text", field: "body", match: { op: "glob", pattern: "*a*b*" } }],
    ['body:"a\\"b\\\\c\\n\\u00e9"', { kind: "text", field: "body", match: { op: "contains", value: 'a"b\\c\né' } }],
    ['host:""', host("")],
    ["-host:*", { kind: "not", term: { kind: "exists", field: "host" } }],
    ["req.body:x", { kind: "text", field: "request.body", match: { op: "contains", value: "x" } }],
    ["response.body:x", { kind: "text", field: "response.body", match: { op: "contains", value: "x" } }],
    ["trace:ABCDEF", { kind: "text", field: "trace", match: { op: "equals", value: "abcdef" } }],
    ["http.response.status_code:200", { kind: "number", field: "status", match: { op: "=", value: 200 } }],
    ["outcome:Aborted", { kind: "text", field: "outcome", match: { op: "equals", value: "Aborted" } }],
    [
      "req.headers.X-Request-Id:abc",
      { kind: "keyed", field: "request.header", key: "x-request-id", match: { op: "equals", value: "abc" } },
    ],
    ["res.headers.retry-after:*", { kind: "keyed", field: "response.header", key: "retry-after", match: { op: "exists" } }],
    ["tag.Order.Id:*4*", { kind: "keyed", field: "tag", key: "Order.Id", match: { op: "glob", pattern: "*4*" } }],
  ])("%s", (line, expected) => expect(where(line)).toEqual(expected));

  test.each<[string, Extract<Filter, { kind: "number" }>["field"], Extract<Filter, { kind: "number" }>["match"]]>([
    ["status:500", "status", { op: "=", value: 500 }],
    ["status:4xx", "status", { op: "between", low: 400, high: 499 }],
    ["status:500..599", "status", { op: "between", low: 500, high: 599 }],
    ["status:500..", "status", { op: ">=", value: 500 }],
    ["status:..399", "status", { op: "<=", value: 399 }],
    ["duration:>2s", "duration", { op: ">", value: 2000 }],
    ["duration:<=1.5m", "duration", { op: "<=", value: 90_000 }],
    ["duration:250us..3ms", "duration", { op: "between", low: 0.25, high: 3 }],
    ["duration:>100", "duration", { op: ">", value: 100 }],
    ["req.size:>10KiB", "request.size", { op: ">", value: 10_240 }],
    ["res.size:<10kB", "response.size", { op: "<", value: 10_000 }],
    ["attempt:>1", "attempt", { op: ">", value: 1 }],
    ["port:8443", "port", { op: "=", value: 8443 }],
  ])("%s", (line, field, match) => expect(where(line)).toEqual({ kind: "number", field, match }));

  test.each<[string, "request" | "response", string[], Extract<Filter, { kind: "json" }>["match"]]>([
    ["res.items.0.id:7", "response", ["items", "0", "id"], { op: "equals", value: "7" }],
    ["res.count:>=7", "response", ["count"], { op: ">=", value: 7 }],
    ["res.count:=7", "response", ["count"], { op: "=", value: 7 }],
    ['res.count:="7"', "response", ["count"], { op: "equals", value: "7" }],
    ["res.count:1..5", "response", ["count"], { op: "between", low: 1, high: 5 }],
    ["res.version:1..x", "response", ["version"], { op: "equals", value: "1..x" }],
    ["req.user.name:*", "request", ["user", "name"], { op: "exists" }],
    ["res.body.error:x", "response", ["error"], { op: "equals", value: "x" }],
    ['res."body":x', "response", ["body"], { op: "equals", value: "x" }],
    ['res."a.b"."c:d":x', "response", ["a.b", "c:d"], { op: "equals", value: "x" }],
    ['res."headers".x:y', "response", ["headers", "x"], { op: "equals", value: "y" }],
  ])("%s", (line, side, path, match) => expect(where(line)).toEqual({ kind: "json", side, path, match }));
});

describe("time", () => {
  test.each<[string, { from?: number; to?: number }]>([
    ["last:15m", { from: now - 900_000 }],
    ["last:2d", { from: now - 172_800_000 }],
    ["from:now-1h", { from: now - 3_600_000 }],
    ["from:2026-11-24", { from: Date.UTC(2026, 10, 24) }],
    ["from:2026-11-24T09:30", { from: Date.UTC(2026, 10, 24, 9, 30) }],
    ["from:2026-11-24T09:30:15.250+02:00", { from: Date.UTC(2026, 10, 24, 7, 30, 15, 250) }],
    ['to:"2026-11-24T09:30:00Z"', { to: Date.UTC(2026, 10, 24, 9, 30) }],
    ["from:1795000000000", { from: 1_795_000_000_000 }],
    ["from:1795000000", { from: 1_795_000_000_000 }],
    ["last:1h to:now-1h", { from: now - 7_200_000, to: now - 3_600_000 }],
  ])("%s", (line, range) => expect(parseFilter(line, now)).toEqual({ where: { kind: "all" }, range }));

  test("a time holds for the whole line wherever it stands", () => {
    const expected = { where: { kind: "or", terms: [any("a"), any("b")] }, range: { from: now - 60_000 } };
    for (const line of ["last:1m a or b", "a or b last:1m", "a last:1m or b"]) expect(parseFilter(line, now)).toEqual(expected);
  });
});

describe("mistakes are shown at their place, with what to write instead", () => {
  test.each<[line: string, at: string, message: RegExp, remedy: RegExp]>([
    ["a hots:x", "hots", /no field "hots"/, /Did you mean host\?/],
    ["statsu:500", "statsu", /no field/, /Did you mean status\?/],
    ["localhost:8080", "localhost", /no field/, /"localhost:8080"/],
    ["zzqx:1", "zzqx", /no field/, /Fields: host, status/],
    ["status>=500", "status>=500", /colon/, /status:>=500/],
    ["status!=500", "status!=500", /colon/, /-status:500/],
    ["status: 500", "status:", /no value/, /without a space: status:500\./],
    ["status:abc", "abc", /"abc" is none/, /status:5xx/],
    ["status:600..500", "600..500", /empty/, /smaller number/],
    ["status:~5", "~5", /number/, /Compare/],
    ["duration:>2x", ">2x", /"2x" is none/, /250ms/],
    ["req.size:>10k", ">10k", /"10k"/, /10KiB .* 10kB/],
    ["host:>5", ">5", /is text/, /host:">5"/],
    ["host:!=a", "!=a", /no operator/, /-host:a/],
    ["outcome:abortd", "abortd", /never/, /Did you mean aborted\?.*complete, aborted, error/],
    ['body:"x', '"x', /not closed/, /Add a "/],
    ['body:"a\\q"', "\\q", /no escape/, /\\\\/],
    ["body:“x”", "“", /Curly/, /straight/],
    ['body:""', 'body:""', /empty text/, /-name:\*/],
    ['host:*"a*b"', '"a*b"', /plain character/, /Quote the whole value/],
    ["(a", "(", /not closed/, /\)/],
    ["a)", ")", /closes nothing/, /\(/],
    ["()", "()", /nothing between/, /"\(\)"/],
    ["a or", "or", /both sides/, /"or"/],
    ["or a", "or", /both sides/, /"or"/],
    ["and a", "and", /both sides/, /"and"/],
    ["a or last:5m", "or", /time only/, /\(a or b\) last:15m/],
    ["- a", "-", /nothing to negate/, /without a space/],
    ["a -", "-", /nothing to negate/, /"-"/],
    ["-last:5m", "-last:5m", /cannot be negated/, /from:/],
    ["(a last:5m)", "last:5m", /parentheses/, /out of/],
    ["last:5m last:6m", "last:6m", /twice/, /one/],
    ["last:5m from:now-1h", "last:5m", /both/, /one/],
    ["last:yesterday", "yesterday", /cannot read/, /last:15m/],
    ["from:2026-02-31", "2026-02-31", /cannot read/, /RFC|2026-11-24/],
    ["from:now-1h to:now-2h", "to:now-2h", /not after/, /not included/],
    ["res.:x", "res.", /empty key/, /dots/],
    ["res.headers:x", "res.headers", /Which header/, /content-type/],
    ["tag.:x", "tag.", /no key/, /tag\.<key>/],
  ])("%s", (line, at, message, remedy) => {
    const found = mistake(line);
    expect(found.at.replace(/:$/, "")).toBe(at.replace(/:$/, ""));
    expect(found.message).toMatch(message);
    expect(found.remedy).toMatch(remedy);
  });

  test("a filter has an end", () => {
    expect(mistake("a".repeat(9000)).message).toMatch(/9000 characters/);
    expect(mistake("a ".repeat(250)).message).toMatch(/200 terms/);
    expect(mistake(`${"(".repeat(40)}a${")".repeat(40)}`).message).toMatch(/32 deep/);
    expect(mistake(`${"-".repeat(4000)}a`).message).toMatch(/32 deep/);
  });
});
