import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wholeWords } from "../../../src/store/where/text.ts";

/** The engine's own idea of words: runs of ASCII letters and digits and of bytes beyond ASCII. */
function words(text: string): string[] {
  return text.split(/[^0-9A-Za-z\u0080-\u{10ffff}]+/u).map((word) => word.toLowerCase());
}

const piece = fc.string({ unit: fc.constantFrom("a", "B", "7", " ", "_", '"', "-", "é", "\n", "."), maxLength: 12 });

describe("the words that the index may be asked for", () => {
  test("stand as whole words wherever the text stands: the index never hides a match", () => {
    fc.assert(
      fc.property(piece, piece, piece, (before, text, after) => {
        const there = new Set(words(before + text + after));
        for (const word of wholeWords(text, false, false)) expect(there.has(word)).toBe(true);
        const whole = new Set(words(text));
        for (const word of wholeWords(text, true, true)) expect(whole.has(word)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("are those with separators of the text's own around them", () => {
    expect(wholeWords("card_declined", false, false)).toEqual([]);
    expect(wholeWords('"card_declined"', false, false)).toEqual(["declined", "card"]);
    expect(wholeWords("Your card was declined", false, false)).toEqual(["card", "was"]);
    expect(wholeWords("Your card", true, true)).toEqual(["your", "card"]);
    expect(wholeWords(" Ünder ü ", false, false)).toEqual([]);
  });
});
