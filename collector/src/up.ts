import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Rejection } from "./receiver/counters.ts";
import { type Receiver, startReceiver } from "./receiver/server.ts";
import { startQueryServer } from "./query/server.ts";
import { openStore } from "./store/open.ts";
import { explainListenError } from "./up/listen-error.ts";
import { originOf, readyLine, welcome } from "./up/ready-line.ts";
import { untilSignal } from "./up/signals.ts";
import { Warnings } from "./up/warnings.ts";

/** Flags of `inpooling up`. */
export interface UpOptions {
  /** Data folder; made when it is not there. */
  readonly data: string;
  /** 0: a free one, as for every port. */
  readonly otlpPort: number;
  readonly pagePort: number;
  /** Address to listen on; 127.0.0.1 keeps everything on this machine. */
  readonly host: string;
  /** `http://user:password@host:8123/database` of a ClickHouse server; the embedded one when undefined. */
  readonly store?: string | undefined;
  /** Senders must carry it as `Authorization: Bearer <key>`; default: the environment's `INPOOLING_KEY`. */
  readonly key?: string | undefined;
  /** Bytes the embedded database may use. */
  readonly memoryLimit?: number | undefined;
}

export interface CollectorOptions extends UpOptions {
  /** One line without its end, for the operator. */
  readonly onWarning: (kind: string, message: string) => void;
}

export interface RunningCollector {
  readonly version: string;
  readonly host: string;
  readonly otlpPort: number;
  readonly pagePort: number;
  /** Absolute. */
  readonly data: string;
  readonly counters: Receiver["counters"];
  /** Stops receiving, finishes what was accepted, closes the store. */
  close(): Promise<void>;
}

const pageDir = fileURLToPath(new URL("../dist/page", import.meta.url));

/** Version of this package. */
export function collectorVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  return version;
}

/**
 * Starts store, receiver and query server. Resolves when calls can be received: the journal is open, while the
 * database behind it may still be starting.
 *
 * @throws UpFailed for a taken port or an address that is not here; the store's own errors for its folder.
 */
export async function startCollector(options: CollectorOptions): Promise<RunningCollector> {
  const version = collectorVersion();
  const data = resolve(options.data);
  const { host, onWarning } = options;
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    // In reverse: first nothing comes in any more, the store goes last.
    for (const part of opened.splice(0).toReversed()) await part();
  };
  try {
    const store = await openStore({
      dataDir: data,
      store: options.store,
      memoryLimit: options.memoryLimit,
      onWarning: (message) => onWarning(message, message),
    });
    opened.push(() => store.close());
    store.whenReady.catch((error: unknown) => onWarning("store", error instanceof Error ? error.message : String(error)));
    const query = await startQueryServer({
      host,
      port: options.pagePort,
      reader: store.reader,
      onAccepted: store.onAccepted,
      pageDir,
      version,
    }).catch(async (error: unknown) => {
      throw await explainListenError(error, { what: "page", host, port: options.pagePort, flag: "--page-port" });
    });
    opened.push(() => query.close());
    const receiver = await startReceiver({
      host,
      port: options.otlpPort,
      sink: store.sink,
      version,
      key: options.key,
      onRejected: (rejection) => onWarning(`${rejection.status} ${rejection.endpoint}`, rejectionText(rejection)),
    }).catch(async (error: unknown) => {
      throw await explainListenError(error, { what: "OTLP", host, port: options.otlpPort, flag: "--otlp-port" });
    });
    opened.push(() => receiver.close());
    return { version, host, data, otlpPort: receiver.port, pagePort: query.port, counters: receiver.counters, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function rejectionText({ endpoint, status, count, reason, remote }: Rejection): string {
  const what = count > 0 ? `${count} items not kept` : status === 0 ? "no request" : `answered ${status}`;
  return (
    [what, endpoint === "" ? "" : `at ${endpoint}`, remote === "" ? "" : `from ${remote}`].filter((part) => part !== "").join(" ") +
    `: ${reason}`
  );
}

/**
 * The command `inpooling up`: starts, prints the ready line, runs until SIGINT or SIGTERM.
 *
 * @returns the exit code: 0 after a clean stop, 2 when it could not start or stop.
 */
export async function runUp(options: UpOptions): Promise<number> {
  // Whoever reads our output may go away; receiving goes on.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  const warnings = new Warnings((line) => process.stderr.write(line));
  const key = options.key ?? process.env["INPOOLING_KEY"];
  const stop = untilSignal();
  let collector: RunningCollector;
  try {
    collector = await startCollector({ ...options, key, onWarning: (kind, message) => warnings.warn(kind, message) });
  } catch (error) {
    process.stderr.write(`inpooling up: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const { data, host, otlpPort, pagePort, version } = collector;
  process.stderr.write(welcome({ data, host, otlpPort, pagePort }, version));
  if (!isLoopback(host) && (key ?? "") === "") {
    warnings.warn("open", `everyone who reaches ${originOf(host, otlpPort)} can write; set INPOOLING_KEY here and for the senders`);
  }
  if (!isLoopback(host)) {
    warnings.warn(
      "readable",
      `everyone who reaches ${originOf(host, pagePort)} can read every payload; let a proxy that asks who they are stand before it`,
    );
  }
  process.stdout.write(`${readyLine({ data, host, otlpPort, pagePort })}\n`);
  const signal = await stop;
  process.stderr.write(`inpooling: ${signal}: finishing what was accepted; once more to leave at once\n`);
  try {
    await collector.close();
    return 0;
  } catch (error) {
    process.stderr.write(
      `inpooling: stopping failed: ${error instanceof Error ? error.message : String(error)}. What was accepted is in the journal of ${data}\n`,
    );
    return 2;
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}
