import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { constants, gzipSync, zstdCompressSync, deflateSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { post, raw, startRig, statusMessage, stopRigs, until } from "./rig.ts";
import { span, traceRequest } from "./samples.ts";

afterEach(stopRigs);

const MiB = 1024 * 1024;
const JSON_TYPE = { "content-type": "application/json" };

function head(length: string, more = ""): string {
  return `POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${length}\r\n${more}\r\n`;
}

describe("a body over the limit is 413 with a Status", () => {
  test("by its Content-Length, before a byte of it is read", async () => {
    const { receiver } = await startRig();
    const socket = connect(receiver.port, "127.0.0.1");
    socket.write(head(`content-length: ${65 * MiB}`));
    expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1\.1 413[^]*"code":8/);
    socket.destroy();
  });

  test("counted while it streams, when there is no length", async () => {
    const { url } = await startRig({ limits: { bodyBytes: MiB } });
    const chunks = Array.from({ length: 40 }, () => Buffer.alloc(64 * 1024, 0x20));
    const reply = await post(`${url}/v1/traces`, chunks, JSON_TYPE);
    expect(reply.status).toBe(413);
    expect(statusMessage(reply)).toMatch(/larger than 1048576 bytes; send smaller batches/);
  });

  const zeros = Buffer.alloc(8 * MiB);
  test.each([
    ["gzip", gzipSync(zeros)],
    ["deflate", deflateSync(zeros)],
    ["zstd", zstdCompressSync(zeros)],
  ])("after decompression: a bomb of %s, chunked", async (coding, bomb) => {
    const { url } = await startRig({ limits: { bodyBytes: 2 * MiB } });
    expect(bomb.length).toBeLessThan(64 * 1024);
    const reply = await post(`${url}/v1/traces`, [bomb.subarray(0, 100), bomb.subarray(100)], { "content-encoding": coding });
    expect(reply.status).toBe(413);
    expect(statusMessage(reply)).toMatch(new RegExp(`after removing Content-Encoding ${coding}`));
  });

  test("by how much it grows: a bomb is stopped long before the limit", async () => {
    const { url } = await startRig({ limits: { expansionFreeBytes: MiB } });
    const reply = await post(`${url}/v1/traces`, [gzipSync(zeros)], { "content-encoding": "gzip" });
    expect(reply.status).toBe(413);
    expect(statusMessage(reply)).toMatch(/grows to more than 250 times/);
  });

  test("gzip members one after another count together", async () => {
    const { url } = await startRig({ limits: { bodyBytes: 2 * MiB } });
    const member = gzipSync(zeros.subarray(0, MiB));
    const reply = await post(`${url}/v1/traces`, Buffer.concat([member, member, member]), { "content-encoding": "gzip" });
    expect(reply.status).toBe(413);
  });

  test("a zstd window of more than 8 MiB is refused (RFC 9659)", async () => {
    const { url } = await startRig();
    const wide = zstdCompressSync(Buffer.alloc(20 * MiB), {
      params: { [constants.ZSTD_c_windowLog]: 25, [constants.ZSTD_c_compressionLevel]: 1 },
    });
    const reply = await post(`${url}/v1/traces`, wide, { "content-encoding": "zstd" });
    expect(reply.status).toBe(400);
    expect(statusMessage(reply)).toMatch(/not valid zstd/);
  });

  test("what other senders send meanwhile is kept", async () => {
    const { sink, url } = await startRig({ limits: { bodyBytes: 4 * MiB } });
    const bomb = gzipSync(Buffer.alloc(64 * MiB));
    const replies = await Promise.all([
      ...Array.from({ length: 4 }, () => post(`${url}/v1/traces`, bomb, { "content-encoding": "gzip" })),
      ...Array.from({ length: 10 }, (_, number) => post(`${url}/v1/traces`, traceRequest([span(number)]))),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([413, 413, 413, 413, ...Array.from({ length: 10 }, () => 200)]);
    expect(sink.calls).toHaveLength(10);
  });
});

describe("few bytes never become many objects", () => {
  test("JSON nested without end is 400", async () => {
    const { url } = await startRig();
    for (const open of ["[", '{"a":', '{"resourceSpans":[', '[{"a":']) {
      const reply = await post(`${url}/v1/traces`, `{"x":${open.repeat(200_000)}`, JSON_TYPE);
      expect(reply.status).toBe(400);
      expect(statusMessage(reply)).toMatch(/nested deeper than \d+ levels/);
    }
  });

  test("a million null members and elements are only read", async () => {
    const { url } = await startRig();
    const body = `{"resourceSpans":[${"null,".repeat(500_000)}null]${',"a":null'.repeat(500_000)}}`;
    expect((await post(`${url}/v1/traces`, body, JSON_TYPE)).status).toBe(200);
  });

  test("more spans than allowed are 413", async () => {
    const { sink, url } = await startRig({ limits: { items: 10 } });
    const reply = await post(`${url}/v1/traces`, traceRequest(Array.from({ length: 11 }, (_, number) => span(number))));
    expect(reply.status).toBe(413);
    expect(sink.batches).toEqual([]);
  });
});

describe("connections", () => {
  test("gRPC and TLS on this port are named to the operator", async () => {
    const { receiver, rejections } = await startRig();
    const preface = await raw(receiver.port, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    expect(preface).toMatch(/^HTTP\/1\.1 400[^]*inpooling-collector: 9\.9\.9[^]*http\/protobuf/);
    await raw(receiver.port, Buffer.from("16030100c8010000c40303", "hex"));
    expect(rejections.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/gRPC/),
      expect.stringMatching(/TLS handshake.*http:\/\//),
    ]);
  });

  test("what is not HTTP is 400 with our header, and nothing breaks", async () => {
    const { receiver, url } = await startRig();
    expect(await raw(receiver.port, "GET\r\n\r\n")).toMatch(/^HTTP\/1\.1 400[^]*inpooling-collector: 9\.9\.9/);
    expect(await raw(receiver.port, `POST /v1/traces HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431/);
    expect(await raw(receiver.port, head("transfer-encoding: chunked") + "zz\r\n")).toMatch(/^HTTP\/1\.1 400/);
    expect(await raw(receiver.port, head("content-length: 2\r\ntransfer-encoding: chunked") + "2\r\n{}\r\n0\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 400/,
    );
    expect((await post(`${url}/v1/traces`, "")).status).toBe(200);
  });

  test("a request that does not arrive in time is 408", async () => {
    const { receiver, rejections } = await startRig({ limits: { headersTimeoutMs: 50, requestTimeoutMs: 100 } });
    expect(await raw(receiver.port, "POST /v1/tra")).toMatch(/^HTTP\/1\.1 408[^]*inpooling-collector/);
    expect(await raw(receiver.port, `${head("content-length: 100")}{`)).toMatch(/^HTTP\/1\.1 408[^]*inpooling-collector/);
    await until(() => rejections.length === 2);
    expect(rejections.map(({ status, reason }) => `${status} ${reason}`)).toEqual([
      expect.stringMatching(/^408 .*did not arrive in time/),
      expect.stringMatching(/^0 .*broke off or did not arrive in time/),
    ]);
  });

  test("a sender that goes away in the middle leaves nothing behind", async () => {
    const { receiver, sink, rejections } = await startRig({ limits: { inFlightBytes: 100 } });
    for (let turn = 0; turn < 5; turn++) {
      const socket = connect(receiver.port, "127.0.0.1");
      await new Promise<void>((resolve) => socket.write(`${head("content-length: 99")}${" ".repeat(80)}`, () => resolve()));
      await until(() => receiver.counters.requests > turn);
      socket.resetAndDestroy();
      await until(() => receiver.counters.abandoned > turn);
    }
    expect(rejections).toHaveLength(5);
    expect(sink.batches).toEqual([]);
    expect((await post(`http://127.0.0.1:${receiver.port}/v1/traces`, `{${" ".repeat(90)}}`, JSON_TYPE)).status).toBe(200);
  });

  test("too many connections: the newest is closed, the others work", async () => {
    const { receiver, url } = await startRig({ limits: { connections: 2 } });
    const sockets: Socket[] = [];
    for (let number = 0; number < 2; number++) {
      const socket = connect(receiver.port, "127.0.0.1");
      await once(socket, "connect");
      sockets.push(socket);
    }
    expect(await raw(receiver.port, "")).toBe("");
    expect(receiver.counters.connectionsDropped).toBe(1);
    sockets[0]?.destroy();
    await once(sockets[0] as Socket, "close");
    sockets[1]?.write(`${head("content-length: 2")}{}`);
    expect(String((await once(sockets[1] as Socket, "data"))[0])).toMatch(/^HTTP\/1\.1 200/);
    expect(url).toContain("127.0.0.1");
    sockets[1]?.destroy();
  });

  test("an address that is taken rejects with EADDRINUSE", async () => {
    const { receiver } = await startRig();
    await expect(startRig({ port: receiver.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("closing", () => {
  test("a request that runs is finished and answered; new connections are refused", async () => {
    const { receiver, sink, url } = await startRig();
    const gate = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    sink.before = () => {
      entered.resolve();
      return gate.promise;
    };
    const running = post(`${url}/v1/traces`, traceRequest([span(0)]), { connection: "keep-alive" });
    await entered.promise;
    const closed = receiver.close();
    await expect(post(`${url}/v1/traces`, "")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    gate.resolve();
    const reply = await running;
    expect([reply.status, reply.headers["connection"]]).toEqual([200, "close"]);
    await closed;
    expect(sink.calls).toHaveLength(1);
  });

  test("a connection that is kept open and silent does not hold it up", async () => {
    const { receiver } = await startRig();
    const socket = connect(receiver.port, "127.0.0.1");
    socket.write(`${head("content-length: 2")}{}`);
    await once(socket, "data");
    await receiver.close();
    await once(socket, "close");
  });
});
