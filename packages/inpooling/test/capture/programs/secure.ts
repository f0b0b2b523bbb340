// Calls over TLS to a server that speaks HTTP/2 and HTTP/1.1; prints what was recorded of each.
//   node secure.ts <folder with ca.pem, server.pem, server.key>
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import { get } from "node:https";
import type { AddressInfo } from "node:net";
import { Agent, request } from "undici";
import { installCapture } from "../../../src/capture/index.ts";
import { Recorder } from "../recorder.ts";

const [folder = ""] = process.argv.slice(2);
const read = (name: string): Buffer => readFileSync(`${folder}/${name}`);
const server = createSecureServer({ key: read("server.key"), cert: read("server.pem"), allowHTTP1: true }, (req, res) => {
  const chunks: Buffer[] = [];
  req.on("data", (chunk: Buffer) => chunks.push(chunk));
  req.on("end", () => {
    res.writeHead(201, { "content-type": "text/plain", "set-cookie": ["a=1", "b=2"] });
    res.end(`got ${Buffer.concat(chunks).toString()}`);
  });
}).listen(0, "localhost");
await once(server, "listening");
const url = `https://localhost:${(server.address() as AddressInfo).port}/path?q=1`;

const errors: string[] = [];
const recorder = new Recorder();
installCapture(recorder, { ignoreHosts: [], onHookError: (where, error) => errors.push(`${where}: ${String(error)}`) });
const texts: string[] = [];
texts.push(await (await fetch(url, { method: "POST", body: "fetched" })).text());
const dispatcher = new Agent({ allowH2: true, connect: { ca: read("ca.pem") } });
const answer = await request(url, { method: "POST", body: Buffer.from("requested"), dispatcher, headers: { "x-mine": "1" } });
texts.push(await answer.body.text());
const [response] = (await once(get(url, { ca: read("ca.pem"), agent: false }), "response")) as [AsyncIterable<Buffer>];
let text = "";
for await (const chunk of response) text += chunk.toString();
texts.push(text);
await recorder.ended(3);
process.stdout.write(JSON.stringify({ texts, errors, calls: recorder.calls }), () => process.exit());
