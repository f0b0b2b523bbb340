import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The Node.js lines that applications run on, by the binaries that npm brings. */
export const runtimes: Readonly<Record<string, string>> = {
  "Node 22": at("../../../../test/node_modules/node22/bin/node"),
  "Node 24": process.execPath,
  "Node 26": at("../../../../test/node_modules/node26/bin/node"),
};

const run = promisify(execFile);

/** Runs a program of this folder on the sources and gives what it printed. */
export async function runProgram(node: string, program: string, ...args: readonly string[]): Promise<string> {
  const flags = ["--conditions=inpooling-source", "--disable-warning=ExperimentalWarning"];
  const { stdout } = await run(node, [...flags, at(`programs/${program}`), ...args], {
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  return stdout;
}
