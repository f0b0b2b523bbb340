import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFilter } from "../../../src/query/filter/index.ts";
import { hasTerm, quoteValue, term, terms, withoutTerm, withTerm } from "../../src/filter/terms.ts";

describe("terms of a filter line", () => {
  it("keeps quotes and parentheses together", () => {
    expect(terms('host:a  body:"x y \\" z" (a or b) -c')).toEqual(["host:a", 'body:"x y \\" z"', "(a or b)", "-c"]);
  });

  it("adds a term once, and takes it out again", () => {
    const line = withTerm("host:a", "error:*");
    expect(line).toBe("host:a error:*");
    expect(withTerm(line, "error:*")).toBe(line);
    expect(hasTerm(line, "error:*")).toBe(true);
    expect(withoutTerm(line, "error:*")).toBe("host:a");
  });

  it("puts parentheses around an `or`, so that the new term holds for both sides", () => {
    expect(withTerm("host:a or host:b", "error:*")).toBe("(host:a or host:b) error:*");
  });

  it("replaces the term of the same kind", () => {
    expect(withTerm("last:1h host:a", "last:15m", /^last:/)).toBe("host:a last:15m");
  });

  it("quotes any value so that the language reads it back as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (value) => {
        const { where } = parseFilter(term("service", value), 0);
        const match = where.kind === "text" ? where.match : undefined;
        expect(match !== undefined && "value" in match ? match.value : match).toBe(value);
      }),
    );
    expect(quoteValue("api.stripe.com")).toBe("api.stripe.com");
    expect(quoteValue("or")).toBe('"or"');
  });
});
