import type { Case } from "./case.ts";
import type { Address } from "./application.ts";
import { Delivered, tellingContents, type Kept } from "./kept.ts";
import { cleanEnv } from "./environment.ts";
import { difference, type Outcome } from "./outcome.ts";
import { callsOf, recordProblem } from "./record.ts";
import { runCases, type Ran, type Start } from "./run.ts";
import { Sink } from "./sink.ts";
import type { Tool } from "./tools.ts";

/** What a tool did to one case. */
export interface Verdict {
  readonly name: string;
  /** What the application or the server could tell from a bare run; undefined: nothing. */
  readonly difference: string | undefined;
  /** What the record lacks; undefined: nothing. Only where the tool's records are calls of ours, else "". */
  readonly record: string | undefined;
  /** Whether the case demands anything of the record. */
  readonly demands: boolean;
  /** Fields for propagation that the tool added to the requests. */
  readonly propagated: readonly string[];
  /** What of the case is found in what the tool delivered. */
  readonly kept: Kept;
  readonly ran: Ran;
}

/** How often a case may run bare until the tool's outcome is called a difference: some outcomes are a race of Node's own. */
const BARE_RUNS = 5;

function startOf(tool: Tool, node: string, sinkPort: number): Start {
  return { node, flags: tool.flags(), env: cleanEnv(tool.env(sinkPort)), lingerMs: tool.lingerMs };
}

/** The outcomes of a run without any tool, by case; asked for more when a tool's outcome is not among them. */
export class BareRuns {
  readonly #start: Start;
  readonly #outcomes = new Map<string, Outcome[]>();

  constructor(node: string) {
    this.#start = { node, flags: [], env: cleanEnv({}), lingerMs: 0 };
  }

  async run(cases: readonly Case[]): Promise<void> {
    for (const { name, outcome } of await runCases(cases, this.#start)) {
      const known = this.#outcomes.get(name);
      if (known) known.push(outcome);
      else this.#outcomes.set(name, [outcome]);
    }
  }

  /** The least difference from any bare run so far. */
  difference(name: string, outcome: Outcome): string | undefined {
    const differences = (this.#outcomes.get(name) ?? []).map((bare) => difference(bare, outcome));
    if (differences.includes(undefined)) return undefined;
    return differences.toSorted((a, b) => (a ?? "").length - (b ?? "").length)[0];
  }

  /** Cases that hang or die without any tool: the suite's own mistakes. */
  broken(): string[] {
    return [...this.#outcomes]
      .filter(([, outcomes]) => outcomes.some(({ ended, died }) => !ended || died !== undefined))
      .map(([name]) => name);
  }
}

/** Puts a tool to the cases on one Node.js. `bare` has run them already. */
export async function measure(tool: Tool, node: string, cases: readonly Case[], bare: BareRuns, sink = new Sink()): Promise<Verdict[]> {
  const sinkPort = await sink.listen();
  try {
    const rans = await runCases(cases, startOf(tool, node, sinkPort));
    const byName = new Map(cases.map((one) => [one.name, one]));
    for (let run = 1; run < BARE_RUNS; run++) {
      const differing = rans.filter(({ name, outcome }) => bare.difference(name, outcome) !== undefined);
      if (differing.length === 0) break;
      await bare.run(differing.map(({ name }) => byName.get(name) as Case));
    }
    const calls = tool.name === "inpooling" ? sink.calls() : undefined;
    const delivered = new Delivered(sink.text(), tellingContents(cases));
    return rans.map((ran) => {
      const one = byName.get(ran.name) as Case;
      const record = calls === undefined ? "" : one.record && recordProblem(one.record, callsOf(calls, ran));
      return {
        name: ran.name,
        difference: bare.difference(ran.name, ran.outcome),
        record,
        demands: one.record !== undefined,
        propagated: ran.propagated,
        kept: delivered.kept(marksOf(ran.address), one.record),
        ran,
      };
    });
  } finally {
    await sink.close();
  }
}

function marksOf({ port, closedPort, deadHost, socketPath }: Address): string[] {
  return [`:${port}`, `:${closedPort}`, deadHost, ...(socketPath === "" ? [] : [socketPath])];
}
