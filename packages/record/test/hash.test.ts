import { expect, test } from "vitest";
import { hashBytes, hashText } from "../src/hash.ts";

test("equal texts hash equally, and 200,000 similar ones all differently", () => {
  const hashes = new Set<number>();
  for (let i = 0; i < 200_000; i++) hashes.add(hashText(`GET https://api.acme.dev/v1/orders/${i}`));
  expect(hashes.size).toBe(200_000);
  expect(hashText("a")).toBe(hashText("a"));
  expect(hashText("a", 1)).not.toBe(hashText("a", 2));
  for (const hash of hashes) if (!Number.isSafeInteger(hash) || hash < 0) throw new Error(`not 53 bits: ${hash}`);
});

test("bytes hash by their beginning and their length", () => {
  const bytes = new Uint8Array(100).fill(1);
  expect(hashBytes(bytes, 10)).toBe(hashBytes(new Uint8Array([...bytes.subarray(0, 10), ...new Uint8Array(90)]), 10));
  expect(hashBytes(bytes, 10)).not.toBe(hashBytes(bytes.subarray(0, 99), 10));
  expect(hashBytes(bytes, 10)).not.toBe(hashBytes(new Uint8Array(100), 10));
});
