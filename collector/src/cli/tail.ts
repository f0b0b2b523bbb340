import { setTimeout as wait } from "node:timers/promises";
import type { IncomingMessage } from "node:http";
import type { CallSummaryJson, TailSkippedJson } from "../query/api.ts";
import { Client, Refused } from "./client.ts";
import { type Call, type Command, urlFlag } from "./command.ts";
import { wholeNumber } from "./flags.ts";
import { Problem } from "./problem.ts";
import { EventReader, type StreamedEvent } from "./event-reader.ts";
import { Table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

const retryFromMs = 1000;
const retryToMs = 15_000;

async function tail(call: Call, terminal: Terminal): Promise<number> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  try {
    await new Follower(call, terminal, stop).run();
  } finally {
    process.removeListener("SIGINT", end).removeListener("SIGTERM", end);
  }
  return 0;
}

/** Follows the live tail across broken connections, without repeating a call. */
class Follower {
  readonly #client: Client;
  readonly #terminal: Terminal;
  readonly #table: Table;
  readonly #stop: AbortController;
  readonly #json: boolean;
  readonly #q: string;
  #left: number;
  #lastId = "";

  constructor(call: Call, terminal: Terminal, stop: AbortController) {
    this.#client = new Client(call);
    this.#terminal = terminal;
    this.#table = new Table(terminal, terminal.interactive);
    this.#stop = stop;
    this.#json = call.flags.has("json");
    this.#q = call.positionals.join(" ");
    this.#left = wholeNumber(call, "limit", 1, 1_000_000_000) ?? Number.POSITIVE_INFINITY;
  }

  /** @throws Problem when the first connection fails; later ones are tried again for ever. */
  async run(): Promise<void> {
    let waitMs = retryFromMs;
    for (let first = true; !this.#ended; first = false) {
      try {
        const answer = await this.#client.open(
          "/api/tail",
          { q: this.#q },
          this.#lastId === "" ? {} : { "last-event-id": this.#lastId },
          this.#stop.signal,
        );
        this.#terminal.note(first ? "Watching; Ctrl-C ends." : "Connected again.");
        waitMs = retryFromMs;
        await this.#follow(answer);
      } catch (error) {
        if (this.#ended) return;
        // A refusal stays one: the filter is wrong, or somebody else listens there.
        if (first || !(error instanceof Problem) || (error instanceof Refused && error.status !== 503)) throw error;
      }
      if (this.#ended) return;
      this.#terminal.note(`The connection ended; trying again in ${waitMs / 1000} s.`);
      await wait(waitMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, retryToMs);
    }
  }

  get #ended(): boolean {
    return this.#stop.signal.aborted;
  }

  async #follow(answer: IncomingMessage): Promise<void> {
    const reader = new EventReader();
    answer.setEncoding("utf8");
    try {
      for await (const chunk of answer) {
        for (const event of reader.push(chunk as string)) {
          if (this.#ended) return;
          await this.#take(event);
        }
      }
    } catch (error) {
      // A broken connection is what run() is for; a closed standard output is not.
      if (!(error instanceof Error && "code" in error && (error.code === "ECONNRESET" || error.code === "ABORT_ERR"))) throw error;
    }
  }

  async #take({ id, event, data }: StreamedEvent): Promise<void> {
    if (id !== "") this.#lastId = id;
    if (event === "skipped") {
      const { count } = JSON.parse(data) as TailSkippedJson;
      this.#terminal.note(
        count === 0
          ? "Calls may be missing here: the collector started anew."
          : `${count} calls were not looked at here: this reader is too slow.`,
      );
      return;
    }
    if (event !== "call") return;
    const call = JSON.parse(data) as CallSummaryJson;
    if (this.#json) await this.#terminal.json(call);
    else for (const line of this.#table.rows([call])) await this.#terminal.line(line);
    if (--this.#left <= 0) this.#stop.abort();
  }
}

export const tailCommand: Command = {
  name: "tail",
  about: "show calls as they come in",
  usage: "[filter] [flags]",
  words: [0, Number.POSITIVE_INFINITY],
  takesFilter: true,
  flags: { limit: { value: "N", about: "end after N calls" }, ...urlFlag },
  more: () => "The filter is the language of `inpooling query --help`. Ctrl-C ends it.",
  run: tail,
};
