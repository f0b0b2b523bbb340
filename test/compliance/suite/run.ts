import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Address } from "./application.ts";
import type { Case } from "./case.ts";
import type { FromProgram, ToProgram } from "./channel.ts";
import { propagationFields, takenOf, wireLine, type Outcome } from "./outcome.ts";
import { type Line, RawServer } from "./raw-server.ts";

/** How the program is started. */
export interface Start {
  /** The Node.js binary. */
  readonly node: string;
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds that a tool gets before the end, for its delivery. */
  readonly lingerMs: number;
}

/** One case's run: what could be seen, and what a record needs to be checked against. */
export interface Ran {
  readonly name: string;
  readonly outcome: Outcome;
  readonly address: Address;
  /** Names of fields for trace propagation that the tool added. */
  readonly propagated: readonly string[];
}

const PROGRAM = fileURLToPath(new URL("program.ts", import.meta.url));
const FIRST_PORT = 12_000;
const PORTS = 18_000;
const FLAGS = ["--disable-warning=ExperimentalWarning", "--expose-gc"];

/** Two sides that wait for each other by name; a signal given early is kept. */
class Signals {
  readonly #gates = new Map<string, PromiseWithResolvers<void>>();

  of(name: string): PromiseWithResolvers<void> {
    let gate = this.#gates.get(name);
    if (!gate) this.#gates.set(name, (gate = Promise.withResolvers<void>()));
    return gate;
  }
}

/** A process of the suite's program, and the servers of the case that it runs. */
class Program {
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  readonly #lingerMs: number;
  #onSignal: (name: string) => void = () => undefined;
  #onDone: (message: Extract<FromProgram, { type: "done" }>) => void = () => undefined;
  #end: string | undefined;
  stderr = "";

  constructor(start: Start) {
    this.#lingerMs = start.lingerMs;
    this.#child = fork(PROGRAM, [], {
      execPath: start.node,
      execArgv: [...FLAGS, ...start.flags],
      env: start.env,
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.#child.on("message", (message: FromProgram) => {
      if (message.type === "signal") this.#onSignal(message.name);
      else if (message.type === "done") this.#onDone(message);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once("exit", (code, signal) => {
        this.#end = String(signal ?? code);
        resolve(this.#end);
      });
    });
  }

  get alive(): boolean {
    return this.#end === undefined;
  }

  #send(message: ToProgram): void {
    if (this.alive && this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Ends by `process.exit(0)`; the exit code as text. */
  async end(): Promise<string> {
    this.#send({ type: "end", lingerMs: this.#lingerMs });
    const killer = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
    const end = await this.#ended;
    clearTimeout(killer);
    return end;
  }

  async run(one: Case): Promise<Ran> {
    const signals = new Signals();
    this.#onSignal = (name) => signals.of(name).resolve();
    const line: Line = { signalled: (name) => signals.of(name).promise, tell: (name) => this.#send({ type: "tell", name }) };
    const server = new RawServer(one.server ?? {}, line);
    const folder = one.server?.unix ? mkdtempSync(join(tmpdir(), "compliance-")) : undefined;
    const socketPath = folder === undefined ? "" : join(folder, "server.sock");
    const port = await server.listen(folder === undefined ? freshPort : socketPath);
    const closedPort = freshPort();
    const address: Address = { port, closedPort, socketPath, deadHost: `case-${port}.invalid` };
    const done = new Promise<Extract<FromProgram, { type: "done" }>>((resolve) => (this.#onDone = resolve));
    this.#send({ type: "run", name: one.name, address });
    const result = await Promise.race([done, this.#ended]);
    await server.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    if (server.scriptErrors.length > 0) throw new Error(`the server half of "${one.name}" failed`, { cause: server.scriptErrors[0] });
    const steady = (text: string): string => text.replaceAll(String(port), "PORT");
    const seen = {
      wire: server.requests.map((request) => wireLine(request, steady)),
      connections: server.connections,
      taken: takenOf(server.bytesTaken),
    };
    const outcome: Outcome =
      typeof result === "string"
        ? { ended: false, died: result, lanes: {}, ...seen }
        : { ended: result.ended, lanes: result.lanes, ...seen };
    const propagated = [...new Set(server.requests.flatMap(({ head }) => propagationFields(head)))];
    return { name: one.name, outcome, address, propagated };
  }
}

let lastPort = FIRST_PORT + ((process.pid * 389) % PORTS);

/**
 * A port that no case of this run had: records are told apart by it. Below the ephemeral range of Linux, macOS and
 * Windows, so that no connection takes it; runs at the same time begin at different places.
 */
function freshPort(): number {
  lastPort = lastPort + 1 >= FIRST_PORT + PORTS ? FIRST_PORT : lastPort + 1;
  return lastPort;
}

/** Runs the cases one after the other in as few processes as they leave alive. */
export async function runCases(cases: readonly Case[], start: Start, onRan: (ran: Ran) => void = () => undefined): Promise<Ran[]> {
  const results: Ran[] = [];
  let program: Program | undefined;
  for (const one of cases) {
    if (!program?.alive) program = new Program(start);
    const ran = await program.run(one);
    results.push(ran);
    onRan(ran);
  }
  const stderr = program?.stderr ?? "";
  const end = await program?.end();
  if (end !== undefined && end !== "0") throw new Error(`the program ended with ${end}: ${stderr}`);
  return results;
}
