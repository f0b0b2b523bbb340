import type { Socket } from "node:net";
import type { RawServer } from "./server.ts";

/** What a case runs with. */
export interface Setting {
  readonly port: number;
  readonly server: RawServer;
  /** Notes something that an application can see; compared between runs with and without capture. */
  note(...what: unknown[]): void;
}

export interface Case {
  readonly name: string;
  answer(socket: Socket, head: string, body: string): void;
  run(setting: Setting): Promise<void>;
  /** Calls that end. */
  readonly calls: number;
  /** Wire bytes that differ from run to run by themselves, e.g. a random boundary. */
  readonly wireVaries?: boolean;
}

/** An error as an application prints it. */
export function shape(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { readonly code?: unknown };
  const cause = error.cause === undefined ? "" : ` <- ${shape(error.cause)}`;
  return `${error.name}(${String(code)}): ${error.message}${cause}`;
}
