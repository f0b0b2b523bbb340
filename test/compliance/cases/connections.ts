// Connections of node:http: agents, reuse, queues, tunnels, sockets of every kind, and what can be seen of the objects.
import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import http, { request as importedRequest } from "node:http";
import https from "node:https";
import net, { type Socket } from "node:net";
import { inspect } from "node:util";
import type { Application } from "../suite/application.ts";
import type { Case, Group } from "../suite/case.ts";
import { closed, headOf, responseOf, shape, textOf, turns, watch, watchResponse } from "../suite/observe.ts";
import { answered, chunk, CHUNKED_HEAD, type Connection, type RawRequest } from "../suite/raw-server.ts";
import { tls } from "../suite/tls.ts";

/** Answers with the request's target, so that a mix-up shows. */
const echo = { answer: (connection: Connection, { head }: RawRequest): void => connection.write(answered(head.split(" ")[1] ?? "")) };
const echoed = (path: string, method = "GET") => ({ line: `${method} ${path} 200 complete`, response: path });

async function text(request: http.ClientRequest, application: Application): Promise<string> {
  const result = await textOf(watchResponse(await responseOf(watch(request, application)), application));
  await closed(request);
  return result;
}

const cases: readonly Case[] = [
  {
    name: "keep-alive: the socket is used again",
    server: echo,
    record: ["/1", "/2", "/3"].map((path) => echoed(path)),
    async run(application) {
      const agent = new http.Agent({ keepAlive: true });
      for (const path of ["/1", "/2", "/3"]) {
        const request = http.get({ host: application.host, port: application.port, agent, path });
        const free = once(agent, "free");
        application.note(await text(request, application), request.reusedSocket);
        const [socket] = (await free) as [Socket];
        application.note(socket.eventNames().map(String).toSorted(), socket.listenerCount("data"), socket.listenerCount("error"));
      }
      agent.destroy();
    },
  },
  {
    name: "maxSockets 1: five requests wait in line",
    server: echo,
    record: [1, 2, 3, 4, 5].map((at) => echoed(`/${at}`)),
    async run(application) {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      const requests = [1, 2, 3, 4, 5].map((at) => {
        const request = http.get({ host: application.host, port: application.port, agent, path: `/${at}` });
        request.on("socket", () => application.note("socket", at));
        return text(request, application);
      });
      application.note(Object.values(agent.requests).map((waiting) => waiting?.length));
      application.note(await Promise.all(requests));
      agent.destroy();
    },
  },
  {
    name: "a subclass of http.Agent: what its methods are given",
    server: echo,
    record: [echoed("/a")],
    async run(application) {
      class Own extends http.Agent {
        override createConnection(options: http.ClientRequestArgs, done?: (error: Error | null, socket: Socket) => void): Socket {
          application.note("createConnection", Object.keys(options).toSorted(), typeof done);
          return net.connect(options as net.TcpNetConnectOpts);
        }
        addRequest(request: http.ClientRequest, options: http.ClientRequestArgs): void {
          application.note("addRequest", request.constructor.name, Object.keys(options).toSorted());
          (http.Agent.prototype as unknown as { addRequest(request: object, options: object): void }).addRequest.call(
            this,
            request,
            options,
          );
        }
        override keepSocketAlive(socket: Socket): boolean {
          application.note("keepSocketAlive", socket.listenerCount("data"));
          return super.keepSocketAlive(socket) as unknown as boolean;
        }
      }
      const agent = new Own({ keepAlive: true });
      application.note(await text(http.get({ host: application.host, port: application.port, agent, path: "/a" }), application));
      await turns();
      agent.destroy();
    },
  },
  {
    name: "a Unix socket",
    server: { ...echo, unix: true },
    async run(application) {
      const request = http.request({ socketPath: application.socketPath, path: "/unix", method: "POST", agent: false });
      request.end("over a file");
      application.note(await text(request, application));
    },
  },
  {
    name: "upgrade: bytes in both directions",
    server: {
      answer(connection) {
        connection.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nearly");
        connection.socket.removeAllListeners("data").on("data", (bytes: Buffer) => connection.write(`<${bytes.toString("latin1")}>`));
      },
    },
    record: [{ line: "GET / 101 complete" }],
    async run(application) {
      const request = watch(
        http.get({ host: application.host, port: application.port, agent: false, headers: { connection: "upgrade", upgrade: "echo" } }),
        application,
      );
      const [response, socket, head] = (await once(request, "upgrade")) as [http.IncomingMessage, Socket, Buffer];
      application.note(headOf(response), head.toString(), socket.listenerCount("data"), socket.readableFlowing);
      socket.write("hello");
      const [bytes] = (await once(socket, "data")) as [Buffer];
      application.note(bytes.toString());
      socket.destroy();
      await closed(request);
    },
  },
  {
    name: "CONNECT: a tunnel; refused with 407",
    server: {
      answer(connection, { head }) {
        if (head.includes("refused"))
          return connection.write(answered("who?", "proxy-authenticate: Basic\r\n", "407 Proxy Authentication Required"));
        connection.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        connection.socket.removeAllListeners("data").on("data", (bytes: Buffer) => connection.write(`<${bytes.toString("latin1")}>`));
      },
    },
    async run(application) {
      const { host, port } = application;
      for (const path of ["tunnel.example:443", "refused.example:443"]) {
        const request = watch(http.request({ host, port, agent: false, method: "CONNECT", path }), application);
        request.end();
        const [response, socket, head] = (await once(request, "connect")) as [http.IncomingMessage, Socket, Buffer];
        application.note(headOf(response), head.toString());
        if (response.statusCode === 200) {
          socket.write("hello");
          const [bytes] = (await once(socket, "data")) as [Buffer];
          application.note(bytes.toString());
        }
        socket.destroy();
        await closed(request);
      }
    },
  },
  {
    name: "upgrade answered although nobody listens for it",
    server: {
      answer: (connection) => connection.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n"),
    },
    async run(application) {
      const request = watch(
        http.get({ host: application.host, port: application.port, agent: false, headers: { connection: "upgrade", upgrade: "echo" } }),
        application,
      );
      await closed(request);
    },
  },
  {
    name: "an answer nobody asked for on an idle connection",
    server: {
      answer(connection, { head }) {
        const path = head.split(" ")[1] ?? "";
        connection.write(Buffer.concat([answered(path), path === "/1" ? answered("unasked") : Buffer.alloc(0)]));
      },
    },
    record: ["/1", "/2"].map((path) => echoed(path)),
    async run(application) {
      const agent = new http.Agent({ keepAlive: true });
      for (const path of ["/1", "/2"]) {
        const request = http.get({ host: application.host, port: application.port, agent, path });
        request.on("error", (error) => application.note(shape(error)));
        application.note(await text(request, application), request.reusedSocket);
        await turns(3);
      }
      agent.destroy();
    },
  },
  {
    name: "every way to call: request and get with URL, text, options, callback; new ClientRequest; named import",
    server: echo,
    record: ["/url", "/text", "/both", "/get", "/class", "/named"].map((path) => echoed(path)),
    async run(application) {
      const { host, port, note } = application;
      const once = (make: (listener: (response: http.IncomingMessage) => void) => http.ClientRequest): Promise<void> =>
        new Promise((resolve, reject) => {
          const request = make((response) => void textOf(response).then((body) => note(body, response instanceof http.IncomingMessage)));
          note(request instanceof http.ClientRequest, request.constructor.name);
          request.on("error", reject).on("close", resolve).end();
        });
      const agent = new http.Agent();
      await once((listener) => http.request(new URL(application.url("/url")), { agent }, listener));
      await once((listener) => http.request(application.url("/text"), { agent }, listener));
      await once((listener) => http.request(application.url("/ignored"), { path: "/both", agent }, listener));
      await once((listener) => http.get({ host, port, path: "/get", agent }, listener));
      await once((listener) => new http.ClientRequest({ host, port, path: "/class", agent } as never, listener as never));
      await once((listener) => importedRequest({ host, port, path: "/named", agent }, listener));
    },
  },
  {
    name: "https: an agent of its own, session reuse, the socket's facts",
    server: { ...echo, tls: tls.server },
    record: ["/1", "/2"].map((path) => echoed(path)),
    async run(application) {
      const agent = new https.Agent({ keepAlive: true, ca: tls.ca });
      for (const path of ["/1", "/2"]) {
        const request = https.get({ host: application.host, port: application.port, agent, path });
        application.note(await text(request, application), request.reusedSocket, request.protocol);
        await turns(2);
      }
      agent.destroy();
    },
  },
  {
    name: "https: client certificate",
    server: {
      tls: { ...tls.server, ca: tls.ca, requestCert: true, rejectUnauthorized: true },
      ...echo,
    },
    record: [echoed("/mutual")],
    async run(application) {
      const request = https.get({
        host: application.host,
        port: application.port,
        agent: false,
        path: "/mutual",
        ca: tls.ca,
        ...tls.client,
      });
      application.note(await text(request, application));
    },
  },
  {
    name: "AsyncLocalStorage: the caller's store in every callback",
    server: echo,
    record: ["a", "b"].map((name) => ({ line: `POST /${name} 200 complete`, request: name, response: `/${name}` })),
    async run(application) {
      const storage = new AsyncLocalStorage<string>();
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      await Promise.all(
        ["a", "b"].map((name) =>
          storage.run(name, async () => {
            const request = http.request({ host: application.host, port: application.port, agent, path: `/${name}`, method: "POST" });
            for (const event of ["socket", "finish", "response", "close"])
              request.on(event, () => application.noteIn(name, event, storage.getStore()));
            request.write(name, () => application.noteIn(name, "written", storage.getStore()));
            request.end();
            const response = await responseOf(request);
            response
              .on("data", () => application.noteIn(name, "data", storage.getStore()))
              .on("end", () => application.noteIn(name, "end", storage.getStore()));
            await closed(request);
          }),
        ),
      );
      agent.destroy();
    },
  },
  {
    name: "agent.destroy() in the middle of an answer",
    server: { answer: (connection) => connection.write(CHUNKED_HEAD + chunk("first")) },
    async run(application) {
      const agent = new http.Agent({ keepAlive: true });
      const request = watch(http.get({ host: application.host, port: application.port, agent }), application);
      const response = watchResponse(await responseOf(request), application);
      await once(response, "data");
      agent.destroy();
      await closed(response);
      application.note(response.complete, shape(response.errored));
    },
  },
  {
    name: "what an application can see of request and response: keys, symbols, listeners, prototypes",
    server: echo,
    record: [echoed("/seen")],
    async run(application) {
      const { host, port } = application;
      const request = http.get({ host, port, agent: false, path: "/seen" });
      // Node keeps a socket's peer once anybody asked for `remoteAddress`.
      const keys = (object: object): string =>
        Reflect.ownKeys(object)
          .map(String)
          .filter((key) => key !== "_peername")
          .toSorted()
          .join(" ");
      application.note(keys(request), request.eventNames(), Object.getPrototypeOf(request) === http.ClientRequest.prototype);
      const response = await responseOf(request);
      application.note(keys(response), response.eventNames(), Object.getPrototypeOf(response) === http.IncomingMessage.prototype);
      application.note(keys(request.socket as Socket), (request.socket as Socket).eventNames());
      application.note(inspect(response, { depth: 0 }).length > 0, await textOf(response));
      await closed(request);
    },
  },
  {
    name: "what an application can see of the module: names, lengths, sources of functions",
    async run(application) {
      for (const [name, value] of Object.entries(http)) {
        if (typeof value === "function")
          application.note(
            name,
            value.name,
            value.length,
            Reflect.ownKeys(value).map(String),
            Function.prototype.toString.call(value).length,
          );
      }
      for (const method of ["write", "end", "destroy", "abort", "setTimeout", "setHeader"]) {
        const found = (http.ClientRequest.prototype as unknown as Record<string, { name: string; length: number }>)[method];
        application.note(method, found?.name, found?.length);
      }
      await Promise.resolve();
    },
  },
  {
    name: "setNoDelay, setSocketKeepAlive, cork of the socket, socket.bytesRead and bytesWritten",
    server: echo,
    record: [echoed("/bytes", "POST")].map((each) => ({ ...each, request: "content" })),
    async run(application) {
      const request = watch(
        http.request({ host: application.host, port: application.port, agent: false, path: "/bytes", method: "POST" }),
        application,
      );
      request.setNoDelay(true);
      request.setSocketKeepAlive(true, 1000);
      request.end("content");
      const response = await responseOf(request);
      const { socket } = response;
      application.note(await textOf(response), socket.bytesRead, socket.bytesWritten > 0);
      await closed(request);
    },
  },
];

export const connections: Group = { name: "node:http connections", cases };
