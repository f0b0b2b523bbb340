import { expect, test } from "vitest";
import { AttemptIndex } from "../src/attempt-index.ts";

test("the newest that fits is found, and what was deleted is not", () => {
  const index = new AttemptIndex<string>();
  for (const name of ["old", "new", "newer"]) index.add(1, name);
  expect(index.newest(1, (name) => name.startsWith("new"))).toBe("newer");
  index.delete(1, "newer");
  expect(index.newest(1, () => true)).toBe("new");
  expect(index.newest(2, () => true)).toBeUndefined();
  index.delete(2, "new");
  for (const name of ["old", "new"]) index.delete(1, name);
  expect(index.isEmpty).toBe(true);
});

test("one key holds 64 at most: the oldest is named to be forgotten", () => {
  const index = new AttemptIndex<number>();
  for (let i = 0; i < 64; i++) expect(index.add(1, i)).toBeUndefined();
  expect(index.add(1, 64)).toBe(0);
});
