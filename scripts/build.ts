// Builds everything that runs: the packages (tsc), the record room inside each published package, the page.
import { cpSync, existsSync, readdirSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const root = fileURLToPath(new URL("..", import.meta.url));

function run(command: string, args: readonly string[], cwd = root): void {
  const done = spawnSync(process.execPath, [join(root, command), ...args], { cwd, stdio: ["ignore", "inherit", "inherit"] });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

// First, because it needs no types: what spawned programs load is fresh even while some room does not compile.
run("scripts/bundle.ts", []);
run("node_modules/typescript/bin/tsc", ["-b"]);
// The published packages carry `record` as `#record`, so that it needs no package of its own.
for (const target of ["packages/inpooling", "collector"]) {
  const to = join(root, target, "dist/record");
  cpSync(join(root, "packages/record/dist"), to, { recursive: true, filter: (file) => !file.endsWith(".tsbuildinfo") });
}
// SQL files are read at run time, next to the compiled module that names them.
const sql = join(root, "collector/src/store/sql");
if (existsSync(sql) && readdirSync(sql).length > 0) cpSync(sql, join(root, "collector/dist/store/sql"), { recursive: true });
if (!process.argv.includes("--no-page") && existsSync(join(root, "collector/page/vite.config.ts"))) {
  run("collector/node_modules/vite/bin/vite.js", ["build", "--logLevel", "warn"], join(root, "collector/page"));
}
