import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { callFromSpan, type Call } from "@inpooling/record";
import { readRequest } from "../../../packages/record/test/otlp/wire.ts";

function plain(body: Buffer, coding: string | undefined): Buffer {
  if (coding === "gzip") return gunzipSync(body);
  if (coding === "zstd") return zstdDecompressSync(body);
  if (coding === "br") return brotliDecompressSync(body);
  return coding === "deflate" ? inflateSync(body) : body;
}

/**
 * Where tools deliver to: takes anything, answers as an Inpooling collector and as the back ends of the peers would
 * so that they go on, and keeps every byte.
 */
export class Sink {
  readonly posts: { readonly path: string; readonly body: Buffer }[] = [];
  readonly #server: Server;
  /** Resolvers waiting for the next post. */
  #waiting: (() => void)[] = [];

  constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  /** @returns the port; reachable as `localhost` and as `127.0.0.1`. */
  async listen(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** The calls in what was posted to `/v1/traces` as protobuf. */
  calls(): Call[] {
    const calls: Call[] = [];
    for (const { path, body } of this.posts) {
      if (!path.endsWith("/v1/traces")) continue;
      for (const { resource, spans } of readRequest(body)) {
        for (const span of spans) {
          const call = callFromSpan(span, resource);
          if (call) calls.push(call);
        }
      }
    }
    return calls;
  }

  /** Everything that was posted, as latin1 text: where a tool's format is its own, markers are looked for. */
  text(): string {
    return this.posts.map(({ body }) => body.toString("latin1")).join("\n");
  }

  /** Resolves at the next post, or after `ms`. */
  async next(ms: number): Promise<void> {
    await Promise.race([new Promise<void>((resolve) => this.#waiting.push(resolve)), new Promise((resolve) => setTimeout(resolve, ms))]);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    this.posts.push({ path: request.url ?? "", body: plain(Buffer.concat(parts), request.headers["content-encoding"]) });
    const json = request.headers["content-type"]?.includes("json") ?? request.method === "GET";
    response.writeHead(200, { "content-type": json ? "application/json" : "application/x-protobuf", "inpooling-collector": "0.1.0" });
    response.end(json ? "{}" : "");
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
