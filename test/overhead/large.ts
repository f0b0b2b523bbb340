// 100 MB up and 100 MB down, bare and recorded: `node test/overhead/large.ts [rounds] [http|fetch] [up|down]`.
// Runs take turns, so that the machine's drift meets both; medians of throughput, its ratio per pair, the main
// thread's CPU (which neighbours on the machine do not change), and the peak of
// memory beyond bare are printed. The server counts and discards; client and server are processes of their own.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

interface Figures {
  readonly ms: number;
  readonly mainCpuMs: number;
  readonly peakRssMb: number;
  readonly peakBuffersMb: number;
}

const program = fileURLToPath(new URL("programs/large.mjs", import.meta.url));
const TOOLS = { bare: [], inpooling: ["--require", "inpooling/register"] } as const;
type Tool = keyof typeof TOOLS;

const cwd = fileURLToPath(new URL("..", import.meta.url));

async function serve(): Promise<{ child: ChildProcess; origin: string }> {
  const child = spawn(process.execPath, [program, "serve"], { cwd, stdio: ["pipe", "pipe", "inherit"] });
  const origin = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
  return { child, origin };
}

function measure(tool: Tool, client: string, way: string, origin: string): Promise<Figures> {
  const child = spawn(process.execPath, ["--expose-gc", ...TOOLS[tool], program, client, way, origin], {
    cwd,
    env: { ...process.env, INPOOLING_ENDPOINT: origin },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  return new Promise((resolve, reject) => {
    child.once("close", (code) => (code === 0 ? resolve(JSON.parse(text) as Figures) : reject(new Error(`${tool} ended with ${code}`))));
  });
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function compare(client: string, way: string, rounds: number, origin: string): Promise<Record<string, string | number>> {
  const results: Record<Tool, Figures[]> = { bare: [], inpooling: [] };
  for (let round = 0; round < rounds; round++) {
    for (const tool of round % 2 === 0 ? (["bare", "inpooling"] as const) : (["inpooling", "bare"] as const))
      results[tool].push(await measure(tool, client, way, origin));
  }
  const pairs = (pick: (figures: Figures) => number, combine: (recorded: number, bare: number) => number): number =>
    median(results.inpooling.map((figures, at) => combine(pick(figures), pick(results.bare[at] as Figures))));
  const megabytesPerSecond = (figures: readonly Figures[]): number => Math.round(100_000 / median(figures.map(({ ms }) => ms)));
  return {
    call: `${client} ${way}`,
    "bare MB/s": megabytesPerSecond(results.bare),
    "recorded MB/s": megabytesPerSecond(results.inpooling),
    "/ bare": Number(
      pairs(
        ({ ms }) => ms,
        (recorded, bare) => bare / recorded,
      ).toFixed(3),
    ),
    "main CPU ms bare": Math.round(median(results.bare.map(({ mainCpuMs }) => mainCpuMs))),
    "main CPU / bare": Number(
      pairs(
        ({ mainCpuMs }) => mainCpuMs,
        (recorded, bare) => recorded / bare,
      ).toFixed(3),
    ),
    "peak buffers + MB": Number(
      pairs(
        ({ peakBuffersMb }) => peakBuffersMb,
        (recorded, bare) => recorded - bare,
      ).toFixed(1),
    ),
    "peak RSS + MB": Number(
      pairs(
        ({ peakRssMb }) => peakRssMb,
        (recorded, bare) => recorded - bare,
      ).toFixed(1),
    ),
  };
}

const [rounds = "5", onlyClient, onlyWay] = process.argv.slice(2);
const server = await serve();
const rows: Record<string, string | number>[] = [];
for (const client of onlyClient === undefined ? ["http", "fetch"] : [onlyClient]) {
  for (const way of onlyWay === undefined ? ["up", "down"] : [onlyWay])
    rows.push(await compare(client, way, Number(rounds), server.origin));
}
server.child.stdin?.end();
console.log(`100 MB in one call, ${rounds} rounds, Node ${process.version}; buffers: the ring of 8 MB is among them`);
console.table(rows);
