import { portOwner } from "./port-owner.ts";

/** `inpooling up` cannot start. The message names the thing and the remedy; exit code 2. */
export class UpFailed extends Error {
  override readonly name = "UpFailed";
}

export interface Listening {
  /** `OTLP` or `page`. */
  readonly what: string;
  readonly host: string;
  readonly port: number;
  /** The flag that sets the port. */
  readonly flag: string;
}

const USUAL: Readonly<Record<number, string>> = {
  4317: "an OpenTelemetry Collector or agent usually has it",
  4318: "an OpenTelemetry Collector or agent usually has it",
};

/** What to say when a port could not be opened; other errors come back as they are. */
export async function explainListenError(error: unknown, listening: Listening): Promise<unknown> {
  const { what, host, port, flag } = listening;
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE": {
      const owner = (await portOwner(host, port)) || USUAL[port] || "some other process has it";
      return new UpFailed(
        `the ${what} port ${port} on ${host} is taken: ${owner}. Stop it, or choose another port with ${flag} (0: a free one)`,
      );
    }
    case "EACCES":
      return new UpFailed(`this user may not open port ${port}; choose one above 1023 with ${flag} (0: a free one)`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new UpFailed(
        `this machine has no address ${JSON.stringify(host)} to listen on; correct --host (127.0.0.1: this machine only, 0.0.0.0: every network)`,
      );
    default:
      return error;
  }
}
