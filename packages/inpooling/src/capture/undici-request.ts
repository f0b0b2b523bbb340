import type { Beginning } from "./exchange.ts";

/** undici's request object, versions 5 to 8, as its diagnostics channels publish it. */
export interface UndiciRequest {
  readonly origin?: string | { readonly origin: string } | null;
  readonly method: string;
  readonly path: string;
  /** Flat name, value, name, value …; one string in version 5. */
  readonly headers?: readonly (string | readonly string[])[] | string | null;
  readonly host?: string | null;
  readonly body?: unknown;
  readonly contentLength?: number | null;
}

/** Where the channel gives HTTP/1.1 fields as bytes, HTTP/2 fields as an object. */
export interface UndiciResponse {
  readonly statusCode: number;
  readonly statusText?: string;
  readonly headers: readonly (string | Uint8Array)[] | Readonly<Record<string, string | readonly string[] | undefined>>;
}

function originOf({ origin }: UndiciRequest): string {
  return typeof origin === "string" ? origin : (origin?.origin ?? "");
}

function urlOf(request: UndiciRequest): string {
  const { method, path } = request;
  // RFC 9112 3.2: authority-form names the target of a tunnel, absolute-form is a URL already.
  if (method === "CONNECT") return `http://${path}`;
  return path.startsWith("/") ? originOf(request) + path : path;
}

/** What is known when undici makes a request. `fetch` is told by a field that only it sends (Fetch, 4.5). */
export function beginningOf(request: UndiciRequest): Beginning {
  const { headers } = request;
  let client = "undici";
  let traceparent: unknown;
  if (Array.isArray(headers)) {
    for (let index = headers.length - 2; index >= 0; index -= 2) {
      const name: unknown = headers[index];
      if (name === "sec-fetch-mode") client = "fetch";
      else if (name === "traceparent") traceparent = headers[index + 1];
    }
  } else if (typeof headers === "string" && headers.includes("sec-fetch-mode: ")) client = "fetch";
  return { client, method: request.method, url: urlOf(request), traceparent };
}

/** Host and port that the request is for; the port is 0 where the origin does not say and has no default. */
export function authorityOf(request: UndiciRequest): { readonly host: string; readonly port: number } {
  const target = request.method === "CONNECT" ? `http://${request.path}` : originOf(request) || request.path;
  if (!URL.canParse(target)) return { host: "", port: 0 };
  const { hostname, port, protocol } = new URL(target);
  return { host: hostname, port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port) };
}

/** Methods whose request announces its length even without content (undici, lib/dispatcher/client-h1.js). */
const expectsPayload = new Set(["PUT", "POST", "PATCH", "QUERY", "PROPFIND", "PROPPATCH"]);

/** The fields that undici writes after it published the head: how the content is framed (RFC 9112, section 6). */
export function framingOf({ body, contentLength, method }: UndiciRequest): string {
  if (body === null || body === undefined) return expectsPayload.has(method) ? "content-length: 0\r\n" : "";
  if (body instanceof Uint8Array) return `content-length: ${body.byteLength}\r\n`;
  if (typeof contentLength === "number") return `content-length: ${contentLength}\r\n`;
  const { size } = body as { readonly size?: unknown };
  return typeof size === "number" ? `content-length: ${size}\r\n` : "transfer-encoding: chunked\r\n";
}

/** The head of a request that never left, or whose version of undici does not publish it. */
export function composedHead(request: UndiciRequest): string {
  const { method, path, host, headers } = request;
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host || originOf(request).replace(/^\w+:\/\//, "")}\r\n`;
  if (typeof headers === "string") return head + headers;
  if (!Array.isArray(headers)) return head;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const value = headers[index + 1];
    for (const one of Array.isArray(value) ? value : [value]) head += `${String(headers[index])}: ${String(one)}\r\n`;
  }
  return head;
}

/** Field lines of a response head: name, value, name, value … Pseudo-header fields of HTTP/2 are left out. */
export function responseFields(headers: UndiciResponse["headers"]): readonly (string | Uint8Array)[] {
  if (Array.isArray(headers)) return headers as readonly (string | Uint8Array)[];
  const fields: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(":") || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) fields.push(name, String(one));
  }
  return fields;
}
