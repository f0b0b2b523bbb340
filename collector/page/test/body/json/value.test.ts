import { expect, it } from "vitest";
import { parseFilter } from "../../../../src/query/filter/index.ts";
import { JsonScan } from "../../../src/body/json/scan.ts";
import { countLabel, decoded, pathTo, preview, termFor } from "../../../src/body/json/value.ts";

const text = '{"error":{"code":"card_declined","x.y":{"body":1}},"body":["a",{"n":12.50}],"on":true}';
const scan = new JsonScan(text);
scan.step(1_000);
const at = (part: string): number => scan.nodeAt(text.indexOf(part));

it("knows the way to a value", () => {
  expect(pathTo(scan, at("12.50"))).toEqual(["body", "1", "n"]);
  expect(pathTo(scan, at("card_declined"))).toEqual(["error", "code"]);
});

it("makes filter terms that the language reads as that very place", () => {
  const paths = ["card_declined", "1}", "12.50", "true"].map((part) => {
    const line = termFor(scan, at(part), "response") ?? "";
    const { where } = parseFilter(line, 0);
    return where.kind === "json" ? `${where.side} ${where.path.join("/")}` : line;
  });
  expect(paths).toEqual(["response error/code", "response error/x.y/body", "response body/1/n", "response on"]);
  expect(termFor(scan, 0, "request")).toBeUndefined();
});

it("previews what is folded", () => {
  expect(preview(scan, 0)).toBe("error: {…}, body: […], on: true");
  expect(preview(scan, at('["a"'))).toBe('"a", {…}');
});

it("counts and decodes", () => {
  expect(countLabel(scan, 0)).toBe("3 fields");
  expect(countLabel(scan, at('["a"'))).toBe("2 items");
  expect(decoded('"a\\nb\\u00e9"')).toBe("a\nbé");
  expect(decoded('"cut of')).toBe("cut of");
  expect(decoded('"bad \\x"')).toBe("bad \\x");
});
