import { expect, test } from "vitest";
import { visible, Warnings } from "../../src/up/warnings.ts";

test("the same trouble is told once a minute, with how often it came", () => {
  const lines: string[] = [];
  let now = 0;
  const warnings = new Warnings(
    (line) => lines.push(line),
    () => now,
  );
  for (const time of [0, 1_000, 59_000, 60_000, 61_000]) {
    now = time;
    warnings.warn("400 /v1/traces", `bad body ${time}`);
  }
  warnings.warn("413 /v1/traces", "too large");
  expect(lines).toEqual(["inpooling: bad body 0\n", "inpooling: bad body 60000 (and 2 more since)\n", "inpooling: too large\n"]);
});

test("what a sender wrote is shown, not obeyed, by the terminal", () => {
  expect(visible("a\u001b[2Jb\u009b1mc\u202ed\ne")).toBe("a\\u{1b}[2Jb\\u{9b}1mc\\u{202e}d\\u{a}e");
});
