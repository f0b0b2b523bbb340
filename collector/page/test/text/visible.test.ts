import { describe, expect, it } from "vitest";
import { pieces, visiblePlain } from "../../src/text/visible.ts";

describe("other people's text", () => {
  it("stays one plain piece when nothing in it hides", () => {
    expect(pieces("Zürich, 東京, \tשלום\n👩‍👩‍👧")).toEqual([{ kind: "plain", text: "Zürich, 東京, \tשלום\n👩‍👩‍👧" }]);
    expect(pieces("")).toEqual([]);
  });

  it("shows a right-to-left override as what it is", () => {
    expect(pieces("a\u202eb")).toEqual([
      { kind: "plain", text: "a" },
      { kind: "hidden", shown: "U+202E", name: "U+202E right-to-left override" },
      { kind: "plain", text: "b" },
    ]);
  });

  it("names control characters by their abbreviation, which every font can draw", () => {
    expect(pieces("\u001b[31m").at(0)).toEqual({ kind: "hidden", shown: "ESC", name: "U+001B escape" });
    expect(pieces("\r").at(0)).toMatchObject({ shown: "CR" });
  });

  it("shows half a surrogate pair and tag characters", () => {
    expect(pieces("\ud800").at(0)).toMatchObject({ kind: "hidden", shown: "U+D800" });
    expect(pieces("\u{e0041}").at(0)).toMatchObject({ kind: "hidden", shown: "U+E0041" });
  });

  it("marks what redaction put in, and only that", () => {
    expect(pieces("Bearer [redacted:bearer]!")).toEqual([
      { kind: "plain", text: "Bearer " },
      { kind: "redacted", text: "[redacted:bearer]", rule: "bearer" },
      { kind: "plain", text: "!" },
    ]);
    expect(pieces("[redacted:]")).toEqual([{ kind: "plain", text: "[redacted:]" }]);
  });

  it("gives titles and labels text in which nothing hides", () => {
    expect(visiblePlain("a\u202eb\u0007")).not.toMatch(/\p{Cc}|\u202e/u);
  });
});
