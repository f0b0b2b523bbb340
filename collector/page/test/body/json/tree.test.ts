import { describe, expect, it } from "vitest";
import { JsonScan } from "../../../src/body/json/scan.ts";
import { JsonTree } from "../../../src/body/json/tree.ts";

function tree(text: string): JsonTree {
  const scan = new JsonScan(text);
  scan.step(10_000_000);
  return new JsonTree(scan);
}

/** Lines as `depth source`, closing ones as `depth /`. */
function lines(of: JsonTree): readonly string[] {
  return Array.from({ length: of.length }, (_, index) => {
    const { node, depth, closing } = of.line(index);
    return `${depth} ${closing ? "/" : of.scan.source(node)}`;
  });
}

describe("the tree of a document", () => {
  it("opens small documents whole, with a line for each end", () => {
    expect(lines(tree('{"a":[1,{}],"b":"x"}'))).toEqual(['0 {"a":[1,{}],"b":"x"}', "1 [1,{}]", "2 1", "2 {}", "1 /", '1 "x"', "0 /"]);
    expect(lines(tree("42"))).toEqual(["0 42"]);
    expect(lines(tree("[]"))).toEqual(["0 []"]);
  });

  it("folds and unfolds", () => {
    const shown = tree('{"a":[1,2]}');
    shown.toggle(1);
    expect(lines(shown)).toEqual(['0 {"a":[1,2]}', "1 [1,2]", "0 /"]);
    shown.toggle(1);
    expect(shown.length).toBe(6);
    shown.toggleAll(0);
    expect(shown.length).toBe(1);
    shown.toggleAll(0);
    expect(shown.length).toBe(6);
  });

  it("unfolds from the top as far as lines fit, and leaves the rest folded", () => {
    const shown = tree(JSON.stringify(Array.from({ length: 300 }, (_, index) => ({ index, more: [index] }))));
    expect(shown.length).toBeGreaterThan(302);
    expect(shown.length).toBeLessThanOrEqual(502);
    expect(shown.isUnfolded(1)).toBe(true);
    expect(shown.isUnfolded(shown.line(shown.length - 2).node)).toBe(false);
  });

  it("shows the beginning while the rest is read, and keeps what was folded when it grows", () => {
    const scan = new JsonScan(JSON.stringify({ first: { a: 1 }, list: Array.from({ length: 50 }, (_, index) => index) }));
    expect(scan.step(20)).toBe(false);
    const shown = new JsonTree(scan);
    const before = shown.length;
    expect(before).toBeGreaterThan(5);
    shown.toggle(1);
    while (!scan.step(20));
    shown.grow();
    expect(shown.isUnfolded(1)).toBe(false);
    expect(shown.length).toBe(55);
    expect(shown.line(54)).toEqual({ node: 0, depth: 0, closing: true });
  });

  it("unfolds what holds a value that is looked for", () => {
    const text = JSON.stringify(Array.from({ length: 300 }, (_, index) => ({ deep: { index } })));
    const shown = tree(text);
    const node = shown.scan.nodeAt(text.indexOf('"index":250'));
    const line = shown.reveal(node);
    expect(shown.line(line)).toMatchObject({ node, depth: 3 });
  });
});
