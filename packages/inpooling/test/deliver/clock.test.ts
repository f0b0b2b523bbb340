import { expect, test } from "vitest";
import { Clock } from "../../src/deliver/clock.ts";

/** A clock whose monotonic time and wall time a test moves by hand. */
function steered(): { readonly clock: Clock; pass: (monotonicMs: number, wallMs: number) => void } {
  let monotonic = 0;
  let wall = 1_000_000;
  const clock = new Clock(
    { timeOrigin: 999_000, now: 1_000, hrtime: 0n },
    () => wall,
    () => BigInt(Math.round(monotonic * 1e6)),
  );
  return {
    clock,
    pass: (monotonicMs, wallMs) => {
      monotonic += monotonicMs;
      wall += wallMs;
    },
  };
}

test("knows the application's performance.now() by the process's monotonic clock", () => {
  const { clock, pass } = steered();
  pass(250.5, 250);
  expect(clock.now()).toBeCloseTo(1_250.5, 6);
});

test("no drift while the clocks agree", () => {
  const { clock, pass } = steered();
  pass(60_000, 60_100);
  expect(clock.drift()).toBe(0n);
});

test("a machine that slept for an hour: calls carry the time of the wall", () => {
  const { clock, pass } = steered();
  expect(clock.drift()).toBe(0n);
  pass(10_000, 3_610_000);
  expect(clock.drift()).toBe(3_600_000_000_000n);
  expect(clock.unixNano()).toBe(BigInt(1_000_000 + 3_610_000) * 1_000_000n);
});
