import { randomUUID } from "node:crypto";
import { accessSync, constants, mkdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";

/** The data folder cannot be used: it is not writable, no folder, or another process has it. */
export class DataDirError extends Error {
  override readonly name = "DataDirError";
}

/** Who holds a data folder. */
interface Holder {
  readonly pid: number;
  /** When the process started, in the kernel's ticks: a process id alone is used again. "" where the kernel does not say. */
  readonly started: string;
  readonly host: string;
  readonly nonce: string;
}

/** The 22nd field of /proc/<pid>/stat (proc(5)); the second may contain spaces and parentheses. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function isAlive(holder: Holder): boolean {
  // A container that came back has a new host name, and its old process ids mean nothing here.
  if (holder.host !== hostname()) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const started = startOf(holder.pid);
  return started === "" || holder.started === "" || started === holder.started;
}

function readHolder(file: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof value === "object" && value !== null && "pid" in value && typeof value.pid === "number" ? (value as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function prepare(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error("it is not a folder"), { code: "ENOTDIR" });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(folder, error);
  }
}

function unusable(path: string, error: unknown): DataDirError {
  const why = error instanceof Error ? error.message : String(error);
  return new DataDirError(`The data folder ${path} cannot be used (${why}). Give a folder that this user may write to with --data DIR.`, {
    cause: error,
  });
}

/** A data folder that belongs to this process until `release`. */
export class DataDir {
  readonly path: string;
  private readonly file: string;
  private readonly nonce: string;

  private constructor(path: string, file: string, nonce: string) {
    this.path = path;
    this.file = file;
    this.nonce = nonce;
  }

  /**
   * Takes the folder (made where it is missing). A dead process's claim is taken over.
   * @throws DataDirError that names the folder, who has it, and the remedy
   */
  static async claim(folder: string): Promise<DataDir> {
    const path = resolve(folder);
    prepare(path);
    const file = join(path, "inpooling.lock");
    const nonce = randomUUID();
    const me: Holder = { pid: process.pid, started: startOf(process.pid), host: hostname(), nonce };
    for (let attempt = 0; attempt < 10; attempt++) {
      if (write(path, file, me)) {
        // Another process may be taking over the same dead claim right now: whoever wrote last has it.
        if (attempt > 0) await pause(100);
        if (readHolder(file)?.nonce === nonce) return new DataDir(path, file, nonce);
      }
      const holder = readHolder(file);
      if (holder !== undefined && isAlive(holder)) throw inUse(path, holder);
      // A file without content may be a claim that is just being written.
      if (holder === undefined && attempt === 0) await pause(100);
      else discard(path, file);
    }
    throw new DataDirError(
      `The data folder ${path} is being claimed by several processes at once. Start one collector per data folder; give the others another one with --data DIR.`,
    );
  }

  /** Gives the folder back. */
  release(): void {
    if (readHolder(this.file)?.nonce === this.nonce) unlinkSync(this.file);
  }
}

function inUse(path: string, holder: Holder): DataDirError {
  const who = holder.pid === process.pid ? "this very process" : `the process ${holder.pid}`;
  return new DataDirError(
    `The data folder ${path} is in use by ${who}. Stop it, ask it through its own address, or give another folder with --data DIR.`,
  );
}

/** Writes a claim where there is none; false when there is one. */
function write(path: string, file: string, me: Holder): boolean {
  try {
    writeFileSync(file, JSON.stringify(me), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw unusable(path, error);
  }
}

/** Renaming first makes sure that only one of two processes removes a given claim. */
function discard(path: string, file: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    unlinkSync(aside);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw unusable(path, error);
  }
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((done) => setTimeout(done, milliseconds));
}
