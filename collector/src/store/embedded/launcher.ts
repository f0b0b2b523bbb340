import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Backend, RunningBackend } from "../database.ts";
import { embeddedUser, type EmbeddedGreeting, type EmbeddedOptions } from "./protocol.ts";

export interface LauncherOptions {
  readonly dataDir: string;
  /** Bytes. */
  readonly memoryLimit: number;
  readonly retentionDays: number;
}

const startTimeoutMs = 60_000;
const sharedMemory = "/dev/shm";
const sharedMemoryNeeded = 256 * 1024 * 1024;

/**
 * Where rows lie for the moment between request and engine: shared memory where there is enough of it (containers often
 * have 64 MiB). A new folder for every child, because one that is dying may still remove its own; the name says whose
 * they are, so that what a kill left behind is found and removed at the next start.
 */
function scratchDir(dataDir: string): string {
  const inData = join(dataDir, "scratch");
  rmSync(inData, { recursive: true, force: true });
  const prefix = `inpooling-${createHash("sha256").update(dataDir).digest("hex").slice(0, 16)}-`;
  try {
    for (const name of readdirSync(sharedMemory)) {
      if (name.startsWith(prefix)) rmSync(join(sharedMemory, name), { recursive: true, force: true });
    }
    const room = statfsSync(sharedMemory);
    if (room.bavail * room.bsize >= sharedMemoryNeeded) return mkdtempSync(join(sharedMemory, prefix));
  } catch {
    // No shared memory, or none for us: the data folder will do.
  }
  mkdirSync(inData, { recursive: true, mode: 0o700 });
  return mkdtempSync(join(inData, "child-"));
}

/** The child's environment: its pool of threads must hold two long reads, an insert and short statements at once. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...rest } = process.env;
  return { ...rest, UV_THREADPOOL_SIZE: String(Math.max(16, availableParallelism() * 2)) };
}

async function greeting(child: ChildProcess): Promise<EmbeddedGreeting> {
  const { stdout } = child;
  if (stdout === null) return { error: "its standard output could not be opened" };
  return await new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ error: `it was not ready within ${startTimeoutMs / 1000} s` }), startTimeoutMs);
    const settle = (value: EmbeddedGreeting): void => {
      clearTimeout(timer);
      resolve(value);
    };
    createInterface({ input: stdout }).once("line", (line) => settle(JSON.parse(line) as EmbeddedGreeting));
    child.once("error", (error) => settle({ error: error.message }));
    child.once("exit", (code, signal) => settle({ error: `it ended at once (${signal ?? `exit code ${code}`})` }));
  });
}

/** Keeps the end of a stream's text, for messages. */
function tailOf(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    text = (text + chunk).slice(-2000);
  });
  return () => text.trim().split("\n").slice(-3).join(" | ");
}

/** Starts the embedded database as a child process, which ends when this process ends. */
export function embeddedBackend(options: LauncherOptions): Backend {
  const main = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "./main.ts" : "./main.js", import.meta.url));
  return {
    name: "the embedded database",
    async start(): Promise<RunningBackend> {
      const token = randomBytes(24).toString("base64url");
      const child = spawn(process.execPath, [main], { stdio: ["pipe", "pipe", "pipe"], env: environment(), execArgv: [] } as Parameters<
        typeof spawn
      >[2] &
        object);
      const tail = tailOf(child);
      const exited = new Promise<string>((resolve) => {
        child.once("exit", (code, signal) => resolve(`it ended (${signal ?? `exit code ${code}`})${tail() === "" ? "" : `: ${tail()}`}`));
      });
      child.stdin?.on("error", () => undefined);
      const databaseDir = join(options.dataDir, "database");
      // Payloads lie in it: nobody else's to read, whatever the folder around it allows.
      mkdirSync(databaseDir, { recursive: true, mode: 0o700 });
      const toChild: EmbeddedOptions = {
        databaseDir,
        scratchDir: scratchDir(options.dataDir),
        token,
        memoryLimit: options.memoryLimit,
      };
      child.stdin?.write(`${JSON.stringify(toChild)}\n`);
      const stop = async (): Promise<void> => {
        child.stdin?.end();
        const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
        await exited;
        clearTimeout(timer);
        rmSync(toChild.scratchDir, { recursive: true, force: true });
      };
      const greeted = await greeting(child);
      if ("error" in greeted) {
        if (child.pid !== undefined) await stop();
        throw new Error(`${greeted.error}${tail() === "" ? "" : ` (${tail()})`}`);
      }
      return {
        target: {
          origin: `http://127.0.0.1:${greeted.port}`,
          database: "inpooling",
          username: embeddedUser,
          password: token,
          cluster: "",
          retentionDays: options.retentionDays,
        },
        pid: child.pid,
        exited,
        stop,
      };
    },
  };
}
