import type { Command } from "./command.ts";

interface Word {
  readonly name: string;
  readonly about: string;
  /** Loaded when it is called: `query` starts without the collector's code. */
  readonly load: () => Promise<Command>;
}

/** The words of this version, in the order of the help. */
export const words: readonly Word[] = [
  { name: "up", about: "start the collector: receive, keep, answer, show", load: async () => (await import("./up.ts")).upCommand },
  {
    name: "query",
    about: "list stored calls that match a filter, newest first",
    load: async () => (await import("./query.ts")).queryCommand,
  },
  { name: "show", about: "show one call with headers and bodies", load: async () => (await import("./show.ts")).showCommand },
  { name: "tail", about: "show calls as they come in", load: async () => (await import("./tail.ts")).tailCommand },
];

/** Words that are reserved for what later versions bring. */
export const laterWords: readonly string[] = [
  "stats",
  "export",
  "import",
  "replay",
  "contract",
  "scan",
  "audit",
  "gateway",
  "secrets",
  "config",
  "alerts",
  "vendors",
  "retention",
  "erase",
  "migrate",
  "conform",
  "redact",
  "replace",
  "token",
  "doctor",
];
