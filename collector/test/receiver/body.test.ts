import { createHash } from "node:crypto";
import { createZstdCompress, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { afterEach, expect, test } from "vitest";
import { post, startRig, stopRigs } from "./rig.ts";
import { callAttributes, span, traceRequest } from "./samples.ts";

afterEach(stopRigs);

/** Bodies that compress like JSON does, all different: 60 calls of 100 KiB. */
const bodies = Array.from({ length: 60 }, (_, number) => {
  const lines = Array.from(
    { length: 1_000 },
    (_, line) => `{"order":${number * 7_919 + line},"note":"${createHash("sha256").update(`${number} ${line}`).digest("base64")}"}`,
  );
  return Buffer.from(`[${lines.join(",")}]`);
});
const request = traceRequest(
  bodies.map((body, number) => span(number, { attributes: { ...callAttributes, "http.response.body.content": body } })),
);

function inChunks(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, number) => bytes.subarray(number * size, (number + 1) * size));
}

const streamed = await buffer(Readable.from(inChunks(request, 100_000)).pipe(createZstdCompress()));

test.each([
  ["as they are", request, "identity"],
  ["gzip", gzipSync(request), "gzip"],
  ["two members of gzip", Buffer.concat([gzipSync(request.subarray(0, 1e6)), gzipSync(request.subarray(1e6))]), "gzip"],
  ["deflate", deflateSync(request), "deflate"],
  ["zstd that declares its size", zstdCompressSync(request), "zstd"],
  ["zstd that does not", streamed, "zstd"],
])("megabytes arrive byte by byte the same: %s, with a length and chunked", async (_, packed, coding) => {
  const { sink, url } = await startRig();
  for (const body of [packed, inChunks(packed, 7_001)]) {
    expect((await post(`${url}/v1/traces`, body, { "content-encoding": coding })).status).toBe(200);
  }
  expect(sink.batches).toHaveLength(2);
  for (const { calls } of sink.batches) {
    expect(calls).toHaveLength(bodies.length);
    expect(bodies.filter((body, number) => !body.equals(calls[number]?.response.body ?? Buffer.alloc(0)))).toEqual([]);
  }
});

test("a zstd frame that lies about its size costs nothing but an answer", async () => {
  const { url, receiver } = await startRig();
  // Magic, a header that declares 4 GiB in one segment, and no blocks.
  const lie = Buffer.from("28b52ffda0ffffffff0000000000000000000000000000", "hex");
  const reply = await post(`${url}/v1/traces`, lie, { "content-encoding": "zstd", "content-length": String(lie.length) });
  expect(reply.status).toBe(400);
  expect(receiver.counters.refused).toBe(1);
});
