import { expect, it } from "vitest";
import { hexRow } from "../../src/body/hex.ts";

it("shows offset, bytes and what of them is printable", () => {
  const bytes = Uint8Array.from({ length: 20 }, (_, index) => index + 0x38);
  expect(hexRow(bytes, 1)).toEqual({ offset: "00000010", hex: `${"48 49 4a 4b".padEnd(23)}  ${"".padEnd(23)}`, text: "HIJK" });
  expect(hexRow(Uint8Array.of(0, 255), 0).text).toBe("··");
});
