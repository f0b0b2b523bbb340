import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Answers one request on `socket`; `head` and `body` are the request's bytes as latin1 text. */
export type Answer = (socket: Socket, head: string, body: string) => void;

/** A server that speaks bytes: it keeps what arrived on the wire, and answers exactly what a case says. */
export class RawServer {
  /** Every complete request, in order, framing of chunked content included. */
  readonly wire: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  connections = 0;

  constructor(answer: Answer) {
    this.#server = createServer((socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      let seen = "";
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("data", (chunk: Buffer) => {
        seen += chunk.toString("latin1");
        for (let request = complete(seen); request; request = complete(seen)) {
          seen = seen.slice(request.length);
          this.wire.push(request.text);
          answer(socket, request.head, request.body);
        }
      });
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

interface Request {
  readonly text: string;
  readonly head: string;
  readonly body: string;
  readonly length: number;
}

/** The first complete request in `text` (RFC 9112, section 6). */
function complete(text: string): Request | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = text.slice(0, end + 4);
  const from = end + 4;
  let length = from;
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
    const last = text.indexOf("0\r\n\r\n", from);
    if (last < 0) return undefined;
    length = last + 5;
  } else length = from + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  if (text.length < length) return undefined;
  return { text: text.slice(0, length), head, body: text.slice(from, length), length };
}

/** A response with a length. */
export function answered(body: string | Uint8Array, fields = "", status = "200 OK"): Buffer {
  const content = Buffer.from(body as string, "latin1");
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\ncontent-length: ${content.byteLength}\r\n${fields}\r\n`, "latin1"), content]);
}
