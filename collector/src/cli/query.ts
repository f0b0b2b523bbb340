import type { CallsPageJson } from "../query/api.ts";
import { grammar } from "../query/filter/grammar.ts";
import { Client } from "./client.ts";
import { type Call, type Command, urlFlag } from "./command.ts";
import { wholeNumber } from "./flags.ts";
import { Problem } from "./problem.ts";
import { Table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

const usualLimit = 50;
const pageSize = 1000;

const count = (value: number, what: string): string => `${value.toLocaleString("en")} ${what}${value === 1 ? "" : "s"}`;

async function query(call: Call, terminal: Terminal): Promise<number> {
  const all = call.flags.has("all");
  const asked = wholeNumber(call, "limit", 1, 1_000_000_000);
  if (all && asked !== undefined) throw new Problem("--all and --limit contradict each other", "Keep one of them.");
  const limit = all ? Number.POSITIVE_INFINITY : (asked ?? usualLimit);
  const client = new Client(call);
  const table = new Table(terminal);
  const q = call.positionals.join(" ");
  let shown = 0;
  let scanned = 0;
  let cursor: string | null = null;
  do {
    const progress = `${count(shown, "call")} so far, ${count(scanned, "row")} looked through`;
    const query = { q, limit: String(Math.min(limit - shown, pageSize)), ...(cursor !== null && { cursor }) };
    const page: CallsPageJson = await terminal.waiting(client.json("/api/calls", query), scanned === 0 ? "Searching" : progress);
    if (call.flags.has("json")) for (const one of page.calls) await terminal.json(one);
    else if (page.calls.length > 0) for (const line of table.rows(page.calls)) await terminal.line(line);
    shown += page.calls.length;
    scanned += page.scanned;
    cursor = page.nextCursor;
  } while (cursor !== null && shown < limit);
  if (call.flags.has("json")) return 0;
  if (shown === 0)
    terminal.note(
      q.trim() === "" ? "No calls are stored yet. Send some: node --require inpooling/register app.js" : "No stored call matches.",
    );
  else if (cursor !== null)
    terminal.note(`${count(shown, "call")} shown, more match: --limit N or --all. One call in full: inpooling show <id>`);
  return 0;
}

export const queryCommand: Command = {
  name: "query",
  about: "list stored calls that match a filter, newest first",
  usage: "[filter] [flags]",
  words: [0, Number.POSITIVE_INFINITY],
  takesFilter: true,
  flags: {
    limit: { value: "N", about: `show at most N calls (${usualLimit})` },
    all: { about: "show every call that matches" },
    ...urlFlag,
  },
  more: () => `The filter may be several words; quote it for the shell where it has quotes, spaces, > < ( ) or *:
  inpooling query 'status:>=500 body:"card declined" last:15m'

${grammar()}`,
  run: query,
};
