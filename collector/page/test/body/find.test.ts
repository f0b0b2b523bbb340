import { expect, it } from "vitest";
import { findAll } from "../../src/body/find.ts";

it("finds text by its letters, not as a pattern, and stops at a thousand", () => {
  expect(findAll("a.b A.B axb", "a.b")).toEqual([0, 4]);
  expect(findAll("x", "")).toEqual([]);
  expect(findAll("aİb ab", "AB")).toEqual([4]);
  expect(findAll("x".repeat(5_000), "x")).toHaveLength(1_000);
});
