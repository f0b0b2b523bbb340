import { expect, test } from "vitest";
import { keyOf, RecentKeys, type Keys } from "../../../src/store/journal/recent-keys.ts";

function keysOf(from: number, to: number): Keys {
  const keys = new Uint32Array((to - from) * 2);
  for (let index = from; index < to; index++) keyOf(`019ab697ebe6-${index.toString(16).padStart(16, "0")}`, keys, (index - from) * 2);
  return keys;
}

const has = (recent: RecentKeys, index: number): boolean => recent.has(keysOf(index, index + 1), 0);

test("the newest keys are known, as many as promised, and none that was not added", () => {
  const capacity = 50_000;
  const recent = new RecentKeys(capacity);
  const total = 230_000;
  recent.add(keysOf(0, total));
  for (let index = total - capacity; index < total; index += 7) expect(has(recent, index)).toBe(true);
  for (let index = total; index < total * 2; index += 7) expect(has(recent, index)).toBe(false);
  // Bounded: what is older than twice the capacity is forgotten.
  for (let index = 0; index < total - 2 * capacity; index += 97) expect(has(recent, index)).toBe(false);
});

test("keys of different texts differ: half a million ids that count up, as bad generators make them", () => {
  const keys = keysOf(0, 500_000);
  const seen = new Set<bigint>();
  for (let index = 0; index < keys.length; index += 2) seen.add((BigInt(keys[index + 1] ?? 0) << 32n) | BigInt(keys[index] ?? 0));
  expect(seen.size).toBe(500_000);
});
