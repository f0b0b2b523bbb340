import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  /** Default: the Node that runs the tests. */
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Flags before the file. */
  readonly flags?: readonly string[];
  readonly args?: readonly string[];
}

/** The environment of a spawned program: nothing of the test runner's own settings in it. */
function cleanEnv(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS$|OTEL_|INPOOLING_|NODE_ENV$|TEST$)/.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}

/** Where `programs/<name>` lies. */
export function programPath(name: string): string {
  return fileURLToPath(new URL(`../programs/${name}`, import.meta.url));
}

/** Starts a program of this folder; the caller ends it. */
export function spawnProgram(name: string, options: ProgramOptions = {}): { child: ChildProcess; ended: Promise<Ended> } {
  const args = [...(options.flags ?? []), programPath(name), ...(options.args ?? [])];
  const child = spawn(options.node ?? process.execPath, args, {
    env: cleanEnv(options.env),
    stdio: ["pipe", "pipe", "pipe"],
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr })));
  return { child, ended };
}

/** Runs a program of this folder to its end. */
export function runProgram(name: string, options: ProgramOptions = {}): Promise<Ended> {
  return spawnProgram(name, options).ended;
}

/** The flags of zero-code recording. */
export const RECORDED = ["--require", "inpooling/register"] as const;

let names = 0;

/** A service name that no other run has, repeats of a test included. */
export function serviceName(...parts: readonly string[]): string {
  return [...parts, String(names++)]
    .join("-")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
}

/**
 * For tests of programs that end right after a call. Delivery at the end is given up after half a second, so that the
 * application's time is never ours: on a machine that is busy with something else, a record can be lost as promised.
 */
export const ENDS_AT_ONCE = { retry: 2 } as const;
