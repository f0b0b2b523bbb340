import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { performServerHandshake, type ServerHttp2Stream } from "node:http2";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { RequestReader, type RawRequest } from "./request-reader.ts";

export type { RawRequest } from "./request-reader.ts";

export interface ServerOptions {
  readonly tls?: TlsOptions;
  /** Path of a Unix socket instead of a port. */
  readonly unix?: boolean;
  /** Bytes are not HTTP/1.1: nothing is parsed, `raw` gets them. */
  raw?(connection: Connection, bytes: Buffer): void;
  /** Connections are HTTP/2: called with each stream once its content is there. */
  stream?(stream: ServerHttp2Stream, request: RawRequest, connection: Connection): void;
}

/** One connection, as the script of a case sees it. */
export interface Connection {
  readonly socket: Socket;
  /** Writes bytes (text is latin1). */
  write(bytes: string | Uint8Array): void;
  /** Resolves when the application half called `signal(name)`. */
  signalled(name: string): Promise<void>;
  /** Lets the application half's `told(name)` go on. */
  tell(name: string): void;
}

/** What the server says to and hears from the application half, over the runner's channel. */
export interface Line {
  signalled(name: string): Promise<void>;
  tell(name: string): void;
}

export interface Scripts {
  answer?(connection: Connection, request: RawRequest): void | Promise<void>;
  head?(connection: Connection, head: string): void | Promise<void>;
  connected?(connection: Connection): void | Promise<void>;
}

const MOST_PORTS_TRIED = 100;
const SETTLE_MS = 3;

/** A server that speaks bytes: keeps exactly what arrived, answers exactly what a case says. */
export class RawServer {
  /** Complete requests in order of their completion. */
  readonly requests: RawRequest[] = [];
  /** Errors of a case's own script: the suite is wrong, not the tool. */
  readonly scriptErrors: unknown[] = [];
  /** Bytes that clients took out of our hands, over all connections. */
  bytesTaken = 0;
  /** That carried anything: some versions of undici connect again after an abort, sooner or later. */
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #scripts: Scripts & ServerOptions;
  readonly #line: Line;

  constructor(scripts: Scripts & ServerOptions, line: Line) {
    this.#scripts = scripts;
    this.#line = line;
    const accept = (socket: Socket): void => this.#accept(socket);
    this.#server = scripts.tls ? createTlsServer(scripts.tls, accept) : createServer(accept);
    this.#server.on("tlsClientError", () => undefined);
  }

  /**
   * @param at a function that proposes ports until one is free, or the path of a Unix socket
   * @returns the port, or 0 for a Unix socket.
   */
  async listen(at: (() => number) | string): Promise<number> {
    if (typeof at === "string") {
      this.#server.listen(at);
      await once(this.#server, "listening");
      return 0;
    }
    for (let left = MOST_PORTS_TRIED; ; left--) {
      const port = at();
      this.#server.listen(port, "127.0.0.1");
      const error = await once(this.#server, "listening").then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error === undefined) return port;
      if (left === 0) throw error;
    }
  }

  async close(): Promise<void> {
    // What clients sent last is still on its way to us.
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const gone = [...this.#sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await Promise.all(gone);
  }

  #run(work: () => void | Promise<void> | undefined): void {
    void (async () => work())().catch((error: unknown) => this.scriptErrors.push(error));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const connection: Connection = {
      socket,
      write: (bytes) => void socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes),
      signalled: (name) => this.#line.signalled(name),
      tell: (name) => this.#line.tell(name),
    };
    if (this.#scripts.stream) return this.#acceptHttp2(socket, connection);
    const reader = new RequestReader({
      head: (head) => this.#run(() => this.#scripts.head?.(connection, head)),
      request: (request) => {
        this.requests.push(request);
        this.#run(() => this.#scripts.answer?.(connection, request));
      },
    });
    socket.on("error", () => undefined);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.bytesTaken += socket.bytesWritten;
      const rest = reader.unfinished();
      if (rest) this.requests.push(rest);
    });
    socket.once("data", () => (this.connections += 1));
    socket.on("data", (bytes: Buffer) => {
      if (this.#scripts.raw) this.#scripts.raw(connection, bytes);
      else reader.push(bytes);
    });
    this.#run(() => this.#scripts.connected?.(connection));
  }

  #acceptHttp2(socket: Socket, connection: Connection): void {
    const session = performServerHandshake(socket);
    session.on("error", () => undefined);
    session.on("stream", (stream: ServerHttp2Stream, headers) => {
      const parts: Buffer[] = [];
      stream.on("error", () => undefined);
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const content = Buffer.concat(parts).toString("latin1");
        const head = Object.entries(headers)
          .map(([name, value]) => `${name}: ${String(value)}\r\n`)
          .join("");
        const request: RawRequest = { head, wire: content, content, complete: true };
        this.requests.push(request);
        this.#scripts.stream?.(stream, request, connection);
      });
    });
    socket.once("close", () => this.#sockets.delete(socket));
  }
}

/** A response with a length; text is latin1. */
export function answered(content: string | Uint8Array, fields = "", status = "200 OK"): Buffer {
  const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\ncontent-length: ${bytes.byteLength}\r\n${fields}\r\n`, "latin1"), bytes]);
}

/** One chunk of chunked content (RFC 9112, 7.1). */
export function chunk(content: string): string {
  return `${content.length.toString(16)}\r\n${content}\r\n`;
}

export const CHUNKED_HEAD = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
export const LAST_CHUNK = "0\r\n\r\n";
