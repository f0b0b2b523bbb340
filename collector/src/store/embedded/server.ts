import { createWriteStream } from "node:fs";
import { unlink } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { timingSafeEqual } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { Engine, type Answer } from "./engine.ts";
import { embeddedUser, type EmbeddedOptions } from "./protocol.ts";
import { BadRequest, bodyIsRows, readRequest, type ReadRequest } from "./request.ts";
import { Slots } from "./slots.ts";

const longestStatement = 4 * 1024 * 1024;
/** ClickHouse's own error codes for what this server itself refuses. */
const code = { badArguments: 36, tooManyQueries: 202, queryTooLarge: 307, authentication: 516, standard: 1002 } as const;

/** ClickHouse ends its messages with the code's name, and clients look for it. */
const nameOf: Readonly<Record<number, string>> = {
  36: "BAD_ARGUMENTS",
  202: "TOO_MANY_SIMULTANEOUS_QUERIES",
  307: "TOO_MANY_BYTES",
  516: "AUTHENTICATION_FAILED",
  1002: "UNKNOWN_EXCEPTION",
};

/** Codes that ClickHouse answers with a status of their own; all others are 500. */
const statusOf: Readonly<Record<number, number>> = { 36: 400, 60: 404, 62: 400, 81: 404, 202: 503, 307: 413, 516: 403 };

function errorCode(error: unknown): number {
  if (error instanceof BadRequest) return code.badArguments;
  if (error instanceof Error && "clickhouseCode" in error && typeof error.clickhouseCode === "number") return error.clickhouseCode;
  const named = /^(?:Query failed: )?Code: (\d+)/.exec(error instanceof Error ? error.message : "");
  return named === null ? code.standard : Number(named[1]);
}

async function readStatement(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longestStatement) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString("utf8");
}

/** The part of ClickHouse's HTTP interface that this project uses, over chDB. */
export class EmbeddedServer {
  private readonly options: EmbeddedOptions;
  private readonly engine: Engine;
  private readonly http: Server;
  private readonly credentials: Buffer;
  /** Two long reads leave room for nothing else on a small machine; writing has its own slot, so that it never waits for them. */
  private readonly reads = new Slots(2, 64);
  private readonly writes = new Slots(1, 16);
  private count = 0;

  constructor(options: EmbeddedOptions) {
    this.options = options;
    this.engine = new Engine(options);
    this.credentials = Buffer.from(`Basic ${Buffer.from(`${embeddedUser}:${options.token}`).toString("base64")}`);
    // The list's second phase names up to a thousand calls in the URL.
    this.http = createServer({ maxHeaderSize: 1024 * 1024, keepAliveTimeout: 60_000 }, (request, response) => {
      this.serve(request, response).catch((error: unknown) =>
        this.refuse(response, errorCode(error), error instanceof Error ? error.message : String(error)),
      );
    });
  }

  /** Listens on a free loopback port and returns it. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.http.once("error", reject);
      this.http.listen(0, "127.0.0.1", resolve);
    });
    return (this.http.address() as AddressInfo).port;
  }

  close(): void {
    this.http.close();
    this.http.closeAllConnections();
    this.engine.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (url.pathname === "/ping") {
      response.end("Ok.\n");
      return;
    }
    if (!this.authenticated(request)) {
      this.refuse(
        response,
        code.authentication,
        "Authentication failed: this database belongs to the collector that started it; ask the collector's own HTTP API instead.",
      );
      return;
    }
    const number = ++this.count;
    if (bodyIsRows(url)) await this.insert(url, request, response, number);
    else await this.statement(url, request, response, number);
  }

  private async statement(url: URL, request: IncomingMessage, response: ServerResponse, number: number): Promise<void> {
    const text = await readStatement(request);
    if (text === undefined) {
      this.refuse(response, code.queryTooLarge, `The statement is longer than ${longestStatement} bytes.`);
      return;
    }
    await this.run(readRequest(url, text), response, number);
  }

  /** The rows go through a file: chDB's in-memory insert takes text formats only and cuts binary ones at two line feeds. */
  private async insert(url: URL, request: IncomingMessage, response: ServerResponse, number: number): Promise<void> {
    const file = join(this.options.scratchDir, `${number}.rows`);
    try {
      await pipeline(request, createWriteStream(file, { mode: 0o600 }));
      await this.run(readRequest(url, file), response, number);
    } finally {
      await unlink(file).catch(() => undefined);
    }
  }

  private async run(request: ReadRequest, response: ServerResponse, number: number): Promise<void> {
    const release = await (request.kind === "read" ? this.reads : this.writes).take();
    if (release === undefined) {
      this.refuse(response, code.tooManyQueries, "Too many queries wait for the embedded database; come again.");
      return;
    }
    const name = `inpooling-${number}`;
    // Only reads are stopped when their asker goes away; a half-done insert is worth finishing.
    const onClose = (): void => {
      if (!response.writableEnded && request.kind === "read") this.engine.kill(name).catch(() => undefined);
    };
    try {
      if (response.destroyed && request.kind === "read") return;
      response.on("close", onClose);
      this.answer(response, await this.engine.run(request.statement, name));
    } finally {
      response.off("close", onClose);
      release();
    }
  }

  private answer(response: ServerResponse, answer: Answer): void {
    response.writeHead(200, {
      "content-type": "application/octet-stream",
      "content-length": answer.bytes.length,
      "x-clickhouse-summary": JSON.stringify({ result_rows: String(answer.rows), elapsed_ns: String(Math.round(answer.seconds * 1e9)) }),
    });
    response.end(answer.bytes);
  }

  private refuse(response: ServerResponse, number: number, message: string): void {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const text = /^Code: \d+/.test(message)
      ? message
      : `Code: ${number}. DB::Exception: ${message.replace(/^Query failed: /, "")} (${nameOf[number] ?? nameOf[code.standard]})`;
    response.writeHead(statusOf[number] ?? 500, {
      "content-type": "text/plain; charset=UTF-8",
      "x-clickhouse-exception-code": String(number),
    });
    response.end(`${text}\n`);
  }

  private authenticated(request: IncomingMessage): boolean {
    const given = Buffer.from(request.headers.authorization ?? "");
    return given.length === this.credentials.length && timingSafeEqual(given, this.credentials);
  }
}
