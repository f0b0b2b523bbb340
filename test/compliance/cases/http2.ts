// HTTP/2: the core client, and fetch where it negotiates it (undici over HTTP/2 stands with undici).
import { once } from "node:events";
import http2, { type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Application } from "../suite/application.ts";
import type { Case, Group } from "../suite/case.ts";
import { failure, shape, textOf } from "../suite/observe.ts";
import type { RawRequest } from "../suite/raw-server.ts";
import { tls } from "../suite/tls.ts";

const echo = (stream: ServerHttp2Stream, { content }: RawRequest): void => {
  stream.respond({ ":status": 200, "x-a": "1" });
  stream.end(`<${content}>`);
};
const overTls = { ...tls.server, ALPNProtocols: ["h2"] };

/** Runs `work` with a session of the core client, closed afterwards. */
async function session(application: Application, work: (client: ClientHttp2Session) => Promise<void>): Promise<void> {
  const client = http2.connect(application.url(""));
  client.on("error", (error) => application.noteIn("session", shape(error)));
  await work(client);
  if (!client.destroyed) await new Promise<void>((resolve) => client.close(resolve));
}

function watch(stream: ClientHttp2Stream, application: Application): ClientHttp2Stream {
  for (const name of ["ready", "response", "trailers", "aborted", "end", "error", "close"]) {
    stream.on(name, (value: unknown) => application.noteIn("stream", name, value instanceof Error ? shape(value) : ""));
  }
  return stream;
}

const open = (client: ClientHttp2Session, headers: OutgoingHttpHeaders, application: Application): ClientHttp2Stream =>
  watch(client.request(headers), application);

const cases: readonly Case[] = [
  {
    name: "http2: GET, POST with write callbacks, three streams at once",
    server: { stream: echo },
    run: (application) =>
      session(application, async (client) => {
        const get = open(client, { ":path": "/get" }, application);
        const [headers] = (await once(get, "response")) as [Record<string, unknown>];
        application.note(headers[":status"], headers["x-a"], await textOf(get));
        const post = open(client, { ":path": "/post", ":method": "POST" }, application);
        application.note(post.write("616263", "hex", () => application.noteIn("callbacks", "written")));
        post.end("tail", () => application.noteIn("callbacks", "ended"));
        application.note(await textOf(post));
        const texts = await Promise.all(
          [1, 2, 3].map((at) => textOf(client.request({ ":path": `/${at}`, ":method": "POST" }).end(String(at)))),
        );
        application.note(texts);
      }),
  },
  {
    name: "http2: trailers, 103, an answer without content",
    server: {
      stream(stream, { head }) {
        if (head.includes("/empty")) return stream.respond({ ":status": 204 }, { endStream: true });
        stream.additionalHeaders({ ":status": 103, link: "</a>" });
        stream.respond({ ":status": 200 }, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "7" }));
        stream.end("content");
      },
    },
    run: (application) =>
      session(application, async (client) => {
        const stream = open(client, { ":path": "/" }, application);
        stream.on("headers", (headers) => application.note("information", headers[":status"]));
        stream.on("trailers", (trailers) => application.note("trailers", trailers["x-sum"]));
        application.note(await textOf(stream));
        const empty = open(client, { ":path": "/empty" }, application);
        application.note(await textOf(empty), empty.readableEnded);
      }),
  },
  {
    name: "http2: reset by the server, closed by the client, destroyed session",
    server: {
      stream(stream, { head }) {
        if (head.includes("/reset")) return stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
        stream.respond({ ":status": 200 });
        stream.write("first");
      },
    },
    run: (application) =>
      session(application, async (client) => {
        application.note(await failure(textOf(open(client, { ":path": "/reset" }, application))));
        const closing = open(client, { ":path": "/close" }, application);
        await once(closing, "data");
        closing.close(http2.constants.NGHTTP2_CANCEL);
        await once(closing, "close");
        application.note(closing.rstCode);
        const destroyed = open(client, { ":path": "/destroy" }, application);
        await once(destroyed, "data");
        const closed = once(destroyed, "close").catch((reason: unknown) => [shape(reason)]);
        client.destroy();
        application.note(await closed);
      }),
  },
  {
    name: "fetch over HTTP/2 (Node 26 negotiates it by itself)",
    server: { tls: overTls, stream: echo },
    since: 26,
    record: [
      { line: "POST /string 200 complete", request: "over h2", response: "<over h2>" },
      { line: "POST /stream 200 complete", request: "one,two", response: "<one,two>" },
    ],
    async run(application) {
      const one = await fetch(application.url("/string", "https"), { method: "POST", body: "over h2" });
      application.note(one.status, one.headers.get("x-a"), await one.text());
      const parts = ["one,", "two"].map((part) => new TextEncoder().encode(part));
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          const part = parts.shift();
          if (part === undefined) controller.close();
          else controller.enqueue(part);
        },
      });
      application.note(
        await (await fetch(application.url("/stream", "https"), { method: "POST", body, duplex: "half" } as RequestInit)).text(),
      );
    },
  },
];

export const http2Client: Group = { name: "HTTP/2", cases };
