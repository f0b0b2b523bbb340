import { inspect } from "node:util";

/** Where a case's application half finds its server, and where it says what it sees. */
export interface Address {
  readonly port: number;
  /** A port on which nobody listens. */
  readonly closedPort: number;
  /** Path of the Unix socket, when the case's server listens on one. */
  readonly socketPath: string;
  /** A host name of this case alone that does not resolve (RFC 6761, 6.4). */
  readonly deadHost: string;
}

/** What the application half of a case is given. */
export class Application {
  readonly port: number;
  readonly closedPort: number;
  readonly socketPath: string;
  readonly deadHost: string;
  readonly host = "127.0.0.1";
  readonly lanes: Record<string, string[]> = {};
  readonly #send: (name: string) => void;
  readonly #told = new Map<string, { promise: Promise<void>; resolve: () => void }>();

  constructor(address: Address, send: (name: string) => void) {
    this.port = address.port;
    this.closedPort = address.closedPort;
    this.socketPath = address.socketPath;
    this.deadHost = address.deadHost;
    this.#send = send;
  }

  /** `http://127.0.0.1:port/path` of the case's server. */
  url(path = "/", scheme = "http"): string {
    return `${scheme}://${this.host}:${this.port}${path}`;
  }

  /** Notes something an application can see; the order within the case counts. */
  readonly note = (...what: unknown[]): void => this.noteIn("application", ...what);

  /** Notes in a lane of its own: order counts within the lane, not against the others. */
  noteIn(lane: string, ...what: unknown[]): void {
    const line = what.map((each) => (typeof each === "string" ? each : inspect(each, { depth: 4, breakLength: Infinity }))).join(" ");
    (this.lanes[lane] ??= []).push(this.steady(line));
  }

  /** Ports differ from run to run. */
  steady(text: string): string {
    let steady = text.replaceAll(String(this.port), "PORT").replaceAll(String(this.closedPort), "CLOSED").replaceAll(this.deadHost, "DEAD");
    if (this.socketPath !== "") steady = steady.replaceAll(this.socketPath, "SOCKET");
    return steady;
  }

  /** Lets the server half's `signalled(name)` go on. */
  signal(name: string): void {
    this.#send(name);
  }

  /** Resolves when the server half called `tell(name)`. */
  told(name: string): Promise<void> {
    return this.#gate(name).promise;
  }

  /** For the channel: the server half told something. */
  hear(name: string): void {
    this.#gate(name).resolve();
  }

  #gate(name: string): { promise: Promise<void>; resolve: () => void } {
    let gate = this.#told.get(name);
    if (!gate) {
      gate = Promise.withResolvers<void>();
      this.#told.set(name, gate);
    }
    return gate;
  }
}
