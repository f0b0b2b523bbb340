import { expect, test } from "vitest";
import { cardEnd } from "../../src/redact/card.ts";

const encoder = new TextEncoder();

function found(text: string, cut = false): string {
  const bytes = encoder.encode(text);
  return text.slice(0, cardEnd(bytes, 0, bytes.length, cut));
}

test.each([
  "4242424242424242",
  "4000056655665556",
  "5555555555554444",
  "2223003122003222",
  "378282246310005",
  "371449635398431",
  "6011111111111117",
  "3566002020360505",
  "30569309025904",
  "36227206271667",
  "6200000000000005",
  "4242 4242 4242 4242",
  "4242-4242-4242-4242",
  "3782 822463 10005",
  "3056 930902 5904",
])("%s is a card", (text) => {
  expect(found(text)).toBe(text);
  expect(found(`${text}, and more`)).toBe(text);
});

test.each([
  "4242424242424241",
  "1763990000123456",
  "4006381333931",
  "42424242424242420000000",
  "4242 42 4242424242",
  "4242  4242  4242  4242",
  "9424242424242424",
  "4242424242424242a",
  "4242",
])("%s is none", (text) => {
  expect(found(text)).toBe("");
});

test("digits after a card are not part of it", () => {
  expect(found("4242 4242 4242 4242 2024")).toBe("4242 4242 4242 4242");
});

test("a cut card is taken from its seventh digit on", () => {
  expect([found("424242", true), found("4242 424", true), found("4242 4242 ", true), found("1234567", true)]).toEqual([
    "",
    "4242 424",
    "4242 4242 ",
    "",
  ]);
});
