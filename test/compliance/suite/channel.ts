import type { Address } from "./application.ts";

/** From the runner to the program. `end`: by `process.exit(0)`, after so many milliseconds in which a tool may deliver. */
export type ToProgram =
  | { readonly type: "run"; readonly name: string; readonly address: Address }
  | { readonly type: "tell"; readonly name: string }
  | { readonly type: "end"; readonly lingerMs: number };

/** From the program to the runner. */
export type FromProgram =
  | { readonly type: "ready"; readonly node: string }
  | { readonly type: "signal"; readonly name: string }
  | { readonly type: "done"; readonly name: string; readonly lanes: Lanes; readonly ended: boolean };

/** What the application noted, lane by lane. */
export type Lanes = Readonly<Record<string, readonly string[]>>;
