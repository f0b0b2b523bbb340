// The transparency suite from a terminal: `pnpm compliance --help`.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { RUNTIMES, versionOf, type Runtime } from "../pipeline/harness/runtimes.ts";
import { loadGroups } from "./cases/index.ts";
import type { Case } from "./suite/case.ts";
import { BareRuns, measure, type Verdict } from "./suite/measure.ts";
import { casesFor } from "./suite/selection.ts";
import { tables, type Column } from "./suite/table.ts";
import { isInstalled, peerFolder, TOOLS, toolNamed, type Tool } from "./suite/tools.ts";

const HELP = `Runs every case of test/compliance bare and under a tool, and prints what the tool changed.

  pnpm compliance [--tool NAME]... [--node 22|24|26] [--case TEXT] [--install] [--details] [--write]

  --tool NAME    ${TOOLS.map(({ name }) => name).join(", ")}; default bare and inpooling; "all" for every one
  --node MAJOR   the Node.js line to run on; default 24
  --case TEXT    only cases whose name contains it
  --install      installs a peer's packages into test/compliance/.peers first (npm, exact versions, no install scripts)
  --details      prints what exactly differs
  --write        puts the result into test/compliance/README.md
`;

const OPTIONS = {
  tool: { type: "string", multiple: true },
  node: { type: "string", default: "24" },
  case: { type: "string", default: "" },
  install: { type: "boolean", default: false },
  details: { type: "boolean", default: false },
  write: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const BEGIN = "<!-- result: written by `pnpm compliance --write` -->";
const END = "<!-- end of result -->";
const README = fileURLToPath(new URL("README.md", import.meta.url));

function install(tool: Tool): void {
  const folder = peerFolder(tool.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: tool.packages }));
  const done = spawnSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (done.status !== 0) throw new Error(`npm could not install ${Object.keys(tool.packages).join(", ")} into ${folder}`);
}

function details(tool: Tool, verdicts: readonly Verdict[]): void {
  for (const { name, difference, record } of verdicts) {
    if (difference !== undefined) console.log(`\n${tool.name}: ${name}\n  ${difference}`);
    if (record !== undefined && record !== "") console.log(`\n${tool.name}: ${name}\n  record: ${record}`);
  }
}

async function column(tool: Tool, runtime: Runtime, cases: readonly Case[], bare: BareRuns, showDetails: boolean): Promise<Column> {
  if (!isInstalled(tool)) return { tool: tool.name, absent: "not installed" };
  process.stderr.write(`${tool.name} on ${runtime.name} ...\n`);
  try {
    const verdicts = await measure(tool, runtime.node, cases, bare);
    if (showDetails) details(tool, verdicts);
    return { tool: tool.name, verdicts: new Map(verdicts.map((verdict) => [verdict.name, verdict])) };
  } catch (error) {
    process.stderr.write(`${tool.name}: ${String(error)}\n`);
    return { tool: tool.name, absent: "does not start" };
  }
}

/** What the versions were, and which fields for propagation each tool added (a tracing tool is asked to). */
function footnotes(tools: readonly Tool[], runtime: Runtime, columns: readonly Column[]): string {
  const lines = [
    `Node.js ${versionOf(runtime)}, ${process.platform}; ${columns.length} tools, ${tools.map(({ name, packages }) => [name, ...Object.entries(packages).map((pair) => pair.join(" "))].join(": ")).join("; ")}.`,
  ];
  for (const each of columns) {
    if ("absent" in each) continue;
    const fields = [...new Set([...each.verdicts.values()].flatMap(({ propagated }) => propagated))];
    if (fields.length > 0) lines.push(`${each.tool} adds ${fields.join(", ")} to requests; that is left out of the comparison.`);
  }
  return lines.join("\n\n");
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const runtime = RUNTIMES.find(({ name }) => name === `Node ${values.node}`);
  if (!runtime) throw new RangeError(`--node ${values.node}: there are ${RUNTIMES.map(({ name }) => name.slice(5)).join(", ")}`);
  const names = values.tool ?? ["bare", "inpooling"];
  const tools = names.includes("all") ? TOOLS : names.map(toolNamed);
  if (values.install) for (const tool of tools) if (!isInstalled(tool)) install(tool);
  const groups = await loadGroups();
  const cases = casesFor(groups, Number(values.node)).filter(({ name }) => name.toLowerCase().includes(values.case.toLowerCase()));
  if (cases.length === 0) throw new RangeError(`--case ${values.case}: no case has that in its name`);
  const bare = new BareRuns(runtime.node);
  await bare.run(cases);
  const broken = bare.broken();
  if (broken.length > 0) throw new Error(`these cases hang or die without any tool, the suite is wrong: ${broken.join("; ")}`);
  const columns: Column[] = [];
  for (const tool of tools) columns.push(await column(tool, runtime, cases, bare, values.details));
  const result = `${footnotes(tools, runtime, columns)}\n\n${tables(groups, columns)}`;
  process.stdout.write(`\n${result}\n`);
  if (values.write) {
    const readme = readFileSync(README, "utf8");
    writeFileSync(README, `${readme.slice(0, readme.indexOf(BEGIN) + BEGIN.length)}\n\n${result}\n\n${readme.slice(readme.indexOf(END))}`);
  }
  const ours = columns.find(({ tool }) => tool === "inpooling");
  return ours &&
    "verdicts" in ours &&
    [...ours.verdicts.values()].some(({ difference, record }) => difference !== undefined || record !== undefined)
    ? 1
    : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
