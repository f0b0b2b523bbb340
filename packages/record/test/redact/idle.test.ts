import fc from "fast-check";
import { expect, test } from "vitest";
import { scanContent } from "../../src/redact/content.ts";
import { scanEventStream } from "../../src/redact/event-stream.ts";
import { isBoring, isIdle } from "../../src/redact/idle.ts";
import { Scan } from "../../src/redact/scan.ts";

const encoder = new TextEncoder();

function scanOf(text: string): Scan {
  const bytes = encoder.encode(text);
  return new Scan(bytes, 0, bytes.length, { cut: false, content: scanContent });
}

/** What the full scan hides in a text, without the pass before it. */
function hidden(text: string, scanner: (scan: Scan) => void): readonly unknown[] {
  const scan = scanOf(text);
  scanner(scan);
  return scan.edits.merged();
}

test.each([
  [JSON.stringify({ id: "cus_9sXaQ2LkV0", author: "someone", total_tokens: 17, usage: { prompt_tokens: 3 }, next_page_token: null })],
  [JSON.stringify({ created: 1_763_990_000, postal_code: "10115", phone: "+49 30 1234567", when: "2026-11-24T10:00:00Z" })],
  [JSON.stringify({ url: "https://api.example.com/v1/orders?limit=10", text: 'a "quoted" line\nand the token of his monkey: none' })],
  [JSON.stringify({ data: JSON.stringify({ total_tokens: 17, path: "a/b", passenger: "x" }) })],
  ['data: {"choices":[{"delta":{"content":" pass"}}],"usage":null}\n\n'],
  ["Stokes' keyboard shipped; see the standard, edition 7: 1234 5678"],
  [""],
])("ordinary text needs no full scan: %s", (text) => {
  expect(isIdle(scanOf(text), text.startsWith("data:"))).toBe(true);
});

test.each([
  ['{"a":"\\n\\tpin: 1234\\/"}'],
  ['{"to\\/ken":1,"\\token":"abc"}'],
  ['{"name":"password","value":"hunter2"}'],
  ['["bearer"":true17.Connect'],
  ['["x-api-key","abc123def"]'],
  ['["--password","hunter22"]'],
  ['{"u":"https:\\/\\/me:pw@h.example\\/"}'],
  ['{"u":"https://hooks.slack.com/services\\/T0/B0/abc"}'],
  ["a sk\\_live_cnry7Q2xWv9LmZ4tRb8K"],
  ['{"a":"Bearer\\tabc123def456 \\/"}'],
  ["data: Bearer\ndata: abc123def456\n\n"],
  ["?code=cnry7Q2xWv9LmZ4tRb8K"],
  ["%70assword=abc"],
  ['{"\\u0174oken":"abc"}'],
  ['{"passphrase\\"}":{"a":"abc"}}'],
  ["4111 1111 1111 1111"],
])("where a secret may show once the text is read, the full scan runs: %s", (text) => {
  expect(isIdle(scanOf(text), text.startsWith("data:"))).toBe(false);
});

test("a text that needs no full scan has nothing that it would hide", () => {
  const secret = "cnry7Q2xWv9LmZ4tRb8K";
  const name = fc
    .array(
      fc.constantFrom(
        ..."token tokens key api secret password pass word card number auth author pin code sig total page next type name value header".split(
          " ",
        ),
        ..."bearer cookie session connection string jwt saml Authorization clientSecret X-Api-Key APIKey".split(" "),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .chain((words) => fc.constantFrom("_", "-", " ", "", ".", "\\t").map((joint) => words.join(joint)));
  const piece = fc.oneof(
    name,
    fc.constantFrom(
      secret,
      `sk_live_${secret}`,
      `Bearer ${secret}`,
      "4242424242424242",
      `eyJhbGciOiJIUzI1NiJ9.eyJ${secret}.x`,
      "https://u:p@h/",
      "17",
      "null",
    ),
    fc.constantFrom(
      ..."{}[]:,=\"'\\%<>/-& \n",
      "\\n",
      "\\/",
      '\\"',
      "\\u0041",
      "\\u00e9",
      "\\\\",
      "--",
      '":"',
      '":',
      '","',
      "://",
      "?",
      "data: ",
      "é",
    ),
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 14 }).map((list) => list.join("")),
    fc.array(fc.tuple(name, piece), { maxLength: 4 }).map((list) => JSON.stringify(Object.fromEntries(list))),
    fc.array(fc.tuple(name, piece), { maxLength: 4 }).map((list) => JSON.stringify({ data: JSON.stringify(list) })),
    fc.tuple(name, piece, fc.constantFrom(": ", "=", " = ", " ")).map(([key, value, sign]) => JSON.stringify([key + sign + value])),
  );
  fc.assert(
    fc.property(text, fc.boolean(), (input, isStream) => {
      if (isIdle(scanOf(input), isStream)) expect(hidden(input, isStream ? scanEventStream : scanContent)).toEqual([]);
      if (isBoring(input)) expect(hidden(input, scanContent)).toEqual([]);
    }),
    { numRuns: 20_000 },
  );
});
