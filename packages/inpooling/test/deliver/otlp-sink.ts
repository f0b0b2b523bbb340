import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import * as zlib from "node:zlib";
import { callFromSpan, lossFromSpan } from "#record";
import type { Call, Loss } from "#record";
import { readRequest } from "../../../record/test/otlp/wire.ts";

/** One POST as the sink saw it. */
export interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly url: string;
  /** As on the wire. */
  readonly wire: Buffer;
  /** Content-coding removed. */
  readonly plain: Buffer;
}

export interface SinkOptions {
  /** Whether it says that it is an Inpooling collector. Default true. */
  readonly identifies?: boolean | undefined;
  readonly port?: number | undefined;
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string | undefined } | undefined;
}

type Answer = (received: Received, response: ServerResponse) => boolean;

/** A real HTTP server that takes OTLP and remembers it: a collector as small as a test needs it. */
export class OtlpSink implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly calls: Call[] = [];
  readonly losses: Loss[] = [];
  /** Answers instead of the sink when it returns true; what it answers is not counted as taken. */
  answer: Answer = () => false;
  #server: Server | undefined;
  readonly #options: SinkOptions;
  #watchers: (() => void)[] = [];
  url = "";

  private constructor(options: SinkOptions) {
    this.#options = options;
  }

  static async start(options: SinkOptions = {}): Promise<OtlpSink> {
    const sink = new OtlpSink(options);
    await sink.open(options.port ?? 0);
    return sink;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** All bytes that reached it, uncompressed, as latin1 text: for looking for what must not be there. */
  get text(): string {
    return this.received.map(({ plain, headers, url }) => `${url} ${JSON.stringify(headers)} ${plain.toString("latin1")}`).join("\n");
  }

  async open(port: number): Promise<void> {
    const listener: RequestListener = (request, response) => void this.#take(request, response);
    const { tls } = this.#options;
    const server = tls === undefined ? createServer(listener) : createTlsServer({ ...tls, requestCert: tls.ca !== undefined }, listener);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    this.#server = server;
    this.url = `${tls === undefined ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Resolves once `condition` holds; asked again after each request. */
  async until(condition: (sink: OtlpSink) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const wire = Buffer.concat(chunks);
    const coding = request.headers["content-encoding"];
    const plain = coding === "zstd" ? zlib.zstdDecompressSync(wire) : coding === "gzip" ? zlib.gunzipSync(wire) : wire;
    const received = { headers: request.headers, url: request.url ?? "", wire, plain };
    this.received.push(received);
    if (this.#options.identifies !== false) response.setHeader("inpooling-collector", "0.1.0");
    if (!this.answer(received, response)) {
      for (const { resource, spans } of readRequest(plain)) {
        for (const span of spans) {
          const loss = lossFromSpan(span, resource);
          const call = loss === undefined ? callFromSpan(span, resource) : undefined;
          if (loss !== undefined) this.losses.push(loss);
          else if (call !== undefined) this.calls.push(call);
        }
      }
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    }
    for (const resolve of this.#watchers.splice(0)) resolve();
  }
}
