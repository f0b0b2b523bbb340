import fc from "fast-check";
import { expect, test } from "vitest";
import { rfc3339 } from "../../src/query/json.ts";

test("times keep their microseconds", () => {
  expect(rfc3339(1_795_000_000_123.456)).toBe("2026-11-18T11:06:40.123456Z");
  expect(rfc3339(0)).toBe("1970-01-01T00:00:00.000000Z");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000_000_000 }), (micros) => {
      const text = rfc3339(micros / 1000);
      expect(Date.parse(text) * 1000 + Number(text.slice(23, 26))).toBe(micros);
    }),
  );
});
