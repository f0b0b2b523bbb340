import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { setTimeout as sleep } from "node:timers/promises";
import { shape, type Case } from "./case.ts";
import { answered } from "./server.ts";

const zipped = gzipSync('{"zipped":true}');
const url = (port: number, path = "/"): string => `http://127.0.0.1:${port}${path}`;

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "no failure";
  } catch (error) {
    return shape(error);
  }
}

function stream(...parts: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const part = parts.shift();
      if (part === undefined) return controller.close();
      await sleep(2);
      controller.enqueue(Buffer.from(part));
    },
  });
}

export const fetchCases: readonly Case[] = [
  {
    name: "fetch: JSON there and back",
    calls: 1,
    answer: (socket, _head, body) =>
      socket.write(answered(`{"got":${body}}`, "content-type: application/json\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n")),
    async run({ port, note }) {
      const response = await fetch(url(port, "/v1/things?limit=3"), {
        method: "POST",
        body: '{"a":"ü"}',
        headers: { "content-type": "application/json", authorization: "Bearer abc" },
      });
      note(response.status, response.statusText, JSON.stringify([...response.headers]), await response.text());
    },
  },
  {
    name: "fetch: a stream as body",
    calls: 1,
    answer: (socket) => socket.write(answered("ok")),
    async run({ port, note }) {
      const response = await fetch(url(port), { method: "POST", body: stream("one,", "two,", "three"), duplex: "half" } as RequestInit);
      note(await response.text());
    },
  },
  {
    name: "fetch: a Request with bytes, and a form",
    calls: 2,
    wireVaries: true,
    answer: (socket, _head, body) => socket.write(answered(String(body.length > 0))),
    async run({ port, note }) {
      note(await (await fetch(new Request(url(port), { method: "PUT", body: new Uint8Array([0, 1, 254, 255]) }))).text());
      const form = new FormData();
      form.set("field", "value");
      note(await (await fetch(url(port), { method: "POST", body: form })).text());
    },
  },
  {
    name: "fetch: a redirect is two calls",
    calls: 2,
    answer: (socket, head) =>
      socket.write(head.includes("GET /new") ? answered("here") : answered("moved", "location: /new\r\n", "302 Found")),
    async run({ port, note }) {
      const response = await fetch(url(port, "/old"));
      note(response.url.endsWith("/new"), response.redirected, await response.text());
    },
  },
  {
    name: "fetch: gzip stays as on the wire",
    calls: 1,
    answer: (socket) => socket.write(answered(zipped, "content-encoding: gzip\r\n")),
    async run({ port, note }) {
      note(await (await fetch(url(port))).text());
    },
  },
  {
    name: "fetch: chunks arrive as they are sent, early hints pass",
    calls: 1,
    answer: (socket) => {
      socket.write("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\ndata1\r\n");
      setTimeout(() => socket.write("5\r\ndata2\r\n0\r\n\r\n"), 20);
    },
    async run({ port, note }) {
      const response = await fetch(url(port));
      for await (const chunk of response.body ?? []) note(Buffer.from(chunk).toString());
    },
  },
  {
    name: "fetch: HEAD, 204, 304",
    calls: 3,
    answer: (socket, head) => {
      if (head.startsWith("HEAD")) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n");
      else socket.write(`HTTP/1.1 ${head.includes("/304") ? "304 Not Modified" : "204 No Content"}\r\n\r\n`);
    },
    async run({ port, note }) {
      note((await fetch(url(port), { method: "HEAD" })).status);
      note((await fetch(url(port, "/204"))).status);
      note((await fetch(url(port, "/304"))).status);
    },
  },
  {
    name: "fetch: cut in the middle of the body",
    calls: 1,
    answer: (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nfifteen bytes!!"),
    async run({ port, note }) {
      note(await failure((await fetch(url(port))).text()));
    },
  },
  {
    name: "fetch: aborted before the head and in the middle of the body",
    calls: 2,
    answer: (socket, head) => {
      if (head.includes("/body")) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\npart");
    },
    async run({ port, note, server }) {
      const before = new AbortController();
      const waiting = failure(fetch(url(port), { signal: before.signal }));
      while (server.wire.length === 0) await sleep(1);
      before.abort();
      note(await waiting);
      const during = new AbortController();
      const response = await fetch(url(port, "/body"), { signal: during.signal });
      const reader = response.body?.getReader();
      note(Buffer.from((await reader?.read())?.value ?? []).toString());
      during.abort();
      note(await failure(Promise.resolve(reader?.read())));
    },
  },
  {
    name: "fetch: refused",
    calls: 1,
    answer: () => {},
    async run({ port, note, server }) {
      await server.close();
      note(await failure(fetch(url(port, "/gone"), { method: "POST", body: "x" })));
    },
  },
];
