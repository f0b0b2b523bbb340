// How node:http takes a request's content: every form of write() and end().
import http from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Application } from "../suite/application.ts";
import type { Case, Group } from "../suite/case.ts";
import { isPropagation } from "../suite/outcome.ts";
import { closed, failure, headOf, pattern, responseOf, shape, textOf, turns, watch, watchResponse } from "../suite/observe.ts";
import { answered, type Connection } from "../suite/raw-server.ts";

const ok = (connection: Connection): void => connection.write(answered("ok"));

function post({ host, port }: Application, options: http.RequestOptions = {}): http.ClientRequest {
  return http.request({ host, port, method: "POST", agent: false, ...options });
}

/** Reads the answer, notes it, and waits for the request's end. */
async function finish(request: http.ClientRequest, application: Application): Promise<void> {
  const response = watchResponse(await responseOf(request), application);
  application.note(headOf(response), await textOf(response));
  await closed(request);
}

/** Without the fields that a tracing tool is asked to add. */
function ownHeaders(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isPropagation(name)));
}

const latin1 = (text: string): string => Buffer.from(text).toString("latin1");

const cases: readonly Case[] = [
  {
    name: "write(x, encoding, callback) and end(x, encoding, callback), every encoding",
    server: { answer: ok },
    record: [{ line: "POST / 200 complete", request: `abc\xe9\xe8QUJ\xff\xff\xbf${latin1("ü€😀")}\x61\x00!\x80tail`, response: "ok" }],
    async run(application) {
      const request = watch(post(application), application);
      const pairs: readonly [string, BufferEncoding][] = [
        ["616263", "hex"],
        ["éè", "latin1"],
        ["UVVK", "base64"],
        ["__-_", "base64url"],
        ["ü€😀", "utf8"],
        ["a", "utf16le"],
        ["!\u0080", "binary"],
      ];
      for (const [text, encoding] of pairs)
        application.note(
          encoding,
          request.write(text, encoding, (error) => application.noteIn("callbacks", encoding, error)),
        );
      application.note(request.end("tail", "ascii", () => application.noteIn("callbacks", "end")) === request);
      await finish(request, application);
    },
  },
  {
    name: "write(x, callback), end(callback), end(x, callback), end()",
    server: { answer: ok },
    record: [
      { line: "POST /1 200 complete", request: "onetwo", response: "ok" },
      { line: "POST /2 200 complete", request: "last", response: "ok" },
      { line: "POST /3 200 complete", request: "first", response: "ok" },
    ],
    async run(application) {
      const done = (what: string) => (): void => application.noteIn("callbacks", what);
      const first = watch(post(application, { path: "/1" }), application);
      first.write("one", done("one"));
      first.write(Buffer.from("two"), done("two"));
      application.note(first.end(done("end")) === first);
      await finish(first, application);
      const second = watch(post(application, { path: "/2" }), application);
      application.note(second.end("last", done("end")) === second);
      await finish(second, application);
      const third = watch(post(application, { path: "/3" }), application);
      third.write("first");
      application.note(third.end() === third, third.end(done("second end")) === third);
      await finish(third, application);
    },
  },
  {
    name: "Uint8Array, empty chunks, empty end",
    server: { answer: ok },
    record: [{ line: "POST / 200 complete", request: "\x01\x02\x00\xff", response: "ok" }],
    async run(application) {
      const request = watch(post(application), application);
      application.note(
        request.write(new Uint8Array([1, 2])),
        request.write(new Uint8Array(0)),
        request.write(""),
        request.write(new Uint8Array(new ArrayBuffer(4), 1, 1)),
      );
      application.note(request.write(Buffer.from([255])), request.end("") === request, request.end() === request);
      await finish(request, application);
    },
  },
  {
    name: "no content at all: end() of POST, PUT, GET, DELETE",
    server: { answer: ok },
    record: ["POST", "PUT", "GET", "DELETE"].map((method) => ({ line: `${method} / 200 complete`, response: "ok" })),
    async run(application) {
      for (const method of ["POST", "PUT", "GET", "DELETE"]) {
        const request = watch(post(application, { method }), application);
        request.end();
        await finish(request, application);
      }
    },
  },
  {
    name: "content of GET and DELETE",
    server: { answer: ok },
    record: ["GET", "DELETE"].map((method) => ({ line: `${method} / 200 complete`, request: "content", response: "ok" })),
    async run(application) {
      for (const method of ["GET", "DELETE"]) {
        const request = watch(post(application, { method, headers: { "content-length": 7 } }), application);
        request.write("con");
        request.end("tent");
        await finish(request, application);
      }
    },
  },
  {
    name: "content-length given, strings of several widths",
    server: { answer: ok },
    record: [{ line: "POST / 200 complete", request: latin1("äöü€😀"), response: "ok" }],
    async run(application) {
      const request = watch(post(application, { headers: { "Content-Length": Buffer.byteLength("äöü€😀") } }), application);
      for (const part of ["äöü", "€", "😀"]) request.write(part);
      request.end();
      await finish(request, application);
    },
  },
  {
    name: "cork() and uncork(): one write to the socket",
    server: { answer: ok },
    record: [{ line: "POST / 200 complete", request: "abcdef", response: "ok" }],
    async run(application) {
      const request = watch(post(application), application);
      request.cork();
      for (const part of ["ab", "cd"])
        application.note(
          request.write(part, () => application.noteIn("callbacks", part)),
          request.writableCorked,
          request.writableLength > 0,
        );
      request.uncork();
      application.note(request.writableCorked);
      request.end("ef");
      await finish(request, application);
    },
  },
  {
    name: "backpressure: write() returns false, drain follows",
    server: { answer: ok },
    record: [{ line: "POST / 200 complete", request: 3 * 1024 * 1024, response: "ok" }],
    async run(application) {
      const request = watch(post(application, { headers: { "content-length": 3 * 1024 * 1024 } }), application);
      const block = pattern(1024 * 1024);
      for (let at = 0; at < 3; at++) {
        const drained = new Promise((resolve) => request.once("drain", resolve));
        application.note("write", request.write(block), request.writableNeedDrain, request.writableHighWaterMark);
        await drained;
        application.note("drain", request.writableLength);
      }
      request.end();
      await finish(request, application);
    },
  },
  {
    name: "pipe() from a stream, and pipeline()",
    server: { answer: ok },
    record: [
      { line: "POST /pipe 200 complete", request: 300_000, response: "ok" },
      { line: "POST /pipeline 200 complete", request: "abc", response: "ok" },
    ],
    async run(application) {
      const piped = watch(post(application, { path: "/pipe" }), application);
      Readable.from([pattern(100_000), pattern(100_000), pattern(100_000)], { objectMode: false }).pipe(piped);
      await finish(piped, application);
      const request = watch(post(application, { path: "/pipeline" }), application);
      const answer = finish(request, application);
      application.note(await pipeline(Readable.from(["a", "b", "c"]), request));
      await answer;
    },
  },
  {
    name: "the buffer changes after write() and end()",
    server: { answer: ok },
    record: [{ line: "POST / 200 complete", request: "beforebefore", response: "ok" }],
    async run(application) {
      const request = watch(post(application), application);
      const [first, second] = [Buffer.from("before"), Buffer.from("before")];
      await new Promise((resolve) => request.write(first, resolve));
      first.fill("x");
      await new Promise<void>((resolve) => request.end(second, resolve));
      second.fill("x");
      await finish(request, application);
    },
  },
  {
    name: "misuse: wrong types, write after end, end twice",
    server: { answer: ok },
    record: [{ line: "POST / 200 complete", request: "once", response: "ok" }],
    async run(application) {
      const request = watch(post(application), application);
      for (const wrong of [null, undefined, 7, {}, [], new DataView(new ArrayBuffer(2))])
        application.note(await failure(() => request.write(wrong as string)));
      request.end("once");
      const response = await responseOf(request);
      application.note(await textOf(response));
      await closed(request);
      request.write("late", (error) => application.noteIn("callbacks", "late write", shape(error)));
      request.end("later", () => application.noteIn("callbacks", "late end"));
      await turns(2);
    },
  },
  {
    name: "Expect: 100-continue: content follows the continue",
    server: {
      head: (connection) => connection.write("HTTP/1.1 100 Continue\r\n\r\n"),
      answer: ok,
    },
    record: [{ line: "POST / 200 complete", request: "after continue", response: "ok" }],
    async run(application) {
      const request = watch(post(application, { headers: { expect: "100-continue", "content-length": 14 } }), application);
      request.once("continue", () => request.end("after continue"));
      await finish(request, application);
    },
  },
  {
    name: "Expect: 100-continue: refused with 417",
    server: { head: (connection) => connection.write(answered("no", "", "417 Expectation Failed")) },
    record: [{ line: "POST / 417 complete", response: "no" }],
    async run(application) {
      const request = watch(post(application, { headers: { expect: "100-continue", "content-length": 3 } }), application);
      const response = watchResponse(await responseOf(request), application);
      application.note(headOf(response), await textOf(response));
      request.destroy();
      await closed(request);
    },
  },
  {
    name: "flushHeaders() before content, request trailers",
    server: { head: (connection) => connection.tell("head"), answer: ok },
    record: [{ line: "POST / 200 complete", request: "content", response: "ok" }],
    async run(application) {
      const request = watch(post(application, { headers: { trailer: "x-sum" } }), application);
      request.flushHeaders();
      await application.told("head");
      application.note(request.headersSent);
      request.write("content");
      request.addTrailers({ "x-sum": "7" });
      request.end();
      await finish(request, application);
    },
  },
  {
    name: "fields: set, append, remove, lists, cases, order, raw list",
    server: { answer: ok },
    record: [
      { line: "POST / 200 complete", request: "x", response: "ok" },
      { line: "GET /list 200 complete", response: "ok" },
    ],
    async run(application) {
      const request = watch(post(application, { headers: { "X-One": "1", "x-many": ["a", "b"], Accept: "*/*" } }), application);
      request.setHeader("X-Two", "2");
      request.appendHeader("x-two", "3");
      request.removeHeader("accept");
      request.setHeader("X-Latin", "\xe9");
      application.note(
        ownHeaders(request.getHeaders()),
        Object.keys(ownHeaders(Object.fromEntries(request.getRawHeaderNames().map((name) => [name, ""])))),
        request.hasHeader("X-one"),
      );
      request.end("x");
      await finish(request, application);
      const list = watch(
        http.request({
          host: application.host,
          port: application.port,
          agent: false,
          path: "/list",
          headers: ["Host", "other.example", "X-A", "1", "x-a", "2"] as never,
        }),
        application,
      );
      list.end();
      await finish(list, application);
    },
  },
  {
    name: "an iterated upload that fails in the middle",
    server: { head: (connection) => connection.tell("head") },
    record: [{ line: "POST / 0 aborted ECONNRESET", request: "first" }],
    async run(application) {
      const request = watch(post(application), application);
      const error = new RangeError("source is empty");
      async function* source(): AsyncGenerator<string> {
        yield "first";
        await application.told("head");
        throw error;
      }
      const caught = await pipeline(source, request).catch((reason: unknown) => reason);
      application.note(caught === error);
      await closed(request);
    },
  },
  {
    name: "strictContentLength: too few and too many bytes",
    server: { answer: ok },
    async run(application) {
      for (const parts of [["ab"], ["abcd", "ef"]]) {
        const request = watch(post(application, { headers: { "content-length": 4 } }), application);
        (request as { strictContentLength?: boolean }).strictContentLength = true;
        for (const part of parts) application.note(await failure(() => request.write(part)));
        application.note(await failure(() => request.end()));
        request.destroy();
        await closed(request);
      }
    },
  },
];

export const requestBody: Group = { name: "node:http request content", cases };
