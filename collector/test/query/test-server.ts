import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { onTestFinished } from "vitest";
import { type QueryServer, type QueryServerOptions, startQueryServer } from "../../src/query/server.ts";
import { MemoryReader } from "./memory-reader.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  readonly json: unknown;
}

/** A query server on a free loopback port over an in-memory store; closed at the end of the test. */
export class TestServer {
  readonly reader: MemoryReader;
  readonly port: number;
  readonly close: () => Promise<void>;

  private constructor(reader: MemoryReader, server: QueryServer) {
    this.reader = reader;
    this.port = server.port;
    this.close = () => server.close();
  }

  static async start(options: Partial<QueryServerOptions> = {}, reader = new MemoryReader()): Promise<TestServer> {
    const server = await startQueryServer({
      host: "127.0.0.1",
      port: 0,
      reader,
      onAccepted: reader.onAccepted,
      pageDir: "/nonexistent",
      version: "9.9.9",
      ...options,
    });
    onTestFinished(() => server.close());
    return new TestServer(reader, server);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Sends exactly this path (no client tidies it up) and these header fields. */
  async ask(path: string, headers: Readonly<Record<string, string>> = {}, method = "GET"): Promise<Answer> {
    const res = await this.open(path, headers, method);
    const chunks: Buffer[] = [];
    for await (const chunk of res) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    return {
      status: res.statusCode ?? 0,
      headers: res.headers,
      body,
      text: body.toString("utf8"),
      get json(): unknown {
        return JSON.parse(body.toString("utf8")) as unknown;
      },
    };
  }

  open(path: string, headers: Readonly<Record<string, string>> = {}, method = "GET"): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sent: ClientRequest = request({ host: "127.0.0.1", port: this.port, path, headers, method, agent: false }, resolve);
      sent.once("error", reject);
      sent.end();
    });
  }

  async calls(q: string, more = ""): Promise<string[]> {
    const { json } = await this.ask(`/api/calls?q=${encodeURIComponent(q)}${more}`);
    return (json as { calls: { id: string }[] }).calls.map(({ id }) => id);
  }
}
