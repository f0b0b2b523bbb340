// What fetch sends: every kind of body, redirects with and without it, fields, and what never leaves the process.
import { setTimeout as sleep } from "node:timers/promises";
import type { Application } from "../suite/application.ts";
import type { Case, Group } from "../suite/case.ts";
import { failure, pattern, shape } from "../suite/observe.ts";
import { answered, chunk, CHUNKED_HEAD, LAST_CHUNK, type Connection, type RawRequest } from "../suite/raw-server.ts";

const ok = { answer: (connection: Connection): void => connection.write(answered("ok")) };
const posted = (request: string | number, method = "POST") => ({ line: `${method} / 200 complete`, request, response: "ok" });

async function send(application: Application, body: unknown, init: object = {}): Promise<void> {
  const response = await fetch(application.url(), { method: "POST", body: body as string, ...init });
  application.note(
    response.status,
    [...response.headers].filter(([name]) => name !== "date"),
    await response.text(),
    response.bodyUsed,
  );
}

function streamOf(...parts: string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull(controller) {
      const part = parts.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(encoder.encode(part));
    },
  });
}

async function* iterated(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await sleep(1);
    yield Buffer.from(part);
  }
}

const latin1 = (text: string): string => Buffer.from(text).toString("latin1");

const bodies: readonly (readonly [name: string, make: () => unknown, content: string | number, init?: object])[] = [
  ["a string", () => '{"a":"ü€😀"}', latin1('{"a":"ü€😀"}')],
  ["an empty string", () => "", ""],
  ["a Buffer", () => Buffer.from([0, 1, 254, 255]), "\x00\x01\xfe\xff"],
  ["part of an ArrayBuffer", () => new Uint8Array(new Uint8Array([9, 8, 7, 6]).buffer, 1, 2), "\x08\x07"],
  ["an ArrayBuffer", () => new Uint8Array([1, 2, 3]).buffer, "\x01\x02\x03"],
  ["a DataView", () => new DataView(new Uint8Array([1, 2, 3]).buffer, 1), "\x02\x03"],
  ["a Blob", () => new Blob(["blob ", new Uint8Array([255])], { type: "x/y" }), "blob \xff"],
  ["URLSearchParams", () => new URLSearchParams({ a: "1 2", b: "ü" }), "a=1+2&b=%C3%BC"],
  ["a ReadableStream", () => streamOf("one,", "two,", "three"), "one,two,three", { duplex: "half" }],
  ["a ReadableStream without chunks", () => streamOf(), "", { duplex: "half" }],
  ["an async iterable", () => iterated("one,", "two"), "one,two", { duplex: "half" }],
  ["100 kB", () => pattern(100_000), 100_000],
];

const moved = (status: string, location = "/new") => ({
  answer: (connection: Connection, { head }: RawRequest): void =>
    connection.write(head.includes(" /new") ? answered("here") : answered("moved", `location: ${location}\r\n`, status)),
});

const cases: readonly Case[] = [
  ...bodies.map(([name, make, content, init = {}]): Case => ({
    name: `fetch sends ${name}`,
    server: ok,
    record: [posted(content)],
    run: (application) => send(application, make(), init),
  })),
  {
    name: "fetch sends FormData with a file",
    server: ok,
    record: [{ line: "POST / 200 complete", request: 272, response: "ok" }],
    async run(application) {
      const form = new FormData();
      form.set("field", "välue");
      form.set("file", new File(["content of it"], "a.txt", { type: "text/plain" }));
      await send(application, form);
    },
  },
  {
    name: "fetch(Request), its clone, and fetch(Request, init)",
    server: ok,
    record: [posted("one", "PUT"), posted("one", "PUT"), posted("two", "PATCH")],
    async run(application) {
      const request = new Request(application.url(), { method: "PUT", body: "one", headers: { "x-a": "1" } });
      const clone = request.clone();
      const other = new Request(application.url(), { method: "PUT", body: "unused" });
      application.note(await (await fetch(request)).text(), request.bodyUsed, await failure(fetch(request)));
      application.note(
        await (await fetch(clone)).text(),
        await (await fetch(other, { method: "PATCH", body: "two" })).text(),
        other.bodyUsed,
      );
    },
  },
  {
    name: "an upload stream is pulled only as fast as it leaves, its first chunk leaves at once",
    server: {
      head: (connection) => connection.tell("head"),
      ...ok,
    },
    record: [posted("first,second")],
    async run(application) {
      let pulls = 0;
      const body = new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            pulls += 1;
            if (pulls === 2) await application.told("head");
            if (pulls === 3) return controller.close();
            controller.enqueue(Buffer.from(pulls === 1 ? "first," : "second"));
          },
        },
        { highWaterMark: 0 },
      );
      await send(application, body, { duplex: "half" });
      application.note(pulls);
    },
  },
  {
    name: "an upload stream that fails: the cause is the very same error; it is cancelled on abort",
    server: { head: (connection, head) => connection.tell(/\/\w+/.exec(head)?.[0] ?? "") },
    record: [
      { line: "POST /fails 0 aborted RangeError", request: "first" },
      { line: "POST /aborts 0 aborted *", request: null },
    ],
    async run(application) {
      const own = new RangeError("source is empty");
      let pulls = 0;
      const failing = new ReadableStream<Uint8Array>({
        async pull(controller) {
          pulls += 1;
          if (pulls > 1) await application.told("/fails");
          if (pulls > 1) controller.error(own);
          else controller.enqueue(Buffer.from("first"));
        },
      });
      const error = (await fetch(application.url("/fails"), { method: "POST", body: failing, duplex: "half" } as RequestInit).catch(
        (reason: unknown) => reason,
      )) as Error;
      application.note(shape(error), error.cause === own || error === own);
      const controller = new AbortController();
      const cancelled = Promise.withResolvers<unknown>();
      const endless = new ReadableStream<Uint8Array>({ start: (inner) => inner.enqueue(Buffer.from("first")), cancel: cancelled.resolve });
      const aborted = fetch(application.url("/aborts"), {
        method: "POST",
        body: endless,
        duplex: "half",
        signal: controller.signal,
      } as RequestInit).catch((reason: unknown) => reason);
      await application.told("/aborts");
      controller.abort(own);
      application.note((await aborted) === own, (await Promise.race([cancelled.promise, sleep(60)])) === own);
    },
  },
  ...(["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"] as const).map(
    (status): Case => ({
      name: `fetch follows ${status.slice(0, 3)} of a POST`,
      server: moved(status),
      record: [
        { line: `POST /old ${status.slice(0, 3)} complete`, request: "content", response: "moved" },
        {
          line: `${/30[78]/.test(status) ? "POST" : "GET"} /new 200 complete`,
          request: /30[78]/.test(status) ? "content" : "",
          response: "here",
        },
      ],
      async run(application) {
        const response = await fetch(application.url("/old"), {
          method: "POST",
          body: "content",
          headers: { "content-type": "text/x", authorization: "Basic eDp5" },
        });
        application.note(response.status, response.redirected, response.url, await response.text());
      },
    }),
  ),
  {
    name: "redirect: manual, error, 307 of a stream, too many, to another origin",
    server: {
      answer: (connection, { head }) =>
        connection.write(
          head.includes("/loop")
            ? answered("", "location: /loop\r\n", "302 Found")
            : answered("moved", "location: /new\r\n", "307 Temporary Redirect"),
        ),
    },
    async run(application) {
      const manual = await fetch(application.url("/old"), { redirect: "manual" });
      application.note(manual.status, manual.type, manual.headers.get("location"), await manual.text());
      application.note(await failure(fetch(application.url("/old"), { redirect: "error" })));
      application.note(
        await failure(fetch(application.url("/old"), { method: "POST", body: streamOf("x"), duplex: "half" } as RequestInit)),
      );
      application.note(await failure(fetch(application.url("/loop"))));
    },
  },
  {
    name: "fields: order, cases, repeated, latin1, user-agent, referrer, cookies, range",
    server: ok,
    record: [{ line: "GET / 200 complete", response: "ok" }],
    async run(application) {
      const headers = new Headers([
        ["X-Two", "2"],
        ["x-one", "1"],
        ["x-two", "3"],
        ["x-latin", "\xe9"],
        ["user-agent", "own/1"],
        ["range", "bytes=0-1"],
        ["cookie", "a=b"],
      ]);
      const response = await fetch(application.url(), { headers, referrer: "about:client", cache: "no-store", credentials: "omit" });
      application.note(await response.text());
    },
  },
  {
    name: "keepalive, integrity that holds and that does not",
    server: ok,
    async run(application) {
      application.note(await (await fetch(application.url("/k"), { method: "POST", body: "x", keepalive: true })).text());
      application.note(
        await (
          await fetch(application.url("/i"), { integrity: "sha256-KJ2TUVK02nqLVU+N97VYpwA2rN4pCf0cTtlFlCE7MEo=" })
        )
          .text()
          .catch(shape),
      );
      application.note(await failure(fetch(application.url("/j"), { integrity: "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" })));
    },
  },
  {
    name: "the body is changed right after fetch() was called",
    server: ok,
    record: [posted("before")],
    async run(application) {
      const body = Buffer.from("before");
      const response = fetch(application.url(), { method: "POST", body });
      body.fill("x");
      application.note(await (await response).text());
    },
  },
  {
    name: "fetch of data: and blob:, nothing leaves the process",
    record: [],
    async run(application) {
      application.note(await (await fetch("data:text/plain,hello")).text());
      const url = URL.createObjectURL(new Blob(["blob"]));
      application.note(await (await fetch(url)).text());
      URL.revokeObjectURL(url);
      application.note(
        await failure(fetch("data:no comma")),
        await failure(fetch("about:blank")),
        await failure(fetch("file:///etc/hostname")),
      );
    },
  },
  {
    name: "20 at once over one origin",
    server: { answer: (connection, { content }) => connection.write(answered(content)) },
    record: Array.from({ length: 20 }, (_, at) => ({
      line: `POST /?n=${at} 200 complete`,
      request: `content ${at}`,
      response: `content ${at}`,
    })),
    async run(application) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, async (_, at) =>
          (await fetch(application.url(`/?n=${at}`), { method: "POST", body: `content ${at}` })).text(),
        ),
      );
      application.note(answers);
    },
  },
  {
    name: "an answer before the upload's end",
    server: {
      head: (connection) => connection.write(`${CHUNKED_HEAD}${chunk("early")}${LAST_CHUNK}`),
    },
    async run(application) {
      let stop: (() => void) | undefined;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(Buffer.from("first"));
          stop = (): void => controller.close();
        },
      });
      const response = await fetch(application.url(), { method: "POST", body, duplex: "half" } as RequestInit);
      application.note(response.status, await response.text().catch(shape));
      stop?.();
    },
  },
];

export const fetchBodies: Group = { name: "fetch request", cases };
