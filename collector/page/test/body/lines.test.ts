import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lines, PIECE } from "../../src/body/lines.ts";

const all = (text: string) => {
  const lines = new Lines(text);
  return Array.from({ length: lines.length }, (_, index) => lines.at(index));
};

describe("lines of a text", () => {
  it("numbers lines and hides the carriage return of a line end", () => {
    expect(all("a\r\n\nb")).toEqual([
      { text: "a", number: 1 },
      { text: "", number: 2 },
      { text: "b", number: 3 },
    ]);
  });

  it("cuts a long line into pieces of one number, never inside of a character", () => {
    const lines = all(`${"x".repeat(PIECE - 1)}😀${"y".repeat(PIECE)}\nz`);
    expect(lines.map((line) => line.number)).toEqual([1, 0, 0, 2]);
    expect(lines[1]?.text.startsWith("😀")).toBe(true);
  });

  it("loses nothing and finds the line of any offset", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 2_500, unit: fc.constantFrom("a", "😀", "\n") }), { maxLength: 4 }), (parts) => {
        const text = parts.join("");
        const lines = new Lines(text);
        let joined = "";
        for (let index = 0; index < lines.length; index++) {
          const { text: line, number } = lines.at(index);
          joined += (index > 0 && number > 0 ? "\n" : "") + line;
          const start = joined.length - line.length;
          expect(lines.lineOf(start)).toBe(index);
        }
        expect(joined).toBe(text);
      }),
    );
  });
});
