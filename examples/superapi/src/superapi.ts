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
  /** Told of each exchange with the bytes the server saw. */
  readonly onRequest?: (request: IncomingMessage, body: Buffer) => void;
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

function listener(routes: Routes, seed: number, origin: () => string, onRequest: SuperApiOptions["onRequest"]): RequestListener {
  const counts = new Map<string, number>();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    onRequest?.(request, body);
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
  const handle = listener(routes, seed, () => origin, options.onRequest);
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
