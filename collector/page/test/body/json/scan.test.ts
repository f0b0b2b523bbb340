import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonScan, NodeKind } from "../../../src/body/json/scan.ts";

function scanned(text: string, slice = 1_000_000): JsonScan {
  const scan = new JsonScan(text);
  while (!scan.step(slice));
  return scan;
}

/** The value that the table describes. */
function value(scan: JsonScan, node = 0): unknown {
  const kind = scan.kind(node);
  if (kind !== NodeKind.object && kind !== NodeKind.array) return JSON.parse(scan.source(node));
  const members: [string, unknown][] = [];
  for (let child = node + 1; child < scan.next(node); child = scan.next(child)) {
    members.push([kind === NodeKind.object ? (JSON.parse(scan.keySource(child)) as string) : "", value(scan, child)]);
  }
  return kind === NodeKind.array ? members.map(([, element]) => element) : Object.fromEntries(members);
}

describe("reading JSON", () => {
  it("agrees with JSON.parse about documents, in slices of any size", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat({ max: 7 }), fc.nat({ max: 3 }), (text, slice, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), undefined, indent);
        const scan = scanned(spaced, slice + 1);
        expect(scan.problem).toBeUndefined();
        expect(scan.cut).toBe(false);
        expect(value(scan)).toEqual(JSON.parse(spaced));
      }),
    );
  });

  it("agrees with JSON.parse about what is not JSON", () => {
    const unit = fc.constantFrom("{", "}", "[", "]", ",", ":", '"', "a", "1", "-", ".", "e", "true", "nul", " ", "\\");
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength: 12 }), (text) => {
        // What a string holds is not looked at, so that hostile escapes and raw controls are shown and not refused.
        const scan = scanned(text);
        if (text.includes("\\")) return;
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        expect(scan.problem === undefined && !scan.cut).toBe(valid);
      }),
      { numRuns: 3_000 },
    );
  });

  it("reads what stands before the end of a document that was cut at any place", () => {
    const text = '{"took":30,"items":[{"id":1,"ok":true},{"id":-2.5e3,"note":"a \\" b"}]}';
    for (let end = 1; end < text.length; end++) {
      const scan = scanned(text.slice(0, end));
      expect(scan.problem).toBeUndefined();
      expect(scan.cut).toBe(true);
      for (let node = 0; node < scan.nodes; node++) expect(scan.next(node)).toBeGreaterThan(node);
    }
    const scan = scanned(text.slice(0, 40));
    expect(scan.closed(0)).toBe(false);
    expect(scan.next(0)).toBe(scan.nodes);
  });

  it("keeps numbers as written and repeated names", () => {
    const scan = scanned('{"id":90071992547409931,"id":1.0}');
    expect([scan.source(1), scan.source(2)]).toEqual(["90071992547409931", "1.0"]);
    expect([scan.keySource(1), scan.keySource(2)]).toEqual(['"id"', '"id"']);
  });

  it("says where it is wrong", () => {
    expect(scanned('{"a":1 "b":2}').problem).toEqual({ offset: 7, message: "a comma or } is expected" });
    expect(scanned("<html>").problem?.offset).toBe(0);
  });

  it("takes a document a hundred thousand deep without a stack", () => {
    const scan = scanned("[".repeat(100_000) + "]".repeat(100_000));
    expect(scan.nodes).toBe(100_000);
    expect(scan.problem).toBeUndefined();
  });

  it("finds the value at an offset, by its name too", () => {
    const text = '{"a":{"bb":12},"c":[true]}';
    const scan = scanned(text);
    expect(scan.source(scan.nodeAt(text.indexOf("12")))).toBe("12");
    expect(scan.source(scan.nodeAt(text.indexOf("bb")))).toBe("12");
    expect(scan.source(scan.nodeAt(text.indexOf("true") + 2))).toBe("true");
  });
});
