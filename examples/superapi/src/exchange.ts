import type { IncomingMessage, ServerResponse } from "node:http";
import type { Random } from "./random.ts";

/** One request as a route handler sees it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** The whole request body. */
  readonly body: Buffer;
  /** How often this route was asked before; with the seed it decides what is answered. */
  readonly count: number;
  readonly random: Random;
}

export type Handler = (exchange: Exchange) => void | Promise<void>;

/** A route: `GET /v1/things/:id`; the last segment `:name` stands for any one segment. */
export type Routes = Readonly<Record<string, Handler>>;

export function sendJson(response: ServerResponse, status: number, value: unknown, headers: Record<string, string | string[]> = {}): void {
  const text = JSON.stringify(value);
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(text), ...headers });
  response.end(text);
}

/** The last segment of the path. */
export function lastSegment(url: URL): string {
  return url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
}

/** A JSON request body; undefined when it is not JSON. */
export function jsonBody(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
