// What `--require inpooling/register` costs before the first call, and what `npm install inpooling` puts on disk:
// `node test/overhead/startup.ts [runs]`. Start times are pairs of processes, bare and with the flag, in turn.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const here = join(root, "test");
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Main-thread CPU in ms and resident memory in MB of an empty program. */
function start(flags: readonly string[]): { cpu: number; wall: number; rss: number } {
  const program = `const cpu = process.threadCpuUsage(); console.log(JSON.stringify({ cpu: (cpu.user + cpu.system) / 1000, wall: performance.now(), rss: process.memoryUsage.rss() / 2 ** 20 })); process.exit(0)`;
  const done = spawnSync(process.execPath, [...flags, "--eval", program], { cwd: here, encoding: "utf8" });
  return JSON.parse(done.stdout) as ReturnType<typeof start>;
}

function compareStarts(runs: number): void {
  const pairs = Array.from({ length: runs }, () => ({ bare: start([]), with: start(["--require", "inpooling/register"]) }));
  console.log(`\nStart of an empty program, ${runs} pairs, medians`);
  console.table({
    "CPU of the main thread, ms": {
      bare: median(pairs.map(({ bare }) => bare.cpu)),
      added: median(pairs.map((pair) => pair.with.cpu - pair.bare.cpu)),
    },
    "until its first line, ms": {
      bare: median(pairs.map(({ bare }) => bare.wall)),
      added: median(pairs.map((pair) => pair.with.wall - pair.bare.wall)),
    },
    "RSS, MB": { bare: median(pairs.map(({ bare }) => bare.rss)), added: median(pairs.map((pair) => pair.with.rss - pair.bare.rss)) },
  });
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
    (sum, entry) => sum + (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0),
    0,
  );
}

function measureInstall(): void {
  const folder = mkdtempSync(join(tmpdir(), "inpooling-size-"));
  try {
    execFileSync("npx", ["-y", "pnpm@12", "pack", "--pack-destination", folder], { cwd: join(root, "packages/inpooling"), stdio: "pipe" });
    const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz")) ?? "";
    writeFileSync(join(folder, "package.json"), '{"name":"user","private":true}');
    execFileSync("npm", ["install", "--no-audit", "--no-fund", `./${tarball}`], { cwd: folder, stdio: "pipe" });
    const lock = JSON.parse(execFileSync("npm", ["ls", "--all", "--json"], { cwd: folder, encoding: "utf8" })) as Tree;
    console.log(
      `\nnpm install inpooling: ${new Set(namesOf(lock)).size} packages, ${(sizeOf(join(folder, "node_modules")) / 1e6).toFixed(1)} MB on disk; tarball ${(statSync(join(folder, tarball)).size / 1e3).toFixed(0)} KB`,
    );
    console.log([...new Set(namesOf(lock))].join(", "));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Tree {
  readonly dependencies?: Readonly<Record<string, Tree & { readonly version?: string }>>;
}
function namesOf(tree: Tree): string[] {
  // An optional peer that is not installed is listed without a version.
  const installed = Object.entries(tree.dependencies ?? {}).filter(([, child]) => child.version !== undefined);
  return installed.flatMap(([name, child]) => [`${name}@${child.version ?? ""}`, ...namesOf(child)]);
}

compareStarts(Number(process.argv[2] ?? 15));
measureInstall();
