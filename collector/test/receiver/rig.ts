import { request } from "node:http";
import { connect } from "node:net";
import type { Rejection } from "../../src/receiver/counters.ts";
import { type Receiver, type ReceiverOptions, startReceiver } from "../../src/receiver/server.ts";
import type { Batch, Sink } from "../../src/sink.ts";

/** Keeps batches in memory; `before` runs first and may refuse. */
export class MemorySink implements Sink {
  readonly batches: Batch[] = [];
  before: () => void | Promise<void> = () => {};

  async accept(batch: Batch): Promise<void> {
    await this.before();
    this.batches.push(batch);
  }

  get calls(): Batch["calls"][number][] {
    return this.batches.flatMap(({ calls }) => calls);
  }
}

export interface Rig {
  readonly receiver: Receiver;
  readonly sink: MemorySink;
  readonly rejections: Rejection[];
  readonly url: string;
}

const running: Receiver[] = [];

export async function startRig(options: Partial<ReceiverOptions> = {}): Promise<Rig> {
  const sink = new MemorySink();
  const rejections: Rejection[] = [];
  const receiver = await startReceiver({
    host: "127.0.0.1",
    port: 0,
    sink,
    version: "9.9.9",
    onRejected: (rejection) => rejections.push(rejection),
    ...options,
  });
  running.push(receiver);
  return { receiver, sink, rejections, url: `http://127.0.0.1:${receiver.port}` };
}

/** For `afterEach`. */
export async function stopRigs(): Promise<void> {
  await Promise.all(running.splice(0).map((receiver) => receiver.close(100)));
}

/** Turns of the event loop until something has happened; the test's own timeout ends it. */
export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setImmediate(resolve));
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** One request; a `Buffer[]` is sent in these chunks, without Content-Length. */
export function post(
  url: string,
  body: Uint8Array | string | readonly Uint8Array[],
  headers: Record<string, string> = {},
  method = "POST",
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method, headers: { "content-type": "application/x-protobuf", ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
        response.on("error", reject);
      },
    );
    outgoing.on("error", reject);
    if (Array.isArray(body)) {
      for (const chunk of body as readonly Uint8Array[]) outgoing.write(chunk);
      outgoing.end();
    } else outgoing.end(body);
  });
}

/** Sends raw bytes and resolves with everything that came back when the other side closed. */
export function raw(port: number, bytes: string | Uint8Array, options: { end?: boolean } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(bytes);
      if (options.end === true) socket.end();
    });
    let answer = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => (answer += chunk));
    socket.on("close", () => resolve(answer));
    socket.on("error", (error: NodeJS.ErrnoException) => (error.code === "ECONNRESET" ? resolve(answer) : reject(error)));
  });
}

/** Fields of a protobuf message: number to value (bytes or varint). Enough for Status and Export*ServiceResponse. */
export function fields(message: Uint8Array): Map<number, Buffer | number> {
  const bytes = Buffer.from(message);
  const out = new Map<number, Buffer | number>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    if ((tag & 7) === 0) out.set(tag >> 3, varint());
    else {
      const length = varint();
      out.set(tag >> 3, bytes.subarray(at, (at += length)));
    }
  }
  return out;
}

/** Message of a `google.rpc.Status`. */
export function statusMessage(reply: Reply): string {
  if (reply.headers["content-type"] === "application/json") return (JSON.parse(reply.body.toString()) as { message: string }).message;
  return String(fields(reply.body).get(2));
}
