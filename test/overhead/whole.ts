// The whole product against bare and against OpenTelemetry: `node test/overhead/whole.ts [rounds] [http|fetch] [saturation|rate]`.
// Tools take turns, round by round, so that the machine's drift meets all of them; medians and ratios of pairs are printed.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

interface Figures {
  readonly calls: number;
  /** Share of the calls whose record was given up. */
  readonly lostCalls: number;
  readonly perSecond: number;
  readonly mainUs: number;
  readonly allUs: number;
  readonly p50: number;
  readonly p99: number;
  readonly loopP99: number;
  readonly loopMax: number;
  readonly rssMb: number;
}

const program = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url));
const TOOLS = {
  bare: { flags: [], env: {} },
  inpooling: { flags: ["--require", "inpooling/register"], env: {} },
  opentelemetry: { flags: ["--import", program("otel.mjs")], env: {} },
  "opentelemetry + bodies": { flags: ["--import", program("otel.mjs")], env: { BODIES: "1" } },
  "opentelemetry + inpooling": { flags: ["--import", program("otel.mjs")], env: { INPOOLING: "beside" } },
  "opentelemetry + inpooling enrichSpans": { flags: ["--import", program("otel.mjs")], env: { INPOOLING: "enrich" } },
} as const;
type Tool = keyof typeof TOOLS;
const NAMES = (process.env["TOOLS"]?.split(",") ?? Object.keys(TOOLS)) as Tool[];

async function serve(env: Record<string, string>): Promise<{ child: ChildProcess; origin: string }> {
  const child = spawn(process.execPath, [program("server.mjs")], { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "inherit"] });
  const origin = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
  return { child, origin };
}

function measure(tool: Tool, env: Record<string, string>): Promise<Figures> {
  const { flags, env: own } = TOOLS[tool];
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const child = spawn(process.execPath, [...flags, program("load.mjs")], {
    cwd,
    env: { ...process.env, ...env, ...own },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  return new Promise((resolve, reject) => {
    child.once("close", (code) => (code === 0 ? resolve(JSON.parse(text) as Figures) : reject(new Error(`${tool} ended with ${code}`))));
  });
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function compare(client: string, mode: string, rounds: number): Promise<void> {
  const server = await serve({});
  const sink = await serve({ SINK: "1" });
  const env = {
    ORIGIN: server.origin,
    SINK_ORIGIN: sink.origin,
    INPOOLING_ENDPOINT: sink.origin,
    CLIENT: client,
    ...(mode === "rate" ? { RATE: client === "fetch" ? "500" : "1000" } : {}),
  };
  const results = new Map<Tool, Figures[]>(NAMES.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? NAMES : NAMES.toReversed()) results.get(name)?.push(await measure(name, env));
  }
  for (const { child } of [server, sink]) child.stdin?.end();

  const bare = results.get("bare") ?? [];
  console.log(
    `\n${client}, ${mode === "rate" ? `${env.RATE} calls/s` : "32 connections"}, 2 KiB up and 4 KiB down, ${rounds} rounds, medians; ratios and differences are of pairs`,
  );
  console.table(
    Object.fromEntries(
      NAMES.map((name) => {
        const own = results.get(name) ?? [];
        const pairs = (pick: (figures: Figures) => number, combine: (a: number, b: number) => number): number =>
          median(own.map((figures, at) => combine(pick(figures), pick(bare[at] as Figures))));
        const row = {
          "calls/s": Math.round(median(own.map((figures) => figures.perSecond))),
          "/ bare": Number(
            pairs(
              ({ perSecond }) => perSecond,
              (a, b) => a / b,
            ).toFixed(3),
          ),
          "main CPU us/call": Number(median(own.map(({ mainUs }) => mainUs)).toFixed(1)),
          added: Number(
            pairs(
              ({ mainUs }) => mainUs,
              (a, b) => a - b,
            ).toFixed(1),
          ),
          "all CPU us/call": Number(median(own.map(({ allUs }) => allUs)).toFixed(1)),
          "p50 ms": Number(median(own.map(({ p50 }) => p50)).toFixed(3)),
          "p99 ms": Number(median(own.map(({ p99 }) => p99)).toFixed(3)),
          "loop max ms": Number(median(own.map(({ loopMax }) => loopMax)).toFixed(1)),
          "records lost %": Number((100 * median(own.map(({ lostCalls }) => lostCalls))).toFixed(1)),
          "RSS MB": Math.round(median(own.map(({ rssMb }) => rssMb))),
        };
        return [name, row];
      }),
    ),
  );
}

const [rounds = "3", client, mode] = process.argv.slice(2);
for (const each of client === undefined ? ["http", "fetch"] : [client]) {
  for (const way of mode === undefined ? ["saturation", "rate"] : [mode]) await compare(each, way, Number(rounds));
}
