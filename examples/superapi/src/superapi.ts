import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Routes } from "./exchange.ts";
import { sendJson } from "./exchange.ts";
import { faultRoutes } from "./faults.ts";
import { openaiRoutes } from "./openai.ts";
import { randomFor } from "./random.ts";
import { restRoutes } from "./rest.ts";
import { stripeRoutes } from "./stripe.ts";

export interface SuperApiOptions {
  /** 0 (default) takes a free port. */
  readonly port?: number;
  /** Decides every generated value; the same seed and order of requests give the same answers. */
  readonly seed?: number;
  /** PEM texts: serve HTTPS instead of HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Told of each exchange, once its response is over, with the bytes of both bodies as they crossed the wire. */
  readonly onExchange?: (witnessed: Witnessed) => void;
}

/** One exchange as the server saw it. */
export interface Witnessed {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly rawHeaders: readonly string[];
  readonly received: Buffer;
  readonly status: number;
  readonly sent: Buffer;
}

export interface SuperApi {
  readonly origin: string;
  readonly port: number;
  close(): Promise<void>;
}

/** The route that serves a method and path: an exact one, else one whose last segment is a parameter. */
function routeOf(routes: Routes, method: string, path: string): string | undefined {
  const exact = `${method} ${path}`;
  if (routes[exact] !== undefined) return exact;
  const parent = `${method} ${path.slice(0, path.lastIndexOf("/"))}/:id`;
  return routes[parent] === undefined ? undefined : parent;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Keeps a copy of every body byte the response sends; the routes only use `write(chunk)` and `end(chunk)`. */
function bytesSent(response: ServerResponse): Buffer[] {
  const sent: Buffer[] = [];
  const { write, end } = response;
  const keep = (chunk: unknown): void => {
    if (typeof chunk === "string" || chunk instanceof Uint8Array) sent.push(Buffer.from(chunk as string));
  };
  response.write = ((...args: Parameters<typeof write>) => (
    keep(args[0]),
    Reflect.apply(write, response, args) as boolean
  )) as typeof write;
  response.end = ((...args: Parameters<typeof end>) => (keep(args[0]), Reflect.apply(end, response, args) as ServerResponse)) as typeof end;
  return sent;
}

function listener(routes: Routes, seed: number, origin: () => string, onExchange: SuperApiOptions["onExchange"]): RequestListener {
  const counts = new Map<string, number>();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    if (onExchange !== undefined) {
      const sent = bytesSent(response);
      const { method = "", url: target = "", rawHeaders } = request;
      response.once("close", () =>
        onExchange({ method, target, rawHeaders, received: body, status: response.statusCode, sent: Buffer.concat(sent) }),
      );
    }
    const url = new URL(request.url ?? "/", origin());
    const name = routeOf(routes, request.method ?? "GET", url.pathname);
    const handler = name === undefined ? undefined : routes[name];
    if (name === undefined || handler === undefined) {
      sendJson(response, 404, { error: { code: "no_such_route", message: `SuperApi has no ${request.method} ${url.pathname}.` } });
      return;
    }
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    await handler({ request, response, url, body, count, random: randomFor(seed, `${name} ${count}`) });
  };
  return (request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: { code: "superapi_bug", message: String(error) } });
    });
  };
}

/** Starts SuperApi on loopback: a REST API, an OpenAI-shaped and a Stripe-shaped one, and every usual fault. */
export async function startSuperApi(options: SuperApiOptions = {}): Promise<SuperApi> {
  const seed = options.seed ?? 1;
  const routes: Routes = { ...restRoutes(seed), ...faultRoutes(), ...openaiRoutes(), ...stripeRoutes() };
  let origin = "";
  const handle = listener(routes, seed, () => origin, options.onExchange);
  const server = options.tls === undefined ? createServer(handle) : createTlsServer({ ...options.tls }, handle);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  origin = `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  return {
    origin,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
