// How an application consumes what fetch brings: every style, early, late and never; and what goes wrong.
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { Application } from "../suite/application.ts";
import type { Case, Group } from "../suite/case.ts";
import { failure, pattern, shape, turns } from "../suite/observe.ts";
import { answered, chunk, CHUNKED_HEAD, LAST_CHUNK, type Connection } from "../suite/raw-server.ts";
import { tls } from "../suite/tls.ts";

const JSON_TEXT = '{"ok":true,"n":[1,2]}';
const json = { answer: (connection: Connection): void => connection.write(answered(JSON_TEXT, "content-type: application/json\r\n")) };
const recorded = [{ line: "GET / 200 complete", response: JSON_TEXT }];
const first = { answer: (connection: Connection): void => connection.write(CHUNKED_HEAD + chunk("first")) };
/** Not allowed, which is the point. */
const bodyOfGet: RequestInit = { body: "x" };
const BIG = 20 * 1024 * 1024;
const events = Array.from({ length: 20 }, (_, at) => `data: {"n":${at}}\n\n`);

const readers: readonly (readonly [name: string, read: (response: Response) => Promise<unknown>])[] = [
  ["text()", (response) => response.text()],
  ["json()", (response) => response.json()],
  ["arrayBuffer()", async (response) => Buffer.from(await response.arrayBuffer()).toString()],
  ["bytes()", async (response) => Buffer.from(await response.bytes()).toString()],
  ["blob()", async (response) => [(await response.blob()).type, await response.clone().text().catch(shape)]],
  [
    "for await of the body",
    async (response) => {
      let text = "";
      for await (const part of response.body ?? []) text += Buffer.from(part as Uint8Array).toString();
      return text;
    },
  ],
  [
    "a reader",
    async (response) => {
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      const { value, done } = await reader.read();
      return [Buffer.from(value ?? []).toString(), done, (await reader.read()).done];
    },
  ],
  [
    "pipeThrough",
    async (response) => {
      let text = "";
      for await (const part of (response.body as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(new TextDecoderStream()))
        text += part;
      return text;
    },
  ],
  [
    "clone(), both halves",
    async (response) => {
      const clone = response.clone();
      return Promise.all([response.text(), clone.text()]);
    },
  ],
  [
    "tee(), one half first",
    async (response) => {
      const [one, two] = (response.body as ReadableStream<Uint8Array<ArrayBuffer>>).tee();
      return [await new Response(one).text(), await new Response(two).text()];
    },
  ],
  ["twice", async (response) => [await response.text(), await failure(response.text())]],
  [
    "late, after the last byte",
    async (response) => {
      await turns(20);
      return response.text();
    },
  ],
];

const codings: readonly (readonly [name: string, encode: (bytes: Buffer) => Buffer])[] = [
  ["gzip", gzipSync],
  ["deflate", deflateSync],
  ["br", brotliCompressSync],
];

async function content(
  application: Application,
): Promise<{ controller: AbortController; response: Response; reader: ReadableStreamDefaultReader<Uint8Array> }> {
  const controller = new AbortController();
  const response = await fetch(application.url(), { signal: controller.signal });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  return { controller, response, reader };
}

const broken: readonly { readonly name: string; readonly server?: Case["server"]; readonly record?: Case["record"] }[] = [
  { name: "fetch: the server hangs up before an answer", server: { answer: ({ socket }) => void socket.end() } },
  { name: "fetch: the server resets before an answer", server: { answer: ({ socket }) => void socket.resetAndDestroy() } },
  {
    name: "fetch: the answer is no HTTP",
    server: { answer: (connection) => connection.write("SSH-2.0-OpenSSH_9.6\r\n\r\n") },
    record: [{ line: "GET / 0 error *" }],
  },
  {
    name: "fetch: the answer's head is too large",
    server: { answer: (connection) => connection.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(20_000)}\r\n\r\n`) },
    record: [{ line: "GET / 0 error UND_ERR_HEADERS_OVERFLOW" }],
  },
];

const cases: readonly Case[] = [
  ...readers.map(([name, read]): Case => ({
    name: `fetch read by ${name}`,
    server: json,
    record: recorded,
    async run(application) {
      const response = await fetch(application.url());
      application.note(
        response.status,
        response.statusText,
        response.ok,
        response.type,
        response.url,
        [...response.headers],
        response.bodyUsed,
      );
      application.note(await read(response), response.bodyUsed);
    },
  })),
  ...codings.map(([name, encode]): Case => ({
    name: `fetch of ${name} content`,
    server: { answer: (connection) => connection.write(answered(encode(pattern(10_000)), `content-encoding: ${name}\r\n`)) },
    record: [{ line: "GET / 200 complete", response: encode(pattern(10_000)).toString("latin1") }],
    async run(application) {
      const response = await fetch(application.url());
      application.note([...response.headers], Buffer.from(await response.arrayBuffer()).equals(pattern(10_000)));
    },
  })),
  {
    name: "fetch of zstd content, and of gzip that is broken",
    server: {
      answer: (connection, { head }) =>
        connection.write(
          head.includes("/zstd")
            ? answered(zstdCompressSync(pattern(100)), "content-encoding: zstd\r\n")
            : answered("no gzip at all", "content-encoding: gzip\r\n"),
        ),
    },
    async run(application) {
      const response = await fetch(application.url("/zstd"));
      application.note(Buffer.from(await response.arrayBuffer()).byteLength);
      application.note(await failure(fetch(application.url("/broken")).then((answer) => answer.text())));
    },
  },
  {
    name: "fetch: the head is there before the content, 20 server-sent events arrive one by one",
    server: {
      async answer(connection) {
        connection.write(CHUNKED_HEAD);
        await connection.signalled("head");
        for (const [at, event] of events.entries()) {
          connection.write(chunk(event));
          await connection.signalled(`part ${at}`);
        }
        connection.write(LAST_CHUNK);
      },
    },
    record: [{ line: "GET / 200 complete", response: events.join("") }],
    async run(application) {
      const response = await fetch(application.url());
      application.signal("head");
      let at = 0;
      for await (const part of response.body ?? []) {
        application.note(Buffer.from(part as Uint8Array).toString());
        application.signal(`part ${at}`);
        at += 1;
      }
    },
  },
  {
    name: "fetch: 20 MB that nobody reads: backpressure holds",
    server: {
      async answer(connection) {
        connection.write(answered(Buffer.alloc(BIG)));
        await new Promise((resolve) => setTimeout(resolve, 250));
        connection.tell("look");
      },
    },
    async run(application) {
      const controller = new AbortController();
      const response = await fetch(application.url(), { signal: controller.signal });
      await application.told("look");
      application.note(response.bodyUsed, response.body?.locked);
      controller.abort();
    },
  },
  {
    name: "fetch: HEAD, 204, 304, 205",
    server: {
      answer: (connection, { head }) =>
        connection.write(
          head.startsWith("HEAD")
            ? "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n"
            : `HTTP/1.1 ${/\d+/.exec(head)?.[0] ?? ""} Status\r\ncontent-length: 0\r\n\r\n`,
        ),
    },
    async run(application) {
      for (const [method, path] of [
        ["HEAD", "/"],
        ["GET", "/204"],
        ["GET", "/304"],
        ["GET", "/205"],
      ] as const) {
        const response = await fetch(application.url(path), { method });
        application.note(response.status, response.body === null, await response.text());
      }
    },
  },
  {
    name: "fetch: 103 Early Hints before the answer",
    server: {
      answer: (connection) =>
        connection.write(Buffer.concat([Buffer.from("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"), answered("final")])),
    },
    record: [{ line: "GET / 200 complete", response: "final" }],
    async run(application) {
      const response = await fetch(application.url());
      application.note(response.status, [...response.headers], await response.text());
    },
  },
  {
    name: "fetch: fields of the response, set-cookie, immutable",
    server: {
      answer: (connection) =>
        connection.write("HTTP/1.1 201 Made\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-A: \xe9\r\nx-a: 2\r\ncontent-length: 2\r\n\r\nok"),
    },
    record: [{ line: "GET / 201 complete", response: "ok" }],
    async run(application) {
      const response = await fetch(application.url());
      application.note(
        response.statusText,
        response.headers.getSetCookie(),
        response.headers.get("x-a"),
        await failure(() => response.headers.set("x", "y")),
        await response.text(),
      );
    },
  },
  {
    name: "fetch: content cut by the peer",
    server: {
      async answer(connection) {
        connection.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nfifteen bytes..");
        await connection.signalled("first");
        connection.socket.end();
      },
    },
    record: [{ line: "GET / 200 error UND_ERR_SOCKET", response: "fifteen bytes.." }],
    async run(application) {
      const { reader } = await content(application);
      application.signal("first");
      application.note(application.steady(await failure(reader.read())).replace(/localPort: \d+/, "localPort: LOCAL"));
    },
  },
  {
    name: "fetch: cancel() of the body, of its reader, and leaving the loop",
    server: first,
    record: ["string", "string", "AbortError"].map((error) => ({ line: `GET / 200 aborted ${error}`, response: "first" })),
    async run(application) {
      const one = await fetch(application.url());
      application.note(await one.body?.cancel("enough"), one.bodyUsed);
      const { reader } = await content(application);
      application.note(await reader.cancel("enough"), await reader.read());
      const three = await fetch(application.url());
      for await (const part of three.body ?? []) {
        application.note(Buffer.from(part as Uint8Array).toString());
        break;
      }
      application.note(three.bodyUsed);
      await turns(3);
    },
  },
  {
    name: "fetch: aborted before, while waiting, in the content: the reason is the very same",
    server: {
      answer(connection, { head }) {
        if (head.includes("/content")) connection.write(CHUNKED_HEAD + chunk("first"));
        else connection.tell(/\/\w+/.exec(head)?.[0] ?? "");
      },
    },
    record: [
      { line: "GET /waiting 0 aborted RangeError" },
      { line: "GET /content 200 aborted RangeError", response: "first" },
      { line: "GET /plain 0 aborted AbortError" },
    ],
    async run(application) {
      const reason = new RangeError("given up");
      const before: unknown = await fetch(application.url("/before"), { signal: AbortSignal.abort(reason) }).catch(
        (error: unknown) => error,
      );
      const waiting = new AbortController();
      const pending: Promise<unknown> = fetch(application.url("/waiting"), { signal: waiting.signal }).catch((error: unknown) => error);
      await application.told("/waiting");
      waiting.abort(reason);
      const reading = new AbortController();
      const response = await fetch(application.url("/content"), { signal: reading.signal });
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      await reader.read();
      reading.abort(reason);
      application.note(before === reason, (await pending) === reason, (await reader.read().catch((error: unknown) => error)) === reason);
      const plain = new AbortController();
      const failing = failure(fetch(application.url("/plain"), { signal: plain.signal }));
      await application.told("/plain");
      plain.abort();
      application.note(await failing);
    },
  },
  {
    name: "fetch: AbortSignal.timeout",
    server: { answer: () => undefined },
    record: [{ line: "GET / 0 aborted TimeoutError" }],
    async run(application) {
      application.note(await failure(fetch(application.url(), { signal: AbortSignal.timeout(40) })));
    },
  },
  ...broken.map(({ name, server, record }): Case => ({
    name,
    ...(server === undefined ? {} : { server }),
    ...(record === undefined ? {} : { record }),
    async run(application) {
      application.note((await failure(fetch(application.url()))).replace(/localPort: \d+/, "localPort: LOCAL"));
    },
  })),
  {
    name: "fetch: refused, and a name that does not resolve",
    record: [{ line: "GET / 0 error ECONNREFUSED" }, { line: "GET / 0 error ENOTFOUND" }],
    async run(application) {
      application.note(await failure(fetch(`http://127.0.0.1:${application.closedPort}/`)));
      application.note(await failure(fetch(`http://${application.deadHost}/`)));
    },
  },
  {
    name: "fetch: certificate of an unknown authority",
    server: { tls: tls.foreign },
    record: [{ line: "GET / 0 error DEPTH_ZERO_SELF_SIGNED_CERT" }],
    async run(application) {
      application.note(await failure(fetch(application.url("/", "https"))));
    },
  },
  {
    name: "fetch fails before anything leaves: blocked port, invalid URL, method, field, body of GET",
    // Only a wrapper around fetch would see these calls, and a wrapper can be seen: see the README.
    record: [],
    async run(application) {
      application.note(
        await failure(fetch("http://127.0.0.1:1/")),
        await failure(fetch("not a url")),
        await failure(fetch("http://user:word@127.0.0.1/")),
      );
      application.note(
        await failure(fetch(application.url(), { method: "NO GOOD" })),
        await failure(fetch(application.url(), { method: "CONNECT" })),
      );
      application.note(
        await failure(fetch(application.url(), { headers: { "bad name": "x" } })),
        await failure(fetch(application.url(), bodyOfGet)),
      );
      application.note(
        await failure(fetch(application.url(), { method: "POST", body: new ReadableStream() })),
        await failure(fetch("gopher://127.0.0.1/")),
      );
      application.note(
        await failure((fetch as () => Promise<Response>)()),
        await failure(Reflect.apply(fetch, { odd: true }, ["nonsense"]) as Promise<unknown>),
      );
    },
  },
  {
    name: "what an application can see of fetch: name, length, keys, source, descriptor, class of the promise",
    async run(application) {
      const descriptor = Object.getOwnPropertyDescriptor(globalThis, "fetch");
      application.note(
        fetch.name,
        fetch.length,
        Reflect.ownKeys(fetch).map(String),
        Function.prototype.toString.call(fetch).length,
        Object.getPrototypeOf(fetch) === Function.prototype,
      );
      application.note({ ...descriptor, value: typeof descriptor?.value, get: typeof descriptor?.get, set: typeof descriptor?.set });
      const pending = fetch("data:,");
      application.note(
        Object.getPrototypeOf(pending) === Promise.prototype,
        await failure(() => Reflect.construct(fetch, [])),
        "prototype" in fetch,
      );
      await pending;
      const error = (await fetch("not a url").catch((reason: unknown) => reason)) as Error;
      // Only frames of the application: those of Node differ from version to version, not from run to run.
      application.note(
        (error.stack ?? "").split("\n").filter((line) => line.includes("inpooling") || line.includes("node_modules")).length,
      );
    },
  },
];

export const fetchResponses: Group = { name: "fetch response and failures", cases };
