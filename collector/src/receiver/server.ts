import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Sink } from "../sink.ts";
import { ByteBudget } from "./byte-budget.ts";
import { newCounters, type ReceiverCounters, type Rejection } from "./counters.ts";
import { Exchanges } from "./exchange.ts";
import { DEFAULT_LIMITS, type ReceiverLimits } from "./limits.ts";
import { explainUnreadable } from "./unreadable.ts";
import { KeyCheck } from "./request.ts";
import { encodeStatus, MEDIA_TYPE } from "./status.ts";

export interface ReceiverOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly sink: Sink;
  /** What the response header `inpooling-collector` says. */
  readonly version: string;
  /** Where set, requests must carry `Authorization: Bearer <key>`. */
  readonly key?: string | undefined;
  readonly limits?: Partial<ReceiverLimits> | undefined;
  /** Told about everything that was not kept. Must not throw. */
  readonly onRejected?: ((rejection: Rejection) => void) | undefined;
}

export interface Receiver {
  readonly port: number;
  readonly counters: Readonly<ReceiverCounters>;
  /** Stops listening, lets running requests finish for at most `graceMs` (5 s), then cuts them off. */
  close(graceMs?: number): Promise<void>;
}

/** Response header by which senders know that bodies may be sent here. */
export const IDENTITY_HEADER = "inpooling-collector";

/**
 * Receives OTLP over HTTP/1.1 (https://opentelemetry.io/docs/specs/otlp/#otlphttp) and hands calls to the sink.
 * Rejects with the system's error when it cannot listen (`EADDRINUSE`, `EACCES` …).
 */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const limits: ReceiverLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const counters = newCounters();
  const onRejected = options.onRejected ?? ((): void => {});
  const exchanges = new Exchanges({
    sink: options.sink,
    limits,
    counters,
    onRejected,
    budget: new ByteBudget(limits.inFlightBytes),
    keyCheck: new KeyCheck(options.key),
  });
  const current = new WeakMap<Duplex, ServerResponse>();
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    current.set(request.socket, response);
    response.setHeader(IDENTITY_HEADER, options.version);
    exchanges.run(request, response);
  };
  const server = createServer({
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersTimeoutMs),
  });
  server.maxConnections = limits.connections;
  server.on("request", take);
  // A refusal comes before the sender is told to go on with the body (RFC 9110 10.1.1).
  server.on("checkContinue", take);
  server.on("drop", () => counters.connectionsDropped++);
  const failed = new WeakSet<Duplex>();
  server.on("clientError", (error: Error, socket: Duplex) => {
    // The parser may complain again about the end of what it could not read.
    if (failed.has(socket)) return;
    failed.add(socket);
    const unreadable = explainUnreadable(error);
    const answered = current.get(socket)?.headersSent ?? false;
    if (unreadable.status !== 0 && socket.writable && !answered)
      socket.end(rawAnswer(unreadable.status, unreadable.code, unreadable.reason, options.version));
    else socket.destroy();
    // A request that was being read is reported by its own exchange.
    if (current.has(socket)) return;
    if (unreadable.status !== 0) counters.refused++;
    onRejected({
      endpoint: "",
      status: unreadable.status,
      count: 0,
      reason: unreadable.reason,
      remote: (socket as Socket).remoteAddress ?? "",
    });
  });
  await listen(server, options.host, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    counters,
    close: (graceMs = 5_000) => close(server, exchanges, graceMs),
  };
}

function rawAnswer(status: number, code: Parameters<typeof encodeStatus>[1], reason: string, version: string): string {
  const body = encodeStatus("json", code, reason).toString("utf8");
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    `${IDENTITY_HEADER}: ${version}`,
    "connection: close",
    `content-type: ${MEDIA_TYPE.json}`,
    `content-length: ${Buffer.byteLength(body)}`,
    "",
    body,
  ].join("\r\n");
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function close(server: Server, exchanges: Exchanges, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await exchanges.drain();
  server.closeIdleConnections();
  await closed;
  clearTimeout(cut);
}
