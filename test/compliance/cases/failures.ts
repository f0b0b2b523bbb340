// What goes wrong with node:http: every stage, from a name that does not resolve to content that is cut.
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import type { Application } from "../suite/application.ts";
import type { Case, Group } from "../suite/case.ts";
import { closed, failure, responseOf, shape, textOf, turns, watch, watchResponse } from "../suite/observe.ts";
import { answered, chunk, CHUNKED_HEAD, type Connection } from "../suite/raw-server.ts";
import { tls } from "../suite/tls.ts";

function get({ host, port }: Application, options: http.RequestOptions = {}): http.ClientRequest {
  return http.get({ host, port, agent: false, ...options });
}

/** Waits for the request's error and its close, and notes them. */
async function fails(request: http.ClientRequest, application: Application): Promise<void> {
  watch(request, application);
  const [error] = (await once(request, "error").catch((reason: unknown) => [reason])) as [unknown];
  application.note(shape(error), request.destroyed, request.errored === error);
  await closed(request);
}

const cut = (head: string) => ({
  answer: (connection: Connection): void => {
    connection.write(head);
    connection.socket.end();
  },
});

/** A failure of the connection or of the bytes on it, by what the server does. */
const failing: readonly { readonly name: string; readonly server?: Case["server"]; readonly line: string }[] = [
  { name: "the server hangs up before an answer", server: { answer: ({ socket }) => void socket.end() }, line: "GET / 0 error ECONNRESET" },
  {
    name: "the server resets before an answer",
    server: { answer: ({ socket }) => void socket.resetAndDestroy() },
    line: "GET / 0 error ECONNRESET",
  },
  {
    name: "the answer is no HTTP",
    server: { answer: (connection) => connection.write("SSH-2.0-OpenSSH_9.6\r\n\r\n") },
    line: "GET / 0 error HPE_INVALID_CONSTANT",
  },
  {
    name: "the answer's head is too large",
    server: { answer: (connection) => connection.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(20_000)}\r\n\r\n`) },
    line: "GET / 0 error HPE_HEADER_OVERFLOW",
  },
];

/** The application stops at some stage; `stop` gets the request. */
const stages: readonly { readonly name: string; readonly stop: (request: http.ClientRequest) => void; readonly code: string }[] = [
  { name: "destroy()", stop: (request) => void request.destroy(), code: "ECONNRESET" },
  { name: "destroy(error)", stop: (request) => void request.destroy(new RangeError("enough")), code: "RangeError" },
  { name: "abort()", stop: (request) => request.abort(), code: "ECONNRESET" },
];

const cases: readonly Case[] = [
  ...failing.map(({ name, server, line }): Case => ({
    name,
    ...(server === undefined ? {} : { server }),
    record: [{ line }],
    run: (application) => fails(get(application), application),
  })),
  {
    name: "connection refused",
    record: [{ line: "GET / 0 error ECONNREFUSED" }],
    run: (application) => fails(get(application, { port: application.closedPort }), application),
  },
  {
    name: "a name that does not resolve",
    record: [{ line: "GET / 0 error ENOTFOUND" }],
    run: (application) => fails(get(application, { host: application.deadHost }), application),
  },
  {
    name: "lookup function that fails: the very same error",
    record: [{ line: "GET / 0 error EOWN" }],
    async run(application) {
      const own = Object.assign(new Error("no such service"), { code: "EOWN" });
      const request = get(application, { host: "service.internal", lookup: (_host, _options, done) => done(own, "", 4) });
      const [error] = (await once(request, "error").catch((reason: unknown) => [reason])) as [unknown];
      application.note(error === own, shape(error));
      await closed(request);
    },
  },
  {
    name: "TLS: certificate of an unknown authority",
    server: { tls: tls.foreign },
    record: [{ line: "GET / 0 error DEPTH_ZERO_SELF_SIGNED_CERT" }],
    run: (application) => fails(https.get({ host: application.host, port: application.port, agent: false }), application),
  },
  {
    name: "TLS: certificate of another host",
    server: { tls: tls.server },
    record: [{ line: "GET / 0 error ERR_TLS_CERT_ALTNAME_INVALID" }],
    run: (application) =>
      fails(
        https.get({ host: application.host, port: application.port, agent: false, ca: tls.ca, servername: "other.example" }),
        application,
      ),
  },
  {
    name: "TLS to a server without TLS",
    server: { raw: (connection) => connection.write("HTTP/1.1 400 Bad Request\r\n\r\n") },
    async run(application) {
      const request = https.get({ host: application.host, port: application.port, agent: false });
      const [error] = (await once(request, "error").catch((reason: unknown) => [reason])) as [NodeJS.ErrnoException];
      application.note(error.code, error.constructor.name);
      await closed(request);
    },
  },
  {
    name: "content-length cut by the peer",
    server: cut("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nfifteen bytes.."),
    record: [{ line: "GET / 200 error ECONNRESET", response: 15 }],
    async run(application) {
      const request = watch(get(application), application);
      const response = watchResponse(await responseOf(request), application);
      application.note(await failure(textOf(response)), response.complete);
      await closed(request);
    },
  },
  {
    name: "chunked content cut by the peer",
    server: cut(`${CHUNKED_HEAD}${chunk("first")}5\r\nse`),
    record: [{ line: "GET / 200 error ECONNRESET", response: 7 }],
    async run(application) {
      const request = watch(get(application), application);
      const response = watchResponse(await responseOf(request), application);
      application.note(await failure(textOf(response)), response.complete);
      await closed(request);
    },
  },
  {
    name: "content reset by the peer in the middle",
    server: {
      async answer(connection) {
        connection.write(CHUNKED_HEAD + chunk("first"));
        await connection.signalled("first");
        connection.socket.resetAndDestroy();
      },
    },
    record: [{ line: "GET / 200 error ECONNRESET", response: 5 }],
    async run(application) {
      const request = watch(get(application), application);
      const response = watchResponse(await responseOf(request), application);
      response.once("data", () => application.signal("first"));
      await once(response, "close").catch(() => undefined);
      application.note(response.complete, shape(response.errored));
      await closed(request);
    },
  },
  ...stages.flatMap(({ name, stop, code }): Case[] => [
    {
      name: `${name} before there is a socket`,
      record: [{ line: code === "ECONNRESET" && name === "abort()" ? "GET / 0 aborted" : `GET / 0 aborted ${code}` }],
      async run(application) {
        const request = watch(get(application), application);
        stop(request);
        application.note(request.destroyed);
        await closed(request);
      },
    },
    {
      name: `${name} while the answer is awaited`,
      server: { answer: (connection) => connection.tell("there") },
      record: [{ line: `GET / 0 aborted ${code}` }],
      async run(application) {
        const request = watch(get(application), application);
        await application.told("there");
        stop(request);
        await closed(request);
      },
    },
    {
      name: `${name} in the middle of the content`,
      server: { answer: (connection) => connection.write(CHUNKED_HEAD + chunk("first")) },
      async run(application) {
        const request = watch(get(application), application);
        const response = watchResponse(await responseOf(request), application);
        await once(response, "data");
        stop(request);
        await closed(response);
        application.note(response.complete, response.destroyed, shape(response.errored));
      },
    },
  ]),
  {
    name: "destroy(error) of the response: the very same error",
    server: { answer: (connection) => connection.write(CHUNKED_HEAD + chunk("first")) },
    record: [{ line: "GET / 200 aborted RangeError", response: "first" }],
    async run(application) {
      const response = watchResponse(await responseOf(get(application)), application);
      const own = new RangeError("not what I wanted");
      await once(response, "data");
      const failed = once(response, "error").catch((reason: unknown) => [reason]);
      response.destroy(own);
      const [error] = (await failed) as [unknown];
      application.note(error === own);
      await closed(response);
    },
  },
  {
    name: "abort signal: before, while waiting, in the content",
    server: {
      answer: (connection, { head }) =>
        head.includes("/content") ? connection.write(CHUNKED_HEAD + chunk("first")) : connection.tell("there"),
    },
    async run(application) {
      const reason = new RangeError("given up");
      await fails(get(application, { path: "/before", signal: AbortSignal.abort(reason) }), application);
      const waiting = new AbortController();
      const request = get(application, { path: "/waiting", signal: waiting.signal });
      const failed = fails(request, application);
      await application.told("there");
      waiting.abort(reason);
      await failed;
      const reading = new AbortController();
      const response = watchResponse(await responseOf(get(application, { path: "/content", signal: reading.signal })), application);
      await once(response, "data");
      reading.abort(reason);
      await closed(response);
      application.note(shape(response.errored));
    },
  },
  {
    name: "timeout option: the event, no end; setTimeout() with its callback",
    server: { answer: () => undefined },
    async run(application) {
      const request = watch(get(application, { timeout: 30 }), application);
      await once(request, "timeout");
      application.note("still there", request.destroyed);
      request.destroy(new Error("took too long"));
      await closed(request);
      const second = watch(get(application), application);
      application.note(second.setTimeout(30, () => second.destroy(Object.assign(new Error("slow"), { code: "ESLOW" }))) === second);
      await closed(second);
    },
  },
  {
    name: "no error listener: the process hears of it",
    record: [{ line: "GET / 0 error ECONNREFUSED" }],
    async run(application) {
      const request = get(application, { port: application.closedPort });
      await closed(request);
      await turns(2);
    },
  },
  {
    name: "listeners and callbacks that throw: uncaught, one by one",
    server: {
      answer(connection, { head }) {
        connection.write(answered("ok"));
        connection.tell(/\/(\w+)/.exec(head)?.[1] ?? "");
      },
    },
    async run(application) {
      const blow = (where: string) => (): never => {
        throw new Error(`thrown by ${where}`);
      };
      const setups: Readonly<Record<string, (request: http.ClientRequest) => void>> = {
        response: (request) => void request.on("response", blow("response")),
        data: (request) => void request.on("response", (response) => response.on("data", blow("data"))),
        end: (request) => void request.on("response", (response) => response.resume().on("end", blow("end"))),
        finish: (request) => void request.on("response", (response) => response.resume()).on("finish", blow("finish")),
        write: (request) => void request.write("x", blow("write")),
      };
      for (const [name, setUp] of Object.entries(setups)) {
        const request = http.request({ host: application.host, port: application.port, method: "POST", agent: false, path: `/${name}` });
        request.on("error", () => undefined);
        const uncaught = once(process, "uncaughtException");
        setUp(request);
        request.end();
        await Promise.all([uncaught, application.told(name)]);
        request.destroy();
        await closed(request);
      }
    },
  },
  {
    name: "wrong arguments throw at once",
    async run(application) {
      const { host, port } = application;
      for (const options of [
        { path: "/a b" },
        { method: "NO GOOD" },
        { protocol: "ftp:" },
        { headers: { "bad name": "x" } },
        { headers: { x: "a\nb" } },
        { agent: 7 as unknown as http.Agent },
        { setHost: 1 as unknown as boolean },
        { insecureHTTPParser: 7 as unknown as boolean },
      ]) {
        application.note(Object.keys(options)[0], await failure(() => http.request({ host, port, ...options })));
      }
      application.note(await failure(() => http.request("not a url")), await failure(() => http.get("https://127.0.0.1/")));
      const request = http.request({ host, port: application.closedPort, agent: false });
      application.note(
        await failure(() => request.setHeader("x", undefined as unknown as string)),
        await failure(() => request.setHeader("x y", "z")),
      );
      request.on("error", () => undefined).destroy();
      await closed(request);
    },
  },
  {
    name: "createConnection that throws, that gives an error, that gives a socket later",
    server: { answer: (connection) => connection.write(answered("ok")) },
    async run(application) {
      const { host, port } = application;
      application.note(
        await failure(() =>
          http.get({
            host,
            port,
            createConnection: () => {
              throw new RangeError("no connection");
            },
          }),
        ),
      );
      const own = new Error("own");
      const request = http.get({
        host,
        port,
        createConnection: ((_options: unknown, done: (error: Error) => void) =>
          void setImmediate(done, own)) as unknown as http.RequestOptions["createConnection"],
      });
      const [error] = (await once(request, "error").catch((reason: unknown) => [reason])) as [unknown];
      application.note(error === own);
      const late = http.get({
        host,
        port,
        path: "/late",
        createConnection: ((_options: unknown, done: (error: Error | null, socket: net.Socket) => void) =>
          void setImmediate(() => done(null, net.connect(port, host)))) as unknown as http.RequestOptions["createConnection"],
      });
      application.note(await textOf(await responseOf(late)));
      late.destroy();
      await closed(late);
    },
  },
  {
    name: "upload refused in the middle: the answer comes before the request's end",
    server: {
      head: (connection) => {
        connection.write(answered("too large", "connection: close\r\n", "413 Content Too Large"));
      },
    },
    async run(application) {
      const request = watch(
        http.request({ host: application.host, port: application.port, method: "POST", agent: false, headers: { "content-length": 1000 } }),
        application,
      );
      request.write("first");
      const response = watchResponse(await responseOf(request), application);
      application.note(response.statusCode, await textOf(response));
      request.destroy();
      await closed(request);
    },
  },
  {
    name: "abort in the middle of an upload of 10 MB",
    server: { head: (connection) => connection.tell("head") },
    async run(application) {
      const controller = new AbortController();
      const request = watch(
        http.request({
          host: application.host,
          port: application.port,
          method: "POST",
          agent: false,
          headers: { "content-length": 10_000_000 },
          signal: controller.signal,
        }),
        application,
      );
      request.write(Buffer.alloc(1_000_000), () => application.signal("sent"));
      await application.told("head");
      controller.abort(new Error("user left"));
      await closed(request);
      application.note(shape(request.errored));
    },
  },
];

export const failures: Group = { name: "node:http failures", cases };
