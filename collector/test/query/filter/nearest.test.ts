import { expect, test } from "vitest";
import { nearest } from "../../../src/query/filter/nearest.ts";

test.each([
  ["hots", "host"],
  ["statuss", "status"],
  ["STATUS", "status"],
  ["dur", "duration"],
  ["methd", "method"],
])("%s is taken for %s", (word, expected) => expect(nearest(word, ["host", "status", "method", "duration", "port"])).toBe(expected));

test.each(["x", "elephant", "h".repeat(100)])("%s is taken for nothing", (word) =>
  expect(nearest(word, ["host", "status"])).toBeUndefined(),
);
