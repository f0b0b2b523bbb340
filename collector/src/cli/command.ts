import type { Terminal } from "./terminal.ts";

export interface Flag {
  /** What stands for the value in help, e.g. `N`; without it the flag is a switch. */
  readonly value?: string;
  readonly about: string;
  /** Comes with a later version: known, so that it is not taken for a typing mistake. */
  readonly later?: true;
}

/** What a command was called with. */
export interface Call {
  readonly flags: ReadonlyMap<string, string>;
  readonly positionals: readonly string[];
}

/** One word of `inpooling`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly about: string;
  /** What follows the name, e.g. `<id>`. */
  readonly usage: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Its words are a filter: they may begin with `-`. */
  readonly takesFilter?: true;
  /** Least and most positional words. */
  readonly words: readonly [least: number, most: number];
  /** Text after the flags in `--help`. */
  readonly more?: () => string;
  /** @returns the exit code. */
  run(call: Call, terminal: Terminal): Promise<number>;
}

/** Flags that every command has. */
export const commonFlags: Readonly<Record<string, Flag>> = {
  json: { about: "for programs: one JSON document a line" },
  help: { about: "this text" },
};

/** The flag of every command that asks a running collector. */
export const urlFlag: Readonly<Record<string, Flag>> = {
  url: { value: "URL", about: "the collector's page address (http://127.0.0.1:4380)" },
};
