// How an application consumes the answer of node:http: every style, early, late and never.
import { once } from "node:events";
import http, { type IncomingMessage } from "node:http";
import { PassThrough, Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, gzipSync } from "node:zlib";
import type { Application } from "../suite/application.ts";
import type { Case, Group } from "../suite/case.ts";
import { closed, failure, headOf, pattern, responseOf, textOf, turns, watch, watchResponse } from "../suite/observe.ts";
import { answered, chunk, CHUNKED_HEAD, LAST_CHUNK, type Connection } from "../suite/raw-server.ts";

const get = ({ host, port }: Application, options: http.RequestOptions = {}): http.ClientRequest =>
  http.get({ host, port, agent: false, ...options });
const content = "0123456789";
const ten = { answer: (connection: Connection): void => connection.write(answered(content)) };
const tenRecorded = [{ line: "GET / 200 complete", response: content }];
const BIG = 20 * 1024 * 1024;

/** What a stream says about itself. Listeners of other events than data are looked at in one case only. */
function state(response: IncomingMessage): unknown[] {
  const { readableFlowing, readableLength, readableEncoding, complete, readableEnded, destroyed } = response;
  return [readableFlowing, readableLength, readableEncoding, complete, readableEnded, destroyed, response.listenerCount("data")];
}

/** Sends part by part, each when the application says that it has the one before. */
async function stepwise(connection: Connection, parts: readonly string[]): Promise<void> {
  connection.write(CHUNKED_HEAD);
  await connection.signalled("head");
  for (const [at, part] of parts.entries()) {
    connection.write(chunk(part));
    await connection.signalled(`part ${at}`);
  }
  connection.write(LAST_CHUNK);
}

const events = Array.from({ length: 20 }, (_, at) => `data: {"n":${at}}\n\n`);

const cases: readonly Case[] = [
  {
    name: "data listener given at once",
    server: ten,
    record: tenRecorded,
    async run(application) {
      const { host, port, note } = application;
      await new Promise<void>((resolve) => {
        const request = http.get({ host, port, agent: false }, (response) => {
          note("response", state(response));
          watchResponse(response, application).on("data", (part: Buffer) => note("data", part.toString()));
          note(state(response));
          response.on("end", () => note("end", state(response)));
        });
        watch(request, application).on("close", resolve);
      });
    },
  },
  {
    name: "setEncoding: UTF-8 split over chunks",
    server: {
      async answer(connection) {
        connection.write(CHUNKED_HEAD + chunk("a\xc3\xa9\xe2"));
        await connection.signalled("first");
        connection.write(chunk("\x82\xac\xf0\x9f") + chunk("\x98\x80!") + LAST_CHUNK);
      },
    },
    record: [{ line: "GET / 200 complete", response: "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80!" }],
    async run(application) {
      const response = watchResponse(await responseOf(get(application)), application);
      response.setEncoding("utf8");
      let text = "";
      response.on("data", (part: string) => {
        text += part;
        application.signal("first");
      });
      await once(response, "end");
      application.note(text);
    },
  },
  ...(["hex", "base64", "latin1", "utf16le"] as const).map((encoding): Case => ({
    name: `setEncoding("${encoding}")`,
    server: ten,
    record: tenRecorded,
    async run(application) {
      const response = watchResponse(await responseOf(get(application)), application);
      application.note(response.setEncoding(encoding) === response, await textOf(response), state(response));
    },
  })),
  {
    name: "reader attached late: after the last byte arrived",
    server: ten,
    record: tenRecorded,
    async run(application) {
      const response = watchResponse(await responseOf(get(application)), application);
      while (!response.complete) await turns();
      await turns(5);
      application.note(state(response));
      const parts: string[] = [];
      response.on("data", (part: Buffer) => parts.push(part.toString()));
      await once(response, "end");
      application.note(parts.join(""));
    },
  },
  {
    name: "await of the response, then for await",
    server: ten,
    record: tenRecorded,
    async run(application) {
      const request = watch(get(application), application);
      const response = watchResponse(await responseOf(request), application);
      application.note(headOf(response), state(response));
      application.note(await textOf(response), state(response));
      await closed(request);
    },
  },
  {
    name: "for await, left after the first chunk",
    server: { answer: (connection) => connection.write(CHUNKED_HEAD + chunk("first")) },
    record: [{ line: "GET / 200 aborted ECONNRESET", response: "first" }],
    async run(application) {
      const request = watch(get(application), application);
      const response = watchResponse(await responseOf(request), application);
      for await (const part of response) {
        application.note(String(part));
        break;
      }
      application.note(state(response));
      await closed(request);
    },
  },
  {
    name: "readable event and read(n)",
    server: ten,
    record: tenRecorded,
    async run(application) {
      const response = watchResponse(await responseOf(get(application)), application);
      response.on("readable", () => {
        for (let part = response.read(4) as Buffer | null; part !== null; part = response.read(4) as Buffer | null)
          application.note("read", part.toString());
      });
      await once(response, "end");
      application.note(state(response));
    },
  },
  {
    name: "read() without any listener",
    server: ten,
    record: tenRecorded,
    async run(application) {
      const response = await responseOf(get(application));
      while (!response.complete) await turns();
      application.note(String(response.read(3)), String(response.read()), response.read(), state(response));
      response.resume();
      await closed(response);
    },
  },
  {
    name: "pause, resume, pipe, unpipe, unshift",
    server: { answer: (connection) => connection.write(answered(pattern(200_000))) },
    record: [{ line: "GET / 200 complete", response: 200_000 }],
    async run(application) {
      const response = watchResponse(await responseOf(get(application)), application);
      application.note(response.isPaused(), response.pause() === response, response.isPaused());
      response.resume();
      const [first] = (await once(response, "data")) as [Buffer];
      response.pause();
      response.unshift(first);
      const sinks = [new PassThrough(), new PassThrough()];
      for (const sink of sinks) application.note(response.pipe(sink) === sink);
      application.note(response.eventNames().includes("data"));
      const texts = await Promise.all(sinks.map((sink) => textOf(sink)));
      application.note(
        texts.map((text) => text.length),
        texts[0] === texts[1],
        texts[0] === pattern(200_000).toString("latin1"),
      );
    },
  },
  {
    name: "pipeline() into a slow writable",
    server: { answer: (connection) => connection.write(answered(pattern(500_000))) },
    record: [{ line: "GET / 200 complete", response: 500_000 }],
    async run(application) {
      const response = watchResponse(await responseOf(get(application)), application);
      let bytes = 0;
      const slow = new Writable({
        highWaterMark: 1024,
        write(part: Buffer, _encoding, done) {
          bytes += part.byteLength;
          setImmediate(done);
        },
      });
      await pipeline(response, slow);
      application.note(bytes, state(response));
    },
  },
  {
    name: "gzip content: pipeline(response, gunzip)",
    server: { answer: (connection) => connection.write(answered(gzipSync(pattern(5_000)), "content-encoding: gzip\r\n")) },
    record: [{ line: "GET / 200 complete", response: gzipSync(pattern(5_000)).toString("latin1") }],
    async run(application) {
      const response = watchResponse(await responseOf(get(application)), application);
      application.note((await textOf(response.pipe(createGunzip()))) === pattern(5_000).toString("latin1"));
    },
  },
  {
    name: "Readable.toWeb, and a reader of it",
    server: ten,
    record: tenRecorded,
    async run(application) {
      const response = await responseOf(get(application));
      application.note(await new Response(Readable.toWeb(response) as ReadableStream<Uint8Array<ArrayBuffer>>).text());
    },
  },
  {
    name: "20 MB that nobody reads: backpressure holds",
    server: {
      async answer(connection) {
        connection.write(answered(Buffer.alloc(BIG)));
        await new Promise((resolve) => setTimeout(resolve, 250));
        connection.tell("look");
      },
    },
    async run(application) {
      const request = watch(get(application), application);
      const response = watchResponse(await responseOf(request), application);
      await application.told("look");
      application.note(
        response.readableFlowing,
        response.listenerCount("data"),
        request.socket !== null && request.socket.bytesRead < BIG / 2,
      );
      request.destroy();
      await closed(request);
    },
  },
  {
    name: "no response listener: the answer is dumped, the socket is free again",
    server: ten,
    async run(application) {
      const agent = new http.Agent({ keepAlive: true });
      for (const path of ["/1", "/2"]) {
        const request = watch(http.get({ host: application.host, port: application.port, agent, path }), application);
        await once(agent, "free");
        application.note(request.reusedSocket);
        await closed(request);
      }
      agent.destroy();
    },
  },
  {
    name: "response listener that only resumes: the socket is free again",
    server: ten,
    record: ["/1", "/2"].map((path) => ({ line: `GET ${path} 200 complete`, response: content })),
    async run(application) {
      const agent = new http.Agent({ keepAlive: true });
      for (const path of ["/1", "/2"]) {
        const request = watch(
          http.get({ host: application.host, port: application.port, agent, path }, (response) => void response.resume()),
          application,
        );
        await once(agent, "free");
        application.note(request.reusedSocket);
      }
      agent.destroy();
    },
  },
  {
    name: "the head is there before the content, 20 server-sent events arrive one by one",
    server: { answer: (connection) => stepwise(connection, events) },
    record: [{ line: "GET / 200 complete", response: events.join("") }],
    async run(application) {
      const response = watchResponse(await responseOf(get(application)), application);
      application.signal("head");
      let at = 0;
      for await (const part of response) {
        application.note(String(part));
        application.signal(`part ${at}`);
        at += 1;
      }
    },
  },
  {
    name: "HEAD, 204, 304: no content",
    server: {
      answer: (connection, { head }) =>
        connection.write(
          head.startsWith("HEAD")
            ? "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n"
            : `HTTP/1.1 ${/\d+/.exec(head)?.[0] ?? ""} Status\r\netag: "x"\r\n\r\n`,
        ),
    },
    record: [{ line: "HEAD / 200 complete" }, { line: "GET /204 204 complete" }, { line: "GET /304 304 complete" }],
    async run(application) {
      for (const [method, path] of [
        ["HEAD", "/"],
        ["GET", "/204"],
        ["GET", "/304"],
      ] as const) {
        const request = watch(http.request({ host: application.host, port: application.port, agent: false, method, path }), application);
        request.end();
        const response = watchResponse(await responseOf(request), application);
        application.note(headOf(response), await textOf(response), state(response));
        await closed(request);
      }
    },
  },
  {
    name: "trailers of the response",
    server: {
      answer: (connection) =>
        connection.write(
          `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n${chunk("abc")}0\r\nX-Sum: 7\r\nx-sum: 8\r\n\r\n`,
        ),
    },
    record: [{ line: "GET / 200 complete", response: "abc" }],
    async run(application) {
      const response = watchResponse(await responseOf(get(application)), application);
      application.note(response.trailers, await textOf(response), response.trailers, response.rawTrailers, response.trailersDistinct);
    },
  },
  {
    name: "103 Early Hints before the answer",
    server: {
      answer: (connection) =>
        connection.write(Buffer.concat([Buffer.from("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"), answered("final")])),
    },
    record: [{ line: "GET / 200 complete", response: "final" }],
    async run(application) {
      const request = watch(get(application), application);
      request.on("information", ({ statusCode, rawHeaders }) => application.note("information", statusCode, rawHeaders));
      const response = watchResponse(await responseOf(request), application);
      application.note(response.statusCode, await textOf(response));
      await closed(request);
    },
  },
  {
    name: "fields of the response: repeated, set-cookie, latin1, folded away, no reason phrase",
    server: {
      answer: (connection) =>
        connection.write(
          "HTTP/1.1 200 \r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-A: \xe9\r\nx-a: 2\r\nAge: 1\r\nage: 2\r\ncontent-length: 2\r\n\r\nok",
        ),
    },
    record: [{ line: "GET / 200 complete", response: "ok" }],
    async run(application) {
      const response = watchResponse(await responseOf(get(application)), application);
      application.note(headOf(response), response.headersDistinct, await textOf(response));
    },
  },
  {
    name: "content without a length, ended by the close of the connection",
    server: {
      answer: (connection) => {
        connection.write("HTTP/1.1 200 OK\r\n\r\nto the end");
        connection.socket.end();
      },
    },
    record: [{ line: "GET / 200 complete", response: "to the end" }],
    async run(application) {
      const request = watch(get(application), application);
      const response = watchResponse(await responseOf(request), application);
      application.note(await textOf(response), state(response));
      await closed(request);
    },
  },
  {
    name: "data listener taken away again, another one later",
    server: { answer: (connection) => stepwise(connection, ["one", "two", "three"]) },
    record: [{ line: "GET / 200 complete", response: "onetwothree" }],
    async run(application) {
      const response = watchResponse(await responseOf(get(application)), application);
      const first = once(response, "data");
      application.signal("head");
      application.note(String((await first)[0]), state(response));
      response.pause();
      application.signal("part 0");
      await turns(3);
      const second = once(response, "data");
      response.resume();
      application.note(String((await second)[0]));
      application.signal("part 1");
      response.on("data", (part: Buffer) => {
        application.note(part.toString());
        application.signal("part 2");
      });
      await once(response, "end");
    },
  },
  {
    name: "destroy() of the response after its end, second read of it",
    server: ten,
    record: tenRecorded,
    async run(application) {
      const request = watch(get(application), application);
      const response = watchResponse(await responseOf(request), application);
      application.note(await textOf(response));
      response.destroy();
      application.note(await failure(textOf(response)), state(response));
      await closed(request);
    },
  },
];

export const responseReading: Group = { name: "node:http response", cases };
