import { expect, test } from "vitest";
import { attributeReference } from "../src/attribute-reference.ts";
import { attributeTable } from "../src/index.ts";

test("every attribute of ours is explained once, and nothing else", () => {
  const lines = attributeReference().split("\n");
  expect(new Set(lines).size).toBe(lines.length);
  for (const { name } of attributeTable.filter((row) => row.name.startsWith("inpooling.")))
    expect(lines.filter((line) => line.startsWith(`| \`${name}`))).toHaveLength(1);
});

test("no attribute stands twice in the table", () => {
  const names = attributeTable.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
