import { describe, expect, test } from "vitest";
import { suggest } from "../../../src/query/filter/index.ts";

const known = (field: string): readonly string[] =>
  field === "host" ? ["api.stripe.com", "api.openai.com"] : field === "service" ? ["check out"] : [];
/** The line after taking the suggestion, for each; `|` is the cursor. */
function taken(marked: string): string[] {
  const cursor = marked.indexOf("|");
  const line = marked.replace("|", "");
  const { start, end, items } = suggest(line, cursor, known);
  return items.map((item) => line.slice(0, start) + item.text + line.slice(end));
}

describe("fields", () => {
  test("an empty line offers the fields, host first", () => {
    const offered = taken("|");
    expect(offered[0]).toBe("host:");
    expect(offered).toContain("status:");
    expect(offered.length).toBeLessThanOrEqual(20);
  });
  test("what begins like the word comes before what holds it", () => {
    expect(taken("s|")[0]).toBe("status:");
    expect(taken("size|")).toEqual(["req.size:", "res.size:"]);
    expect(taken("-rou|")).toEqual(["-route:"]);
    expect(taken("(host:a or met|")).toEqual(["(host:a or method:"]);
  });
  test("keys of the user's own", () => {
    expect(taken("ta|")).toEqual(["tag."]);
    expect(taken("res.h|")).toEqual(["res.headers."]);
  });
  test("or is offered between terms", () => {
    expect(taken("a o|")).toContain("a or");
    expect(taken("o|")).not.toContain("or");
  });
});

describe("values", () => {
  test("live values complete in the middle of a line", () => {
    expect(taken("host:op| status:500")).toEqual(["host:api.openai.com status:500"]);
    expect(taken("host:|")).toEqual(["host:api.stripe.com", "host:api.openai.com", "host:*"]);
  });
  test("a value with a space is quoted", () => expect(taken("service:check|")).toEqual(['service:"check out"']));
  test("fixed values", () => {
    expect(taken("outcome:a|")).toEqual(["outcome:aborted"]);
    expect(taken("status:|")).toContain("status:5xx");
    expect(taken("status:>|")).toContain("status:>=500");
    expect(taken("last:|")[0]).toBe("last:5m");
  });
  test("nothing inside quotes or for unknown fields", () => {
    expect(taken('"host:|')).toEqual([]);
    expect(taken("nofield:a|")).toEqual([]);
  });
});

test("any cursor on any line is answered", () => {
  for (const line of ['a "b c', "((", "host:", '-"', "\\", 'x:"\\'])
    for (let cursor = -1; cursor <= line.length + 1; cursor++) {
      const { start, end } = suggest(line, cursor, known);
      expect(start >= 0 && start <= end && end <= line.length, `${line} at ${cursor}`).toBe(true);
    }
});
