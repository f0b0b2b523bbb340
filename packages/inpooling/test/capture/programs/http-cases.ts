import { Buffer } from "node:buffer";
import { once } from "node:events";
import { Agent, ClientRequest, get, request, type ClientRequest as Request, type IncomingMessage, type RequestOptions } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { shape, type Case, type Setting } from "./case.ts";
import { answered } from "./server.ts";

const host = "127.0.0.1";
const requestEvents = ["socket", "response", "finish", "close", "abort", "error"];
const responseEvents = ["end", "close", "aborted", "error"];

/** Notes every event of a request, in order, as an application's listeners see them. */
function watch(req: Request, { note }: Setting): Request {
  for (const name of requestEvents) req.on(name, (value: unknown) => note(`request ${name}`, name === "error" ? shape(value) : ""));
  return req;
}

function watchResponse(res: IncomingMessage, { note }: Setting): IncomingMessage {
  for (const name of responseEvents) res.on(name, (value: unknown) => note(`response ${name}`, name === "error" ? shape(value) : ""));
  return res;
}

const closed = (req: Request): Promise<unknown> => (req.closed ? Promise.resolve() : new Promise((resolve) => req.once("close", resolve)));

async function text(res: IncomingMessage): Promise<string> {
  let all = "";
  for await (const chunk of res) all += (chunk as Buffer).toString("latin1");
  return all;
}

async function respond(req: Request): Promise<IncomingMessage> {
  const [res] = (await once(req, "response")) as [IncomingMessage];
  return res;
}

export const httpCases: readonly Case[] = [
  {
    name: "http: writes with encodings and callbacks",
    calls: 1,
    answer: (socket) => socket.write(answered("thanks", "x-a: 1\r\nX-A: 2\r\n")),
    async run(setting) {
      const { port, note } = setting;
      const req = watch(request({ host, port, path: "/w?a=1", method: "POST", agent: false }), setting);
      note(
        "write",
        req.write("616263", "hex", () => note("callback 1")),
      );
      note("write", req.write("éè", "latin1"));
      note(
        "write",
        req.write(Buffer.from([0, 255, 1]), () => note("callback 2")),
      );
      note("write", req.write(new Uint8Array([9, 8])));
      note("write", req.write("QUJD", "base64"));
      note("write", req.write("ü€😀"));
      note("end", req.end("tail", "utf8", () => note("callback 3")) === req);
      const res = watchResponse(await respond(req), setting);
      note(res.statusCode, res.statusMessage, JSON.stringify(res.rawHeaders), await text(res));
      await closed(req);
    },
  },
  {
    name: "http: misuse stays misuse",
    calls: 1,
    answer: (socket) => socket.write(answered("ok")),
    async run(setting) {
      const { port, note } = setting;
      const req = watch(request({ host, port, method: "POST", agent: false }), setting);
      for (const wrong of [null, 7, {}]) {
        try {
          req.write(wrong as unknown as string);
        } catch (error) {
          note(shape(error));
        }
      }
      req.end("once");
      note("end again", req.end() === req);
      const answer = new Promise<IncomingMessage>((resolve) => req.once("response", resolve));
      note(
        "write after end",
        req.write("late", (error) => note("late", shape(error))),
      );
      note(await text(await answer));
      await closed(req);
    },
  },
  {
    name: "http: a late reader with setEncoding",
    calls: 1,
    answer: (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\na\xc3\xa9\xe2\r\n`, "latin1");
      setTimeout(() => socket.write("2\r\n\x82\xac\r\n0\r\n\r\n", "latin1"), 20);
    },
    async run(setting) {
      const { port, note } = setting;
      const req = watch(get({ host, port, agent: false }), setting);
      const res = watchResponse(await respond(req), setting);
      await sleep(60);
      res.setEncoding("utf8");
      let all = "";
      res.on("data", (chunk: string) => {
        note("data", chunk);
        all += chunk;
      });
      await once(res, "end");
      note(all);
      await closed(req);
    },
  },
  {
    name: "http: readable and read()",
    calls: 1,
    answer: (socket) => socket.write(answered("0123456789")),
    async run(setting) {
      const { port, note } = setting;
      const req = get({ host, port, agent: false });
      const res = watchResponse(await respond(req), setting);
      res.on("readable", () => {
        for (let chunk = res.read(4) as Buffer | null; chunk; chunk = res.read(4) as Buffer | null) note("read", chunk.toString());
      });
      await once(res, "end");
      await closed(req);
    },
  },
  {
    name: "http: nobody listens for the response",
    calls: 2,
    answer: (socket) => socket.write(answered("ignored")),
    async run(setting) {
      const { port, note, server } = setting;
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const first = request({ host, port, agent });
      first.end();
      await closed(first);
      const second = get({ host, port, agent });
      note(await text(await respond(second)), "connections", server.connections);
      await closed(second);
      agent.destroy();
    },
  },
  {
    name: "http: HEAD, 204, 304",
    calls: 3,
    answer: (socket, head) => {
      if (head.startsWith("HEAD")) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n");
      else socket.write(`HTTP/1.1 ${head.includes("/304") ? "304 Not Modified" : "204 No Content"}\r\n\r\n`);
    },
    async run(setting) {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (const [method, path] of [
        ["HEAD", "/"],
        ["GET", "/204"],
        ["GET", "/304"],
      ] as const) {
        const req = request({ host, port: setting.port, method, path, agent });
        req.end();
        const res = await respond(req);
        setting.note(res.statusCode, await text(res));
        await closed(req);
      }
      setting.note("connections", setting.server.connections);
      agent.destroy();
    },
  },
  {
    name: "http: 103 before 200, Expect: 100-continue",
    calls: 1,
    answer: (socket) => socket.write(Buffer.concat([Buffer.from("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"), answered("final")])),
    async run(setting) {
      const { port, note } = setting;
      const req = request({ host, port, method: "POST", agent: false, headers: { expect: "100-continue", "content-length": 4 } });
      req.on("information", ({ statusCode }) => note("information", statusCode));
      req.flushHeaders();
      req.end("body");
      const res = await respond(req);
      note(res.statusCode, await text(res));
      await closed(req);
    },
  },
  {
    name: "http: cut in the middle of the body",
    calls: 1,
    answer: (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nfifteen bytes!!"),
    async run(setting) {
      const req = watch(get({ host, port: setting.port, agent: false }), setting);
      const res = watchResponse(await respond(req), setting);
      res.on("data", (chunk: Buffer) => setting.note(chunk.toString()));
      await closed(req);
      await sleep(10);
    },
  },
  {
    name: "http: the server hangs up",
    calls: 1,
    answer: (socket) => socket.end(),
    async run(setting) {
      const req = watch(request({ host, port: setting.port, method: "PUT", agent: false }), setting);
      req.end("lost");
      await closed(req);
    },
  },
  {
    name: "http: destroyed before the head",
    calls: 1,
    answer: () => {},
    async run(setting) {
      const req = watch(get({ host, port: setting.port, agent: false }), setting);
      await once(req, "finish");
      setting.note(req.destroy(new RangeError("enough")) === req, req.destroyed);
      await closed(req);
    },
  },
  {
    name: "http: destroyed in the middle of the body",
    calls: 2,
    answer: (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\npart"),
    async run(setting) {
      for (const which of ["request", "response"] as const) {
        const req = watch(get({ host, port: setting.port, agent: false }), setting);
        const res = watchResponse(await respond(req), setting);
        await once(res, "data");
        if (which === "request") req.destroy();
        else res.destroy();
        await closed(req);
        await sleep(5);
      }
    },
  },
  {
    name: "http: abort() at once, abort by signal",
    calls: 2,
    answer: () => {},
    async run(setting) {
      const first = watch(get({ host, port: setting.port, agent: false }), setting);
      // oxlint-disable-next-line typescript/no-deprecated -- what old applications call
      first.abort();
      await closed(first);
      const control = new AbortController();
      const second = watch(get({ host, port: setting.port, agent: false, signal: control.signal }), setting);
      await once(second, "finish");
      control.abort();
      await closed(second);
    },
  },
  {
    name: "http: refused, and a name that does not resolve",
    calls: 2,
    answer: () => {},
    async run(setting) {
      await setting.server.close();
      const refused = get({ host, port: setting.port, agent: false });
      refused.on("error", (error) => setting.note(shape(error)));
      await closed(refused);
      const unknown = get({
        host: "nowhere.invalid",
        port: setting.port,
        agent: false,
        lookup: (name, _options, done) => done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: "ENOTFOUND" }), []),
      });
      unknown.on("error", (error) => setting.note(shape(error)));
      await closed(unknown);
    },
  },
  {
    name: "http: upgrade and CONNECT",
    calls: 2,
    answer: (socket, head) =>
      socket.write(
        head.startsWith("CONNECT")
          ? "HTTP/1.1 200 Connection established\r\n\r\nhello"
          : "HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\nhello",
      ),
    async run(setting) {
      const { port, note } = setting;
      const upgrading = request({ host, port, path: "/chat", agent: false, headers: { connection: "upgrade", upgrade: "echo" } });
      upgrading.end();
      const [res, socket, first] = (await once(upgrading, "upgrade")) as [IncomingMessage, Socket, Buffer];
      note(res.statusCode, first.toString(), JSON.stringify(res.rawHeaders));
      socket.destroy();
      const connecting = request({ host, port, method: "CONNECT", path: "api.example.com:443", agent: false });
      connecting.end();
      const [head, tunnel, rest] = (await once(connecting, "connect")) as [IncomingMessage, Socket, Buffer];
      note(head.statusCode, rest.toString());
      tunnel.destroy();
    },
  },
  {
    name: "http: keep-alive, fields given as a list, a foreign Host field, a subclass",
    calls: 4,
    answer: (socket, head) => socket.write(answered(head.split("\r\n")[0] ?? "")),
    async run(setting) {
      const { port, note, server } = setting;
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      class Counted extends (ClientRequest as unknown as new (options: RequestOptions) => Request) {
        override write(chunk: string): boolean {
          note("own write");
          return super.write(chunk);
        }
      }
      const make = [
        () => request({ host, port, agent, path: "/plain" }),
        () =>
          request({
            host,
            port,
            agent,
            path: "/list",
            headers: ["X-One", "1", "Host", `${host}:${port}`, "x-one", "2"] as unknown as Record<string, string>,
          }),
        () => request({ host, port, agent, path: "/virtual", headers: { host: "api.example.com" } }),
        () => new Counted({ host, port, agent, path: "/own", method: "POST" }),
      ];
      for (const each of make) {
        const req = each();
        if (req.method === "POST") req.write("chunk");
        req.end();
        note(await text(await respond(req)));
        await closed(req);
      }
      note("connections", server.connections);
      agent.destroy();
    },
  },
  {
    name: "http: the request body is changed after write",
    calls: 1,
    answer: (socket) => socket.write(answered("ok")),
    async run(setting) {
      const buffer = Buffer.from("before");
      const req = request({ host, port: setting.port, method: "POST", agent: false, headers: { "content-length": 12 } });
      await new Promise<void>((done) => req.write(buffer, () => done()));
      buffer.fill("x");
      req.end("-after");
      setting.note(await text(await respond(req)));
      await closed(req);
    },
  },
];
