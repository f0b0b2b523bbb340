// `pnpm bench [name…]`: runs the programs that print the figures, one after the other. Without names: all of them.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  capture: ["test/overhead/capture.ts"],
  whole: ["test/overhead/whole.ts", "5"],
  startup: ["test/overhead/startup.ts"],
  exit: ["test/overhead/exit.ts"],
  sse: ["test/overhead/sse.ts"],
  encode: ["packages/record/bench/encode.ts"],
  redact: ["packages/record/bench/redact.ts"],
  ingest: ["collector/bench/ingest.ts"],
  query: ["collector/bench/query.ts"],
};

const asked = process.argv.slice(2);
for (const name of asked) {
  if (PROGRAMS[name] !== undefined) continue;
  console.error(`There is no bench "${name}". There are: ${Object.keys(PROGRAMS).join(", ")}.`);
  process.exit(2);
}
for (const [name, program] of Object.entries(PROGRAMS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n== ${name}: node ${program.join(" ")}`);
  const { status } = spawnSync(process.execPath, ["--conditions=inpooling-source", ...program], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
