import type { Application } from "./application.ts";
import type { Connection, RawRequest, ServerOptions } from "./raw-server.ts";

/** What the record of one call must say. Bytes are given as text (latin1 for binary). */
export interface Expected {
  /** `POST /path 200 complete`, plus ` <error code>` where the call failed (see `lineOf`); a last `*` stands for any rest. */
  readonly line: string;
  /** Content as it crossed the wire, by its text or only by its length; null: no matter. Default "". */
  readonly request?: string | number | null;
  readonly response?: string | number | null;
}

/** The server's half of a case. It runs in the process of the runner, so that no tool can touch it. */
export interface ServerHalf extends ServerOptions {
  /** Called with every complete request. */
  answer?(connection: Connection, request: RawRequest): void | Promise<void>;
  /** Called when a head is complete, before its content is. */
  head?(connection: Connection, head: string): void | Promise<void>;
  /** Called with every new connection. */
  connected?(connection: Connection): void | Promise<void>;
}

/**
 * One way to make a call, to consume its answer, or to fail. Both halves step by messages (`signal`, `told`), never
 * by time, so that a case has one outcome; where one has several, they are all seen when it runs bare several times.
 */
export interface Case {
  /** Unique within the suite. */
  readonly name: string;
  readonly server?: ServerHalf;
  /** The application's half: what it notes is compared. */
  run(application: Application): Promise<void>;
  /** Calls in the order they were opened; absent where the tool may record what it likes. */
  readonly record?: readonly Expected[];
  /** Major versions of Node.js on which the case means something; default all. */
  readonly since?: number;
}

/** Cases of one subject; a group is one file of `cases/`. */
export interface Group {
  readonly name: string;
  readonly cases: readonly Case[];
}
