import { describe, expect, test } from "vitest";
import { duration } from "../../../src/query/present/duration.ts";
import { prettyJson } from "../../../src/query/present/json-text.ts";
import { size } from "../../../src/query/present/size.ts";
import { visible } from "../../../src/query/present/visible.ts";

test.each([
  [0, "0 ms"],
  [0.0004, "1 µs"],
  [0.412, "412 µs"],
  [0.9996, "1.00 ms"],
  [8.314, "8.31 ms"],
  [83.14, "83.1 ms"],
  [831.4, "831 ms"],
  [999.6, "1.00 s"],
  [1250, "1.25 s"],
  [59_949, "59.9 s"],
  [59_951, "1 min"],
  [125_000, "2 min 5 s"],
  [3_599_600, "1 h"],
  [3_720_000, "1 h 2 min"],
  [-5, "-5.00 ms"],
  [Number.NaN, "–"],
])("%d ms is shown as %s", (value, expected) => expect(duration(value)).toBe(expected));

test.each([
  [0, "0 B"],
  [912, "912 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1434, "1.4 KiB"],
  [12_288, "12 KiB"],
  [1_048_064, "1.0 MiB"],
  [12 * 1024 ** 2, "12 MiB"],
  [5 * 1024 ** 4, "5.0 TiB"],
  [1024 ** 6, "1048576 TiB"],
])("%d bytes are shown as %s", (value, expected) => expect(size(value)).toBe(expected));

describe("what is invisible or acts on a terminal", () => {
  test.each([
    ["\u001b[2Jx", "␛[2Jx"],
    ["a\u202eb", "a‹U+202E›b"],
    ["\u0000\u007f\u009b", "␀␡‹U+009B›"],
    ["a\nb", "a␊b"],
    ["a\u200bb", "a‹U+200B›b"],
    ["\ud800", "‹U+D800›"],
    ["👩‍💻 é ü 漢字", "👩‍💻 é ü 漢字"],
    ["नमस्‍ते", "नमस्‍ते"],
    ["a\u200d", "a‹U+200D›"],
    ["\u{e0041}", "‹U+E0041›"],
  ])("%j", (text, expected) => expect(visible(text)).toBe(expected));
  test("what is kept", () => expect(visible("a\n\tb\r", "\n\t")).toBe("a\n\tb␍"));
});

describe("JSON", () => {
  test("is indented, its values as they were", () => {
    const source = '{"a":1.0,"id":12345678901234567890,"b":[1,[],{}, "x:,{"],"a":null}';
    const pretty = prettyJson(source) ?? "";
    expect(pretty).toBe(
      '{\n  "a": 1.0,\n  "id": 12345678901234567890,\n  "b": [\n    1,\n    [],\n    {},\n    "x:,{"\n  ],\n  "a": null\n}',
    );
  });
  test("that was cut is shown as far as it goes", () => expect(prettyJson('{"a":[1,"b')).toBe('{\n  "a": [\n    1,\n    "b'));
  test("of any depth", () => expect(prettyJson("[".repeat(100_000))?.length).toBeGreaterThan(100_000));
  test("several documents", () => expect(prettyJson('{"a":1}\n{"b":2}')).toBe('{\n  "a": 1\n} {\n  "b": 2\n}'));
  test("text is no JSON", () => expect(prettyJson("hello")).toBeUndefined());
});
