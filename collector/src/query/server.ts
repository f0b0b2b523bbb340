import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AcceptedListener, CallReader } from "../store/store.ts";
import { commonHeaders, ApiError, sendError, sendJson } from "./http/answer.ts";
import { Guard, type GuardOptions } from "./http/guard.ts";
import { PageFiles } from "./http/page.ts";
import { visible } from "./present/visible.ts";
import { Api } from "./routes.ts";
import type { TailLimits } from "./tail.ts";

export interface QueryServerOptions extends GuardOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly reader: CallReader;
  /** Subscribes to calls as they are accepted; returns what ends the subscription. */
  readonly onAccepted: (listener: AcceptedListener) => () => void;
  /** Folder of the built page; it may not be there. */
  readonly pageDir: string;
  readonly version: string;
  /** Told about errors that nobody foresaw; without it they go to standard error. */
  readonly onError?: ((error: unknown) => void) | undefined;
  readonly tailLimits?: Partial<TailLimits> | undefined;
}

export interface QueryServer {
  readonly port: number;
  /** Ends live tails, lets running answers finish for a second, then closes. */
  close(): Promise<void>;
}

const mostConnections = 512;
const silentMs = 120_000;

/**
 * Serves the page and the query API (GET only) on the page port.
 * @throws the listen error (`EADDRINUSE`, `EACCES` …) as `node:net` reports it.
 */
export async function startQueryServer(options: QueryServerOptions): Promise<QueryServer> {
  const guard = new Guard(options);
  const page = new PageFiles(options.pageDir);
  const api = new Api(options);
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 10_000, noDelay: true }, (req, res) => {
    void answer(req, res, { guard, page, api, version: options.version }).catch((error: unknown) => {
      if (res.destroyed || isAbort(error)) return;
      sendError(res, error);
      if (res.statusCode === 500) (options.onError ?? report)(error);
    });
  });
  server.maxConnections = mostConnections;
  // A reader that takes nothing for so long has gone; live tails have a heartbeat.
  server.setTimeout(silentMs);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(options.port, options.host, resolve);
  try {
    await promise;
  } catch (error) {
    api.close();
    throw error;
  }
  server.removeListener("error", reject);
  return { port: (server.address() as AddressInfo).port, close: () => close(server, api) };
}

interface Parts {
  readonly guard: Guard;
  readonly page: PageFiles;
  readonly api: Api;
  readonly version: string;
}

async function answer(req: IncomingMessage, res: ServerResponse, { guard, page, api, version }: Parts): Promise<void> {
  commonHeaders(res, version);
  const [path = "/", query = ""] = splitTarget(req.url ?? "/");
  const isApi = path === "/api" || path.startsWith("/api/");
  guard.checkOrigin(req, isApi);
  if (req.method !== "GET" && req.method !== "HEAD") {
    throw new ApiError(
      405,
      "method-not-allowed",
      `${req.method} is not answered here`,
      "This port only reads: use GET. Calls are sent to the OTLP port (4318), /v1/traces.",
    );
  }
  if (isApi) {
    guard.checkToken(req);
    await api.answer(req, res, path, new URLSearchParams(query));
    return;
  }
  if (path === "/healthz") return sendJson(res, 200, { status: "ok" });
  if (path === "/readyz") return api.ready(res);
  if (login(guard, res, path, query)) return;
  if (await page.serve(path, req, res)) return;
  throw new ApiError(404, "not-found", `There is nothing at ${path.slice(0, 200)}`, "The page is at /, the API at /api/calls.");
}

/** `/?token=…` moves the token into a cookie that scripts cannot read and other sites cannot send. */
function login(guard: Guard, res: ServerResponse, path: string, query: string): boolean {
  const parameters = new URLSearchParams(query);
  const token = parameters.get("token");
  if (token === null || !guard.accepts(token)) return false;
  parameters.delete("token");
  const rest = parameters.toString();
  res.writeHead(303, {
    location: rest === "" ? path : `${path}?${rest}`,
    "set-cookie": `inpooling_token=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`,
    "cache-control": "no-store",
  });
  res.end();
  return true;
}

/** Path and query of a request target; absolute-form (RFC 9112 3.2.2) is accepted, its host was checked by `Host`. */
function splitTarget(target: string): string[] {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "").split("#", 1)[0] ?? "";
  const cut = path.indexOf("?");
  const name = cut < 0 ? path : path.slice(0, cut);
  // One slash only: a Location made from "//host" would lead elsewhere.
  return [name.replace(/^\/*/, "/"), cut < 0 ? "" : path.slice(cut + 1)];
}

function report(error: unknown): void {
  process.stderr.write(
    `inpooling: the query API failed: ${visible(error instanceof Error ? (error.stack ?? error.message) : String(error), "\n")}\n`,
  );
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === "AbortError";

async function close(server: Server, api: Api): Promise<void> {
  api.close();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const impatient = setTimeout(() => server.closeAllConnections(), 1000);
  await promise;
  clearTimeout(impatient);
}
