// What lint cannot see: rules of the tree that rot when nothing checks them.
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { files, manifest, PACKAGES, read } from "./tree.ts";

const tracked = files().filter((file) => existsSync(join(import.meta.dirname, "../..", file)));
const sources = tracked.filter((file) => /^(packages\/[^/]+|collector)\/src\/.+\.ts$/.test(file));

test("no built file is in git", () => {
  expect(tracked.filter((file) => /(^|\/)(dist|build|coverage|node_modules|\.inpooling)\//.test(file))).toEqual([]);
});

test("each test in a package mirrors a source file or a room", () => {
  const strays = tracked
    .filter((file) => /^(packages\/[^/]+|collector)\/test\/.+\.test\.ts$/.test(file))
    .filter((file) => {
      const source = file.replace("/test/", "/src/").replace(/\.test\.ts$/, "");
      return (
        !sources.includes(`${source}.ts`) && !sources.some((other) => other.startsWith(`${source}/`) || dirname(other) === dirname(source))
      );
    });
  expect(strays).toEqual([]);
});

test("record imports nothing but itself", () => {
  const imports = sources
    .filter((file) => file.startsWith("packages/record/"))
    .flatMap((file) => [...read(file).matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)"/gm)].map((match) => `${file}: ${match[1]}`));
  expect(imports.filter((line) => !/: \.{1,2}\//.test(line))).toEqual([]);
});

test("nothing that --require loads has a top-level await", () => {
  const loaded = sources.filter((file) => file.startsWith("packages/inpooling/") || file.startsWith("packages/record/"));
  expect(loaded.filter((file) => /^(?:const [^=]+= )?await /m.test(read(file)))).toEqual([]);
});

test("no grab-bag file names", () => {
  const grabBags = new Set(["utils.ts", "util.ts", "helpers.ts", "helper.ts", "misc.ts", "common.ts"]);
  expect(tracked.filter((file) => grabBags.has(basename(file)))).toEqual([]);
});

test("SQL stands only in the store", () => {
  const sql = /\b(SELECT\s+.+\s+FROM|INSERT\s+INTO|CREATE\s+TABLE|ALTER\s+TABLE)\b/;
  const leaks = sources.filter((file) => !file.startsWith("collector/src/store/") && sql.test(read(file)));
  expect(leaks).toEqual([]);
});

test("a package's project references are its workspace dependencies", () => {
  for (const folder of PACKAGES) {
    const { references = [] } = JSON.parse(read(`${folder}/tsconfig.json`)) as { references?: { path: string }[] };
    const referenced = references.map(({ path }) => manifest(join(folder, path))["name"]).toSorted();
    const all = { ...(manifest(folder)["dependencies"] as object), ...(manifest(folder)["devDependencies"] as object) };
    const depended = Object.entries(all)
      .filter(([, range]) => String(range).startsWith("workspace:"))
      .map(([name]) => name)
      .toSorted();
    expect(referenced, folder).toEqual(depended);
  }
});

test("the root package has at most eight scripts", () => {
  expect(Object.keys(manifest(".")["scripts"] as object).length).toBeLessThanOrEqual(8);
});

test("no file names a path of some machine", () => {
  // Written so that this file does not match itself.
  const machine = /\/(?:wor[k]|roo[t]|hom[e]\/[a-z]+)\//;
  const texts = tracked.filter((file) => /\.(ts|tsx|js|mjs|json|md|yaml|yml|sql|css|html|sh)$/.test(file) && file !== "pnpm-lock.yaml");
  expect(texts.filter((file) => machine.test(read(file)))).toEqual([]);
});
