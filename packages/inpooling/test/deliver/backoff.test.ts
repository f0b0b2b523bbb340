import { expect, test } from "vitest";
import { Backoff } from "../../src/deliver/backoff.ts";

test("waits double from half a second to ten seconds and begin anew after a success", () => {
  const backoff = new Backoff(() => 0.5);
  expect(Array.from({ length: 7 }, () => backoff.next())).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  backoff.reset();
  expect([backoff.current(), backoff.current(), backoff.next(), backoff.next()]).toEqual([500, 500, 500, 1000]);
});

test("a fifth more or less, so that a fleet does not come back at one moment", () => {
  expect([new Backoff(() => 0).next(), new Backoff(() => 1).next()]).toEqual([400, 600]);
});
