import { Buffer } from "node:buffer";
import { Writable } from "node:stream";
import axios from "axios";
import got from "got";
import { Client, fetch as undiciFetch, Pool, request } from "undici";
import { shape, type Case } from "./case.ts";
import { answered } from "./server.ts";

const url = (port: number, path = "/"): string => `http://127.0.0.1:${port}${path}`;

export const libraryCases: readonly Case[] = [
  {
    name: "undici: request, pool, stream, fetch",
    calls: 4,
    answer: (socket, _head, body) => socket.write(answered(`got ${body}`)),
    async run({ port, note }) {
      const first = await request(url(port, "/request"), { method: "POST", body: "text", headers: { "x-id": "1" } });
      note(first.statusCode, await first.body.text());
      const pool = new Pool(url(port), { connections: 1 });
      const second = await pool.request({ path: "/pool", method: "PUT", body: Buffer.from("bytes") });
      note(second.statusCode, await second.body.text());
      let all = "";
      await pool.stream(
        { path: "/stream", method: "GET" },
        () => new Writable({ write: (chunk: Buffer, _encoding, done) => ((all += chunk.toString()), done()) }),
      );
      note(all);
      await pool.close();
      note(await (await undiciFetch(url(port, "/fetch"), { method: "POST", body: "fetched" })).text());
    },
  },
  {
    name: "undici: upgrade, aborted, client destroyed",
    calls: 3,
    answer: (socket, head) => {
      if (/upgrade: echo/i.test(head)) socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n");
    },
    async run({ port, note, server }) {
      const client = new Client(url(port));
      const { headers, socket } = await client.upgrade({ path: "/chat", protocol: "echo" });
      note(headers["upgrade"]);
      socket.destroy();
      const control = new AbortController();
      const waiting = client.request({ path: "/slow", method: "GET", signal: control.signal }).catch(shape);
      while (server.wire.length < 2) await new Promise((done) => setImmediate(done));
      control.abort();
      note(await waiting);
      const other = new Client(url(port));
      const cut = other.request({ path: "/cut", method: "GET" }).catch(shape);
      while (server.wire.length < 3) await new Promise((done) => setImmediate(done));
      await other.destroy();
      note(await cut);
      await client.destroy();
    },
  },
  {
    name: "axios: JSON, an error status, a timeout",
    calls: 3,
    answer: (socket, head, body) => {
      if (head.includes("/slow")) return;
      socket.write(
        answered(
          `{"got":${body || "null"}}`,
          "content-type: application/json\r\n",
          head.includes("/bad") ? "422 Unprocessable Entity" : "200 OK",
        ),
      );
    },
    async run({ port, note }) {
      const client = axios.create({ baseURL: url(port), proxy: false });
      note(JSON.stringify((await client.post("/ok", { a: 1 })).data));
      note(await client.get("/bad").catch((error: unknown) => shape(error)));
      note(await client.get("/slow", { timeout: 50 }).catch((error: unknown) => shape(error)));
    },
  },
  {
    name: "got: JSON, a retried failure",
    calls: 3,
    answer: (() => {
      let tries = 0;
      return (socket, head, body) => {
        if (head.startsWith("GET")) socket.write(++tries % 2 === 1 ? answered("busy", "", "503 Service Unavailable") : answered("at last"));
        else socket.write(answered(body, "content-type: application/json\r\n"));
      };
    })(),
    async run({ port, note }) {
      note(JSON.stringify(await got.post(url(port, "/json"), { json: { b: [1, 2] } }).json()));
      note((await got(url(port, "/retry"), { retry: { limit: 1, backoffLimit: 1 } })).body);
    },
  },
];
