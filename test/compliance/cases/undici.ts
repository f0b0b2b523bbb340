// undici as a package of its own: its calls, dispatchers and interceptors, and WebSocket.
import { once } from "node:events";
import { PassThrough, Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createHash } from "node:crypto";
import {
  Agent,
  cacheStores,
  Client,
  fetch as undiciFetch,
  FormData as UndiciFormData,
  interceptors,
  MockAgent,
  Pool,
  ProxyAgent,
  request,
  RetryAgent,
  stream,
  WebSocket as UndiciWebSocket,
} from "undici";
import type { Application } from "../suite/application.ts";
import type { Case, Group } from "../suite/case.ts";
import { failure, shape, textOf, turns } from "../suite/observe.ts";
import { answered, chunk, CHUNKED_HEAD, LAST_CHUNK, type Connection, type RawRequest } from "../suite/raw-server.ts";
import { tls } from "../suite/tls.ts";

const ok = { answer: (connection: Connection): void => connection.write(answered("ok")) };
const first = { answer: (connection: Connection): void => connection.write(CHUNKED_HEAD + chunk("first")) };

async function* iterated(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await turns();
    yield Buffer.from(part);
  }
}

const bodies: readonly (readonly [name: string, make: () => unknown, content: string])[] = [
  ["a string", () => "string ü", "string \xc3\xbc"],
  ["a Buffer", () => Buffer.from("buffer"), "buffer"],
  ["a Uint8Array", () => new Uint8Array([1, 2, 255]), "\x01\x02\xff"],
  ["a Readable", () => Readable.from([Buffer.from("one,"), Buffer.from("two")], { objectMode: false }), "one,two"],
  ["an async iterable", () => iterated("three,", "four"), "three,four"],
  ["a Blob", () => new Blob(["blob of undici"]), "blob of undici"],
  ["nothing", () => undefined, ""],
];

/** Runs `work` with a dispatcher of its own, destroyed afterwards. */
async function using<T extends { destroy(): Promise<void> }>(dispatcher: T, work: (dispatcher: T) => Promise<void>): Promise<void> {
  try {
    await work(dispatcher);
  } finally {
    await dispatcher.destroy();
  }
}

/** Frames of RFC 6455 without masking, of one text each. */
const frame = (text: string, opcode = 1): Buffer => Buffer.concat([Buffer.from([0x80 | opcode, text.length]), Buffer.from(text, "latin1")]);

/** Accepts a WebSocket handshake, sends a text, and closes with 4001. */
function webSocketServer(connection: Connection, { head }: RawRequest): void {
  const key = /sec-websocket-key: ([^\r]*)/i.exec(head)?.[1] ?? "";
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  connection.write(
    `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
  );
  // What comes now are masked frames; the first is the answer to our close, after which a server closes (RFC 6455, 7.1.1).
  connection.socket.removeAllListeners("data").once("data", () => connection.socket.end());
  connection.write(Buffer.concat([frame("hello"), frame("\x0f\xa1bye", 8)]));
}

async function webSocket(make: (url: string) => WebSocket, application: Application): Promise<void> {
  const socket = make(application.url("/chat", "ws"));
  for (const name of ["open", "message", "error"] as const)
    socket.addEventListener(name, (event) => application.note(name, (event as MessageEvent).data));
  await new Promise<void>((resolve) =>
    socket.addEventListener("close", ({ code, reason, wasClean }) => {
      application.note("close", code, reason, wasClean);
      resolve();
    }),
  );
}

const cases: readonly Case[] = [
  ...bodies.map(([name, make, content]): Case => ({
    name: `undici.request sends ${name}`,
    server: ok,
    record: [{ line: "POST / 200 complete", request: content, response: "ok" }],
    run: (application) =>
      using(new Agent(), async (dispatcher) => {
        const { statusCode, headers, body, trailers } = await request(application.url(), {
          dispatcher,
          method: "POST",
          body: make() as string,
          headers: { "x-a": "1" },
        });
        application.note(statusCode, headers, await body.text(), trailers);
      }),
  })),
  {
    name: "undici.request: body by for await, json(), dump(), on data, pipeline, late",
    server: { answer: (connection) => connection.write(answered('{"a":1}')) },
    record: Array.from({ length: 6 }, () => ({ line: "GET / 200 complete", response: '{"a":1}' })),
    run: (application) =>
      using(new Agent(), async (dispatcher) => {
        const get = async (): Promise<Awaited<ReturnType<typeof request>>["body"]> =>
          (await request(application.url(), { dispatcher })).body;
        application.note(await textOf(await get()), await (await get()).json());
        application.note(await (await get()).dump());
        const listened = await get();
        listened.on("data", (part: Buffer) => application.note("data", part.toString()));
        await once(listened, "end");
        const through = new PassThrough();
        const collected = textOf(through);
        await pipeline(await get(), through);
        application.note(await collected);
        const late = await get();
        await turns(20);
        application.note(await late.text());
      }),
  },
  {
    name: "undici: Pool, Client, stream(), pipeline(), dispatcher of fetch",
    server: { answer: (connection, { content }) => connection.write(answered(`<${content}>`)) },
    async run(application) {
      const origin = application.url("").replace(/\/$/, "");
      await using(new Pool(origin, { connections: 1 }), async (pool) => {
        application.note(await (await pool.request({ path: "/pool", method: "PUT", body: "pool" })).body.text());
        application.note(
          await textOf(Readable.from(["piped"]).pipe(pool.pipeline({ path: "/pipeline", method: "POST" }, ({ body }) => body))),
        );
      });
      await using(new Client(origin, { pipelining: 3 }), async (client) => {
        const answers = await Promise.all(
          [1, 2, 3].map(async (at) => (await client.request({ path: `/client${at}`, method: "GET" })).body.text()),
        );
        application.note(answers);
      });
      await using(new Agent(), async (dispatcher) => {
        let text = "";
        const sink = new Writable({ write: (part: Buffer, _encoding, done) => ((text += part.toString()), done()) });
        await stream(application.url("/stream"), { dispatcher, method: "GET" }, () => sink);
        const form = new UndiciFormData();
        form.set("field", "value");
        application.note(
          text,
          await (await undiciFetch(application.url("/fetch"), { dispatcher, method: "POST", body: "fetched" })).text(),
        );
      });
    },
  },
  {
    name: "undici: onInfo, trailers, HEAD, 204",
    server: {
      answer: (connection, { head }) =>
        connection.write(
          head.startsWith("HEAD")
            ? "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"
            : head.includes("/204")
              ? "HTTP/1.1 204 None\r\n\r\n"
              : `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n${chunk("abc")}0\r\nx-sum: 7\r\n\r\n`,
        ),
    },
    record: [{ line: "GET / 200 complete", response: "abc" }, { line: "HEAD / 200 complete" }, { line: "GET /204 204 complete" }],
    run: (application) =>
      using(new Agent(), async (dispatcher) => {
        const answer = await request(application.url(), {
          dispatcher,
          onInfo: ({ statusCode, headers }) => application.note("info", statusCode, headers),
        });
        application.note(await answer.body.text(), answer.trailers);
        const head = await request(application.url(), { dispatcher, method: "HEAD" });
        application.note(head.headers, await head.body.text());
        application.note((await request(application.url("/204"), { dispatcher })).statusCode);
      }),
  },
  {
    name: "undici: aborted, timeouts of head and body, destroyed, cut",
    server: {
      answer(connection, { head }) {
        if (/\/(?:body|cut)/.test(head)) connection.write(CHUNKED_HEAD + chunk("first"));
        if (head.includes("/cut")) connection.socket.end();
        else connection.tell(/\/\w+/.exec(head)?.[0] ?? "");
      },
    },
    run: (application) =>
      using(new Agent({ headersTimeout: 60, bodyTimeout: 60 }), async (dispatcher) => {
        const controller = new AbortController();
        const own = new RangeError("own");
        const aborted: unknown = request(application.url("/abort"), { dispatcher, signal: controller.signal, headersTimeout: 5_000 }).catch(
          (error: unknown) => error,
        );
        await application.told("/abort");
        controller.abort(own);
        application.note((await aborted) === own);
        application.note(await failure(request(application.url("/head"), { dispatcher })));
        application.note(await failure((await request(application.url("/body"), { dispatcher })).body.text()));
        application.note(
          (await failure((await request(application.url("/cut"), { dispatcher })).body.text())).replaceAll(
            /localPort: \d+/g,
            "localPort: L",
          ),
        );
        const left = await request(application.url("/bodyleft"), { dispatcher });
        left.body.destroy(own);
        application.note(await once(left.body, "close").then(() => "closed", shape));
      }),
  },
  {
    name: "undici: refused, wrong arguments, certificate of nobody's",
    server: { tls: tls.foreign },
    run: (application) =>
      using(new Agent(), async (dispatcher) => {
        application.note(await failure(request(`http://127.0.0.1:${application.closedPort}/`, { dispatcher })));
        application.note(await failure(request(application.url("/", "https"), { dispatcher })));
        application.note(
          await failure(() => request("no url", { dispatcher })),
          await failure(request(application.url(), { dispatcher, method: "NO GOOD" as "GET" })),
        );
        application.note(
          await failure(request(application.url(), { dispatcher, headers: { "bad name": "x" } })),
          await failure(request(application.url(), { dispatcher, body: 7 as unknown as string, method: "POST" })),
        );
      }),
  },
  {
    name: "undici: redirect and retry interceptors, RetryAgent",
    server: {
      answer(connection, { head }) {
        if (head.includes("/old")) return connection.write(answered("", "location: /new\r\n", "302 Found"));
        const busy = head.includes("/retry") && connection.socket.bytesWritten < 150;
        connection.write(busy ? answered("busy", "retry-after: 0\r\n", "503 Unavailable") : answered("here"));
      },
    },
    async run(application) {
      await using(new Agent(), async (agent) => {
        const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: 3 }));
        application.note(await (await request(application.url("/old"), { dispatcher })).body.text());
        const retrying = new RetryAgent(agent, { minTimeout: 1, maxRetries: 2 });
        application.note(await (await request(application.url("/retry"), { dispatcher: retrying })).body.text());
      });
    },
  },
  {
    name: "undici: MockAgent and an answer from the cache never leave the process",
    server: { answer: (connection) => connection.write(answered("cached", "cache-control: max-age=60\r\n")) },
    record: [{ line: "GET / 200 complete", response: "cached" }],
    async run(application) {
      const mock = new MockAgent();
      mock.disableNetConnect();
      mock.get("http://mocked.example").intercept({ path: "/" }).reply(200, "mocked");
      application.note(await (await request("http://mocked.example/", { dispatcher: mock })).body.text());
      await mock.close();
      await using(new Agent(), async (agent) => {
        const dispatcher = agent.compose(interceptors.cache({ store: new cacheStores.MemoryCacheStore() }));
        for (const time of [1, 2]) application.note(time, await (await request(application.url(), { dispatcher })).body.text());
      });
    },
  },
  {
    name: "undici: ProxyAgent, a tunnel",
    server: {
      answer(connection, { head, content }) {
        if (head.startsWith("CONNECT")) connection.write("HTTP/1.1 200 OK\r\n\r\n");
        else connection.write(answered(`through ${content}`));
      },
    },
    run: (application) =>
      using(new ProxyAgent({ uri: application.url(), proxyTunnel: true }), async (dispatcher) => {
        application.note(await (await request("http://behind.example/", { dispatcher, method: "POST", body: "proxied" })).body.text());
      }),
  },
  {
    name: "undici with allowH2: string, stream, three at once, reset",
    server: {
      tls: { ...tls.server, ALPNProtocols: ["h2"] },
      stream(h2, { head, content }) {
        if (head.includes("/reset")) return h2.close(2);
        h2.respond({ ":status": 200, "x-a": "1" });
        h2.end(`<${content}>`);
      },
    },
    record: [
      { line: "POST /string 200 complete", request: "by undici", response: "<by undici>" },
      { line: "POST /iterated 200 complete", request: "one,two", response: "<one,two>" },
      ...[1, 2, 3].map((at) => ({ line: `GET /${at} 200 complete`, response: "<>" })),
      { line: "GET /reset 0 error *" },
    ],
    run: (application) =>
      using(new Agent({ allowH2: true, connect: { ca: tls.ca } }), async (dispatcher) => {
        const at = (path: string): string => application.url(path, "https");
        const one = await request(at("/string"), { dispatcher, method: "POST", body: "by undici" });
        application.note(one.statusCode, one.headers["x-a"], await one.body.text());
        application.note(
          await (
            await request(at("/iterated"), {
              dispatcher,
              method: "POST",
              body: Readable.from(iterated("one,", "two"), { objectMode: false }),
            })
          ).body.text(),
        );
        application.note(await Promise.all([1, 2, 3].map(async (path) => (await request(at(`/${path}`), { dispatcher })).body.text())));
        application.note(await failure(request(at("/reset"), { dispatcher }).then(({ body }) => body.text())));
      }),
  },
  {
    name: "undici: a body nobody reads, then the agent is destroyed",
    server: first,
    run: (application) =>
      using(new Agent(), async (dispatcher) => {
        const { statusCode, body } = await request(application.url(), { dispatcher });
        body.on("error", (error) => application.note(shape(error)));
        application.note(statusCode, body.readableFlowing, body.listenerCount("data"));
      }),
  },
  {
    name: "undici: upgrade of request, CONNECT",
    server: {
      answer(connection, { head }) {
        connection.write(
          head.startsWith("CONNECT")
            ? "HTTP/1.1 200 OK\r\n\r\n"
            : "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n",
        );
        connection.socket.removeAllListeners("data").on("data", (bytes: Buffer) => connection.write(`<${bytes.toString("latin1")}>`));
      },
    },
    run: (application) =>
      using(new Client(application.url("").replace(/\/$/, "")), async (client) => {
        for (const open of [() => client.upgrade({ path: "/up", protocol: "echo" }), () => client.connect({ path: "far.example:443" })]) {
          const { headers, socket } = await open();
          socket.write("hi");
          application.note(headers, String((await once(socket, "data"))[0]));
          socket.destroy();
        }
      }),
  },
  {
    name: "WebSocket of Node and of undici: handshake, message, close code",
    server: { answer: webSocketServer },
    async run(application) {
      await webSocket((url) => new WebSocket(url, ["a", "b"].slice(0, 0)), application);
      await webSocket((url) => new UndiciWebSocket(url) as unknown as WebSocket, application);
    },
  },
  {
    name: "EventSource-like stream over undici.request: each event as it comes",
    server: {
      async answer(connection) {
        connection.write(CHUNKED_HEAD);
        for (let at = 0; at < 10; at++) {
          connection.write(chunk(`event ${at}\n\n`));
          await connection.signalled(`part ${at}`);
        }
        connection.write(LAST_CHUNK);
      },
    },
    record: [{ line: "GET / 200 complete", response: Array.from({ length: 10 }, (_, at) => `event ${at}\n\n`).join("") }],
    run: (application) =>
      using(new Agent(), async (dispatcher) => {
        const { body } = await request(application.url(), { dispatcher });
        let at = 0;
        for await (const part of body) {
          application.note(String(part));
          application.signal(`part ${at}`);
          at += 1;
        }
      }),
  },
];

export const undiciPackage: Group = { name: "undici and WebSocket", cases };
