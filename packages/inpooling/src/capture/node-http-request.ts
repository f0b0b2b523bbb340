import type { ClientRequest } from "node:http";
import type { Beginning } from "./exchange.ts";

/** The head of a request whose fields were given as a list: Node builds it at once, and keeps no fields. */
export function prebuiltHead(request: ClientRequest): string | undefined {
  const { _header: header } = request as { readonly _header?: unknown };
  return typeof header === "string" ? header : undefined;
}

function hostField(request: ClientRequest): string {
  const value = request.getHeader("host");
  if (typeof value === "string") return value;
  return /\r\nhost:[ \t]*([^\r]*)/i.exec(prebuiltHead(request) ?? "")?.[1] ?? "";
}

/** `host` as it stands in a URL. */
function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

/** Where the `Host` field names the same host it also says the port; Node keeps the port nowhere else. */
function authorityOf(request: ClientRequest): string {
  const host = bracketed(request.host);
  const field = hostField(request);
  if (field.length === host.length) return field.toLowerCase() === host.toLowerCase() ? field : host;
  const named =
    field.length > host.length && field[host.length] === ":" && field.slice(0, host.length).toLowerCase() === host.toLowerCase();
  return named ? field : host;
}

/** The port that the request is for; 0 where a foreign `Host` field hides it. */
export function portOf(request: ClientRequest): number {
  const authority = authorityOf(request);
  const port = /:(\d+)$/.exec(authority)?.[1];
  if (port !== undefined) return Number(port);
  return request.protocol === "https:" ? 443 : 80;
}

/** What is known when `node:http` makes a request. */
export function beginningOf(request: ClientRequest): Beginning {
  const { method, path, protocol } = request;
  return {
    client: protocol === "https:" ? "node:https" : "node:http",
    method,
    url: method === "CONNECT" ? `http://${path}` : path.startsWith("/") ? `${protocol}//${authorityOf(request)}${path}` : path,
    traceparent: request.getHeader("traceparent"),
  };
}
