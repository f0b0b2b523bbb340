import fc from "fast-check";
import { expect, test } from "vitest";
import { BodyBuffer } from "../src/body.ts";

test("memory held never exceeds the bytes kept by more than themselves or 4 KiB", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 9000 }), { maxLength: 60 }), fc.nat({ max: 100_000 }), (sizes, limit) => {
      const body = new BodyBuffer(limit);
      for (const size of sizes) {
        body.add(new Uint8Array(size), size);
        expect(body.kept).toBe(Math.min(limit, body.size));
        expect(body.held).toBeLessThanOrEqual(body.kept + Math.min(body.kept, 4096));
        expect(body.held).toBeLessThanOrEqual(limit);
      }
      expect(body.join()).toHaveLength(body.kept);
    }),
  );
});

test("a thousand small chunks share blocks", () => {
  const body = new BodyBuffer(1_000_000);
  for (let i = 0; i < 1000; i++) body.add(Uint8Array.of(i & 255, 1, 2), 3);
  expect(body.held).toBeLessThan(3000 + 4096);
  expect(body.join().filter((_, i) => i % 3 === 0)).toEqual(Uint8Array.from({ length: 1000 }, (_, i) => i & 255));
});

test("a single chunk is neither copied twice nor kept by its owner's memory", () => {
  const chunk = new Uint8Array(1_000_000).subarray(5, 105).fill(7);
  const body = new BodyBuffer(1000);
  body.add(chunk, 100);
  chunk.fill(0);
  const joined = body.join();
  expect(joined.buffer.byteLength).toBe(100);
  expect(joined.every((byte) => byte === 7)).toBe(true);
});

test("a body given up for memory keeps counting, and says why", () => {
  const body = new BodyBuffer(100);
  body.add(new Uint8Array(10), 10);
  expect(body.release()).toBe(10);
  body.add(new Uint8Array(5), 5);
  expect(body).toMatchObject({ size: 15, kept: 0, held: 0, gap: "memory" });
  expect(body.join()).toHaveLength(0);
});

test("releasing nothing loses nothing", () => {
  const body = new BodyBuffer(100);
  body.release();
  body.add(Uint8Array.of(1), 1);
  expect(body.gap).toBe("");
});
