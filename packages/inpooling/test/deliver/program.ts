import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** The supported Node lines. */
export const runtimes = {
  "Node 22": join(root, "test/node_modules/node22/bin/node"),
  "Node 24": join(root, "node_modules/node/bin/node"),
  "Node 26": join(root, "test/node_modules/node26/bin/node"),
} as const;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly node?: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export const recorded = ["--require", "inpooling/register"] as const;

/** Starts a program of `programs/` in an environment without the test runner's settings. */
export function start(name: string, options: RunOptions = {}): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const clean = Object.entries(process.env).filter(([key]) => !/^(VITEST|NODE_OPTIONS$|OTEL_|INPOOLING_|NODE_ENV$|TEST$)/.test(key));
  const child = spawn(
    options.node ?? runtimes["Node 24"],
    [...(options.flags ?? []), fileURLToPath(new URL(`programs/${name}`, import.meta.url))],
    {
      // The package by its own name: a package may resolve itself.
      cwd: join(root, "packages/inpooling"),
      env: { ...Object.fromEntries(clean), ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr })));
  return { child, ended };
}

export function run(name: string, options: RunOptions = {}): Promise<Ended> {
  return start(name, options).ended;
}
