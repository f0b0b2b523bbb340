import { readFileSync } from "node:fs";
import { nearest } from "../query/filter/nearest.ts";
import { laterWords, words } from "./commands.ts";
import { readArguments } from "./flags.ts";
import { commandHelp, overview } from "./help.ts";
import { Problem } from "./problem.ts";
import type { Terminal } from "./terminal.ts";

/** Exit codes of every command. 1 ("found something") is for scan and audit. */
export const exitCodes = { done: 0, found: 1, failed: 2 } as const;

/** The version in the package's own manifest, two folders up from source and from build alike. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  return manifest.version;
}

/**
 * Runs one command line; what goes wrong is said on the terminal's error stream.
 * @param args Without node and script.
 * @returns the exit code.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [word = "help", ...rest] = args;
  try {
    return await runWord(word, rest, terminal);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    terminal.note(
      `inpooling${words.some(({ name }) => name === word) ? ` ${word}` : ""}: ${error.message}${error.remedy === "" ? "" : `\n${error.remedy}`}`,
    );
    return exitCodes.failed;
  }
}

async function runWord(word: string, rest: readonly string[], terminal: Terminal): Promise<number> {
  if (word === "--version" || word === "-V" || word === "version") {
    await terminal.line(version());
    return exitCodes.done;
  }
  if (word === "help" || word === "--help" || word === "-h") return help(rest, terminal);
  const command = await (await find(word)).load();
  const call = readArguments(command, rest);
  if (call.flags.has("help")) {
    await terminal.write(commandHelp(command));
    return exitCodes.done;
  }
  return command.run(call, terminal);
}

async function help([word]: readonly string[], terminal: Terminal): Promise<number> {
  await terminal.write(word === undefined ? overview() : commandHelp(await (await find(word)).load()));
  return exitCodes.done;
}

async function find(word: string): Promise<(typeof words)[number]> {
  const found = words.find(({ name }) => name === word);
  if (found !== undefined) return found;
  if (laterWords.includes(word))
    throw new Problem(
      `${word} is not in this version (${version()})`,
      "A later version brings it; `inpooling help` lists what this one has.",
    );
  const kind = word.startsWith("-") ? "flag" : "command";
  const meant = nearest(
    word.replace(/^-+/, ""),
    words.map(({ name }) => name),
  );
  throw new Problem(
    `There is no ${kind} ${word}`,
    `${meant === undefined ? "" : `Did you mean inpooling ${meant}? `}\`inpooling help\` lists what there is.`,
  );
}
