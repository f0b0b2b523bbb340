import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync, zstdDecompressSync } from "node:zlib";

/** Everything one request brought: its head and its body, compressed and not. */
export interface Posted {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** A stand-in for a collector where a test needs the raw bytes or a misbehaviour that ours does not have. */
export interface SinkServer extends AsyncDisposable {
  readonly origin: string;
  readonly posts: Posted[];
}

function plain(body: Buffer, coding: string | undefined): Buffer {
  if (coding === "gzip") return gunzipSync(body);
  if (coding === "zstd") return zstdDecompressSync(body);
  return body;
}

/** Keeps what is posted; `answer` decides the response (default: 200 as an Inpooling collector). */
export async function startSinkServer(answer?: (response: ServerResponse, posted: Posted) => void): Promise<SinkServer> {
  const posts: Posted[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const posted = {
        path: request.url ?? "",
        headers: request.headers,
        body: plain(Buffer.concat(chunks), request.headers["content-encoding"]),
      };
      posts.push(posted);
      if (answer !== undefined) answer(response, posted);
      else response.writeHead(200, { "content-type": "application/x-protobuf", "inpooling-collector": "0.1.0" }).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
