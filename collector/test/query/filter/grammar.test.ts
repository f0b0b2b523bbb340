import { expect, test } from "vitest";
import { fields, grammar, parseFilter, prefixes } from "../../../src/query/filter/index.ts";

test("every example of the help is a filter, and stands in it", () => {
  const help = grammar();
  for (const { name, example } of [...fields, ...prefixes]) {
    expect(() => parseFilter(example), example).not.toThrow();
    if (name !== "any") expect(help).toContain(example);
  }
});

test("lines fit a terminal", () => {
  for (const line of grammar().split("\n")) expect(line.length, line).toBeLessThanOrEqual(100);
});
