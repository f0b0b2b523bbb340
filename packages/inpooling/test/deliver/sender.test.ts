import fc from "fast-check";
import { expect, test } from "vitest";
import { rejectedSpans } from "../../src/deliver/sender.ts";

test.each([
  [[], 0, ""],
  [[0x0a, 0x06, 0x08, 0x03, 0x12, 0x02, 0x6e, 0x6f], 3, "no"],
  [[0x0a, 0x03, 0x08, 0xac, 0x02], 300, ""],
  [[0x12, 0x01, 0x61, 0x0a, 0x02, 0x08, 0x01], 1, ""],
])("the partial success in %j", (bytes, count, message) => {
  expect(rejectedSpans(Uint8Array.from(bytes))).toEqual({ count, message });
});

test("whatever an endpoint answers is read without an exception", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void rejectedSpans(bytes)));
});
