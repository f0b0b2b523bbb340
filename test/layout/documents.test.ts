// Documents that must tell the truth: README and ARCHITECTURE.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { configTable } from "../../packages/inpooling/src/config/table.ts";
import { attributeReference } from "../../packages/record/src/attribute-reference.ts";
import { expect, test } from "vitest";
import { files, read } from "./tree.ts";

const root = join(import.meta.dirname, "../..");

test("the README's first screen shows the two commands", () => {
  const screen = read("README.md").split("\n").slice(0, 40).join("\n");
  expect(screen).toContain("npx -y pnpm@12 start");
  expect(screen).toContain("npx -y pnpm@12 test");
});

test("the README's table of variables is the one in code", () => {
  const table = /<!-- config -->\n([\s\S]*?)\n<!-- \/config -->/.exec(read("README.md"))?.[1];
  expect(table?.trim(), "run `node --conditions=inpooling-source scripts/documents.ts`").toBe(configTable().trim());
});

test("ARCHITECTURE's table of attributes is the one in code", () => {
  const table = /<!-- attributes -->\n([\s\S]*?)\n<!-- \/attributes -->/.exec(read("ARCHITECTURE.md"))?.[1];
  expect(table?.trim(), "run `node --conditions=inpooling-source scripts/documents.ts`").toBe(attributeReference().trim());
});

test("every example is in the README", () => {
  const examples = new Set(
    files()
      .map((file) => /^examples\/([^/]+)\//.exec(file)?.[1])
      .filter((name) => name !== undefined),
  );
  for (const name of examples) expect(read("README.md")).toContain(`examples/${name}`);
});

test("each invariant in ARCHITECTURE.md names a test that exists", () => {
  const section = /## Invariants\n([\s\S]*?)\n## /.exec(read("ARCHITECTURE.md"))?.[1] ?? "";
  const invariants = section.split("\n").filter((line) => /^\d+\. /.test(line));
  expect(invariants.length).toBeGreaterThanOrEqual(10);
  for (const invariant of invariants) {
    const tests = [...invariant.matchAll(/`([^`]+\.test\.tsx?)`/g)].map((match) => match[1] ?? "");
    expect(tests.length, invariant).toBeGreaterThan(0);
    for (const file of tests) expect(existsSync(join(root, file)), `${file} named by: ${invariant}`).toBe(true);
  }
});

test("links to files of this repository lead somewhere", () => {
  for (const page of ["README.md", "ARCHITECTURE.md"]) {
    const targets = [...read(page).matchAll(/(?:\]\(|src(?:set)?=")(?!https?:|#)([^)#"]+)/g)].map((match) => match[1] ?? "");
    for (const target of targets) expect(existsSync(join(root, target)), `${page}: ${target}`).toBe(true);
  }
});
