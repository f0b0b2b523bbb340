// `pnpm check`: everything that must hold besides the tests: format, lint, types, unused code.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name: string): string => join(root, "node_modules/.bin", name);

const CHECKS: readonly (readonly [what: string, command: string, ...args: string[]])[] = [
  ["build (types of what is published)", process.execPath, join(root, "scripts/build.ts")],
  ["types of everything else", bin("tsc"), "-p", "tsconfig.check.json"],
  ["types of the page", bin("tsc"), "-p", "collector/page/tsconfig.json", "--noEmit"],
  ["types of the browser tests", bin("tsc"), "-p", "test/browser/tsconfig.json", "--noEmit"],
  ["format", bin("oxfmt"), "--check", "packages", "collector", "examples", "test", "scripts", "vitest.config.ts"],
  ["lint", bin("oxlint"), "--type-aware", "--deny-warnings"],
  ["unused files, exports and dependencies", bin("knip"), "--no-progress"],
];

const failed: string[] = [];
for (const [what, command, ...args] of CHECKS) {
  process.stdout.write(`\n== ${what}\n`);
  const done = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (done.status !== 0) failed.push(what);
}
process.stdout.write(failed.length === 0 ? "\nAll checks passed.\n" : `\nFailed: ${failed.join("; ")}\n`);
process.exit(failed.length === 0 ? 0 : 1);
