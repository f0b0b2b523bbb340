import { expect, it } from "vitest";
import { Rate } from "../../src/list/rate.ts";

it("counts calls a second over the last ten whole seconds", () => {
  const rate = new Rate(0);
  expect(rate.at(500)).toBe(0);
  rate.count(4, 100);
  expect(rate.at(1_500)).toBe(4);
  rate.count(6, 1_900);
  expect(rate.at(2_000)).toBe(5);
  expect(rate.at(10_500)).toBe(1);
  expect(rate.at(30_000)).toBe(0);
});
