import { fields, prefixes } from "./fields.ts";

/** How terms are put together; `grammar()` adds the fields. */
const rules = `A filter is a line of terms. Every term must hold; an empty filter takes every call.

  field:value        the field has this value (or contains it, see below); case does not count
  field:"a value"    quotes for spaces, ( ) : and *; inside them \\" \\\\ \\n \\t \\uXXXX
  field:*            there is a value            -field:*   there is none
  field:api.*.com    * stands for any run of characters
  field:=value       exactly this                field:~value   contains this
  field:>=500        also > < <=                 field:500..599   both ends included
  word, "two words"  text anywhere in the call: URL, bodies, error, operation, tags
  -term              not
  a b                both                        a or b     either ("and" binds tighter than "or")
  ( a or b ) c       parentheses

  last:15m   from:2026-11-24T09:00Z   to:now-5m
                     the time, for the whole filter; last: and to: go together

`;

const lineWidth = 100;
const exampleWidth = 40;

/** One field: the example and, beside it, what it is about on as many lines as that takes. */
function described({ example, about }: { readonly example: string; readonly about: string }): string {
  const lines: string[] = [];
  let line = "";
  for (const word of about.split(" ")) {
    if (line !== "" && exampleWidth + line.length + 1 + word.length > lineWidth) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((text, at) => `${(at === 0 ? `  ${example} ` : "").padEnd(exampleWidth)}${text}`).join("\n");
}

/** The whole language as text for `inpooling query --help`, the README and the page: lines of at most 100 columns. */
export function grammar(): string {
  const all = [...fields.filter((spec) => spec.name !== "any"), ...prefixes];
  return `${rules}Fields\n${all.map((spec) => described(spec)).join("\n")}\n\nOf JSON bodies: numbers are compared as numbers with > >= < <= = and .., else as text; array\nelements by index; a key with a dot, or called headers, body or size, in quotes: res."a.b":x\n`;
}
