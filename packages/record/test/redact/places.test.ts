import { describe, expect, test } from "vitest";
import { endsWord, KIND, LOOK, seek } from "../../src/redact/places.ts";
import { VENDOR_KEYS } from "../../src/redact/vendor-keys.ts";
import { NAMING_WORDS, TRIGGERS } from "../../src/redact/words.ts";

const encoder = new TextEncoder();

/** Offsets that need a look. */
function places(text: string): number[] {
  const bytes = encoder.encode(text);
  const place = { at: 0, before: 0 };
  const found: number[] = [];
  for (;;) {
    seek(bytes, bytes.length, place);
    if (place.at >= bytes.length) return found;
    found.push(place.at);
    place.before = ((place.before & 31) << 5) | (KIND[bytes[place.at] ?? 0] ?? 0);
    expect(LOOK[place.before]).toBeDefined();
    place.at++;
  }
}

test.each(NAMING_WORDS)("every word that can make a name secret has a trigger: %s", (word) => {
  expect(TRIGGERS.some((part) => word.includes(part))).toBe(true);
  for (const spelled of [
    word,
    word.toUpperCase(),
    word.charAt(0).toUpperCase() + word.slice(1),
    `${word.toUpperCase()}Prompt`,
    `${word}Prompt`,
  ]) {
    expect(places(`"${spelled}"`).length).toBeGreaterThan(0);
    const bytes = encoder.encode(spelled);
    expect(places(spelled).some((at) => endsWord(bytes, at, bytes.length))).toBe(true);
  }
});

describe("the first letters of every credential need a look, wherever the eight bytes of the loop begin", () => {
  test.each(VENDOR_KEYS.map((key) => key.prefix))("%s", (prefix) => {
    for (let offset = 0; offset < 9; offset++) {
      const text = `${"x".repeat(offset)} ${prefix}1234567890abc`;
      expect(places(text).some((at) => at > offset && at <= offset + prefix.length)).toBe(true);
    }
  });
});

test("numbers of one to four digits need none, those that may be a card number do", () => {
  expect(places("at 17, 23 or 999; 24.7 in 2026, 5523")).toEqual([]);
  expect(places("4111 1111 1111 1111")).not.toEqual([]);
  expect(places("4111111111111111")).not.toEqual([]);
});
