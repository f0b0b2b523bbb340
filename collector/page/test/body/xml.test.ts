import fc from "fast-check";
import { expect, it } from "vitest";
import { indentXml } from "../../src/body/xml.ts";

it("puts one element on a line and leaves text with it", () => {
  expect(indentXml('<?xml version="1.0"?><a><b c="1">x</b><d/><e><![CDATA[<f>]]></e></a>').split("\n")).toEqual([
    '<?xml version="1.0"?>',
    "<a>",
    '  <b c="1">x</b>',
    "  <d/>",
    "  <e><![CDATA[<f>]]></e>",
    "</a>",
  ]);
});

it("changes nothing but white space", () => {
  const tight = (text: string): string => text.replaceAll(/\s+/g, "");
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("<a>", "</a>", "<b/>", "<", ">", "x", "<!--", "-->", " ", "\n") }), (xml) => {
      expect(tight(indentXml(xml))).toBe(tight(xml));
    }),
  );
});
