// Writes what documents take from code: the README's settings, ARCHITECTURE's attributes. Layout tests fail while they differ.
import { readFileSync, writeFileSync } from "node:fs";
import { configTable } from "../packages/inpooling/src/config/table.ts";
import { attributeReference } from "../packages/record/src/attribute-reference.ts";

function fill(document: string, part: string, text: string): void {
  const file = new URL(`../${document}`, import.meta.url);
  const between = new RegExp(`(<!-- ${part} -->\n)[\\s\\S]*?(<!-- /${part} -->)`);
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(between, (_, open: string, close: string) => `${open}${text.trim()}\n${close}`),
  );
}

fill("README.md", "config", configTable());
fill("ARCHITECTURE.md", "attributes", attributeReference());
