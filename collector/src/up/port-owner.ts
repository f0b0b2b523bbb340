import { readdir, readFile, readlink } from "node:fs/promises";
import { originOf } from "./ready-line.ts";

const ASK_TIMEOUT_MS = 500;
/** Bounds of the search through /proc. */
const MOST_PROCESSES = 4_096;
const MOST_FILES = 4_096;
const LISTEN = "0A";

/** Who probably listens on a taken port, e.g. `another Inpooling collector (0.1.0), process 4711`; "" when unknown. */
export async function portOwner(host: string, port: number): Promise<string> {
  const [collector, process] = await Promise.all([askCollector(host, port), listeningProcess(port)]);
  return [collector, process].filter((part) => part !== "").join(", ");
}

/** An empty export is what every OTLP receiver takes without a word; our page port answers it with our header as well. */
async function askCollector(host: string, port: number): Promise<string> {
  try {
    const answer = await fetch(`${originOf(host, port)}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
      redirect: "manual",
      signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
    });
    await answer.body?.cancel();
    const version = answer.headers.get("inpooling-collector");
    return version === null ? "" : `another Inpooling collector (${version.replace(/[^\w.+-]/g, "?")})`;
  } catch {
    return "";
  }
}

/** Linux only, and only for processes whose files we may look at. */
async function listeningProcess(port: number): Promise<string> {
  try {
    const inodes = new Set((await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map((file) => listeners(file, port)))).flat());
    if (inodes.size === 0) return "";
    const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).slice(0, MOST_PROCESSES);
    for (const id of processes) {
      if (!(await holds(id, inodes))) continue;
      const name = commandName(await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => ""));
      return name === "" ? `process ${id}` : `process ${id} (${name})`;
    }
  } catch {
    // Not Linux, or /proc is hidden.
  }
  return "";
}

/** Inodes of the sockets that listen on `port`. Columns: sl, local address:port (hex), remote, state, …, inode. */
async function listeners(file: string, port: number): Promise<string[]> {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  const lines = (await readFile(file, "utf8").catch(() => "")).split("\n").slice(1);
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(`:${wanted}`) && columns[3] === LISTEN)
    .map((columns) => columns[9] ?? "");
}

async function holds(id: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const files = (await readdir(`/proc/${id}/fd`).catch(() => [])).slice(0, MOST_FILES);
  for (const file of files) {
    const target = await readlink(`/proc/${id}/fd/${file}`).catch(() => "");
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}

/** The program's name and, where it runs a script, the script's: `node main.js`. */
function commandName(commandLine: string): string {
  const [program = "", script = ""] = commandLine.split("\0");
  const names = [program, script.startsWith("-") ? "" : script].map((path) => path.slice(path.lastIndexOf("/") + 1));
  // Whatever another process calls itself must not steer a terminal.
  return names
    .join(" ")
    .trim()
    .replace(/[^\w.+ -]/g, "?")
    .slice(0, 60);
}
