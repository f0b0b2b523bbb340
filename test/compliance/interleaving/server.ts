import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pieces, RESPONSE, type Plan } from "./plan.ts";

/** What the server saw of one call, and what it sent. */
export interface Witness {
  readonly method: string;
  readonly request: { readonly bytes: number; readonly sha256: string };
  readonly response: { readonly bytes: number; readonly sha256: string };
}

const seen = (bytes: Buffer): { bytes: number; sha256: string } => ({
  bytes: bytes.byteLength,
  sha256: createHash("sha256").update(bytes).digest("hex"),
});

/** Answers as the plans say and remembers every exchange by the number of its call. */
export class PlannedServer {
  readonly witnesses = new Map<number, Witness>();
  readonly #server;
  #plans: readonly Plan[] = [];

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response).catch(() => undefined));
  }

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Starts over with these plans. */
  expect(plans: readonly Plan[]): void {
    this.#plans = plans;
    this.witnesses.clear();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => undefined);
    const call = Number(request.url?.slice(1));
    const plan = this.#plans[call];
    if (!plan) return void response.destroy();
    const received: Buffer[] = [];
    for await (const part of request) received.push(part as Buffer);
    const parts = pieces(call, plan.response, RESPONSE);
    this.witnesses.set(call, {
      method: request.method ?? "",
      request: seen(Buffer.concat(received)),
      response: seen(Buffer.concat(parts)),
    });
    if (!plan.keepAlive) response.setHeader("connection", "close");
    response.writeHead(200, { "x-call": String(call) });
    response.flushHeaders();
    for (const part of parts) {
      response.write(part);
      if (plan.turns > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    if (plan.end === "complete") response.end();
    else if (plan.end === "cut") request.socket.end();
  }
}
