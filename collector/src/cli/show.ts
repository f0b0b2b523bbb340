import type { CallJson, CallsPageJson } from "../query/api.ts";
import { toCurl } from "../query/present/curl.ts";
import { visible } from "../query/present/visible.ts";
import { callText } from "./call-text.ts";
import { Client, Refused } from "./client.ts";
import { type Call, type Command, urlFlag } from "./command.ts";
import { Problem } from "./problem.ts";
import { Table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

const ways = ["json", "request", "response", "curl"] as const;

async function show(call: Call, terminal: Terminal): Promise<number> {
  const asked = ways.filter((way) => call.flags.has(way));
  if (asked.length > 1) throw new Problem(`--${asked.join(" and --")} contradict each other`, "Keep one of them.");
  const client = new Client(call);
  const found = await resolve(client, (call.positionals[0] ?? "").toLowerCase(), terminal);
  if (found === undefined) return 0;
  const [way] = asked;
  if (way === "request" || way === "response") return showBody(client, found, way, terminal);
  const one = await client.json<CallJson>(`/api/calls/${found}`);
  if (way === "json") await terminal.json(one);
  else if (way === "curl") await showCurl(one, terminal);
  else await terminal.write(callText(one, terminal));
  return 0;
}

/** The id that was meant; a span id names one call, a trace id may name several: those are listed. */
async function resolve(client: Client, word: string, terminal: Terminal): Promise<string | undefined> {
  const field = /^[0-9a-f]{32}$/.test(word) ? "trace" : /^[0-9a-f]{16}$/.test(word) ? "span" : undefined;
  if (field === undefined) {
    if (/^[0-9a-f]{12,16}-[0-9a-f]{16}$/.test(word)) return word;
    throw new Problem(
      `${JSON.stringify(word)} is not the id of a call`,
      "Take one from the ID column of `inpooling query` (12 hex digits, a dash, 16 hex digits), or give a trace or span id.",
    );
  }
  const { calls } = await client.json<CallsPageJson>("/api/calls", { q: `${field}:${word}`, limit: "1000" });
  if (calls.length === 0)
    throw new Problem(`No stored call has the ${field} id ${word}`, "Calls appear in the store within about a second.");
  if (calls.length === 1) return calls[0]?.id;
  for (const line of new Table(terminal).rows(calls)) await terminal.line(line);
  terminal.note(`${calls.length} calls have this ${field} id. One of them: inpooling show <id>`);
  return undefined;
}

async function showBody(client: Client, id: string, side: "request" | "response", terminal: Terminal): Promise<number> {
  let bytes: Buffer;
  try {
    bytes = await client.bytes(`/api/calls/${id}/${side}/body`);
  } catch (error) {
    // A message without content is an answer: nothing is written.
    if (!(error instanceof Refused) || error.status !== 404 || !error.message.startsWith("No ")) throw error;
    terminal.note(`${error.message}. ${error.remedy}`);
    return 0;
  }
  if (!terminal.interactive) await terminal.write(bytes);
  else if (bytes.includes(0))
    throw new Problem(`The ${side} body is binary (${bytes.length} bytes)`, `Write it to a file: inpooling show ${id} --${side} > file`);
  else await terminal.line(visible(bytes.toString("utf8"), "\n\t"));
  return 0;
}

async function showCurl(call: CallJson, terminal: Terminal): Promise<void> {
  const { command, notes } = toCurl(call);
  await terminal.line(command);
  for (const note of notes) terminal.note(note.includes("body.bin") ? `${note} (inpooling show ${call.id} --request > body.bin)` : note);
}

export const showCommand: Command = {
  name: "show",
  about: "show one call with headers and bodies",
  usage: "<id> [flags]",
  words: [1, 1],
  flags: {
    request: { about: "write the request body, as it was recorded, to standard output" },
    response: { about: "write the response body" },
    curl: { about: "write the call as a curl command; redacted values stay [redacted:…]" },
    ...urlFlag,
  },
  more: () => "The id is the last column of `inpooling query`; a trace id or span id is looked up.",
  run: show,
};
