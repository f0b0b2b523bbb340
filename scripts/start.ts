// `pnpm start`: the collector on its embedded store, SuperApi, and a shop that calls it, recorded by `--require` alone.
// `pnpm start --no-demo [flags of inpooling up]` runs the collector alone.
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const children: ChildProcess[] = [];
let closing = false;

/** `wanted` if it can be listened on at 127.0.0.1, else 0 (a free one), said on stderr. */
async function portOr0(wanted: number, what: string): Promise<number> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(wanted, "127.0.0.1", () => server.close(() => resolve(true)));
  });
  if (!free) process.stderr.write(`Port ${wanted} is taken; the demo's ${what} uses a free one instead.\n`);
  return free ? wanted : 0;
}

/** Starts a program; its standard error passes through, its end ends everything. */
function start(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = root): ChildProcess {
  // A group of its own, so that Ctrl-C reaches only this script and things stop in order.
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  children.push(child);
  child.once("exit", (code, signal) => {
    if (closing) return;
    process.stderr.write(`${name} ended (${signal ?? `exit code ${code}`}); stopping the rest.\n`);
    void stop(code === 0 ? 1 : (code ?? 1));
  });
  return child;
}

/** The first line of a program's standard output that matches; later lines are read and dropped. */
function line(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on("line", (text) => {
      const found = pattern.exec(text);
      if (found !== null) resolve(found);
    });
  });
}

/** Callers first, the collector last, so that the last calls are kept too. */
async function stop(code: number): Promise<void> {
  if (closing) return;
  closing = true;
  for (const child of children.toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }
  process.exit(code);
}

async function demo(args: readonly string[]): Promise<void> {
  const [pagePort, otlpPort] = [await portOr0(4380, "page"), await portOr0(4318, "OTLP receiver")];
  const collector = start("The collector", [
    join(root, "collector/dist/cli/main.js"),
    "up",
    `--page-port=${pagePort}`,
    `--otlp-port=${otlpPort}`,
    ...args,
  ]);
  const [, page = "", otlp = ""] = await line(collector, /^inpooling ready page=(\S+) otlp=(\S+)/);
  const superapi = start("SuperApi", [join(root, "examples/superapi/src/main.ts")]);
  const [origin = ""] = await line(superapi, /^http:\/\/\S+/);
  start(
    "The shop",
    ["--require", "inpooling/register", "src/main.ts"],
    { SUPERAPI_URL: origin, INPOOLING_ENDPOINT: otlp, OTEL_SERVICE_NAME: "shop" },
    join(root, "examples/shop"),
  );
  process.stdout.write(
    `\n  The page:   ${page}\n  SuperApi:   ${origin}  (a local stand-in for other people's APIs)\n  The shop:   node --require inpooling/register src/main.ts  (no line about logging in it)\n\n  Ctrl-C stops all; what was recorded stays in .inpooling/.\n\n`,
  );
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(0));
const args = process.argv.slice(2).filter((arg) => arg !== "--");
if (args.includes("--no-demo")) {
  const alone = start("The collector", [join(root, "collector/dist/cli/main.js"), "up", ...args.filter((arg) => arg !== "--no-demo")]);
  alone.removeAllListeners("exit").once("exit", (code) => process.exit(code ?? 1));
  alone.stdout?.pipe(process.stdout);
} else {
  await demo(args);
}
