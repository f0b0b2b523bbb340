import fc from "fast-check";
import { expect, test } from "vitest";
import { TextCache } from "../../src/receiver/text-cache.ts";

test("gives what decoding gives, whatever was decoded before", () => {
  const cache = new TextCache();
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 70 }),
    fc.string({ maxLength: 30 }).map((text) => new TextEncoder().encode(text)),
  );
  fc.assert(
    fc.property(fc.array(bytes, { minLength: 1, maxLength: 20 }), (list) => {
      for (const piece of [...list, ...list]) {
        const source = Buffer.concat([Buffer.from("<"), piece, Buffer.from(">")]);
        expect(cache.text(source, 1, 1 + piece.length)).toBe(Buffer.from(piece).toString("utf8"));
      }
    }),
    { numRuns: 2_000 },
  );
});
