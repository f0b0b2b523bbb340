import { createServer as createTcpServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { describe, expect, test } from "vitest";
import type { Loss } from "#record";
import { OtlpSink } from "./otlp-sink.ts";
import { Running, textOf } from "./running.ts";

const MiB = 1024 ** 2;

function sum(losses: readonly Loss[], what: Loss["what"]): number {
  return losses.filter((loss) => loss.what === what).reduce((total, { count }) => total + count, 0);
}

/** A loopback port on which nothing listens. */
async function closedPort(): Promise<number> {
  const sink = await OtlpSink.start();
  await sink.close();
  return sink.port;
}

describe("absent", () => {
  test("calls wait and arrive whole when the collector comes", async () => {
    const port = await closedPort();
    const running = Running.start({ INPOOLING_ENDPOINT: `http://127.0.0.1:${port}` });
    for (let index = 0; index < 50; index++) running.call({ response: `answer ${index}` });
    await running.pipeline.flush();
    expect(running.status.stats()).toMatchObject({ calls: 50, delivered: 0, lostCalls: 0 });
    await using sink = await OtlpSink.start({ port });
    await sink.until(({ calls }) => calls.length === 50);
    expect(new Set(sink.calls.map((call) => textOf(call.response.body))).size).toBe(50);
    expect(sink.losses).toEqual([]);
  });

  test("within the memory limit: bodies of successes go first, then bodies, then calls; each counted and told", async () => {
    const port = await closedPort();
    const running = Running.start(
      { INPOOLING_ENDPOINT: `http://127.0.0.1:${port}`, INPOOLING_MEMORY_LIMIT: "4MiB", OTEL_SERVICE_NAME: "shop" },
      512 * 1024,
    );
    const count = 3_000;
    let state = 1;
    // Bodies that compression cannot make small.
    const noise = (): string => Array.from({ length: 300 }, () => (state = (state * 48_271) % 2_147_483_647).toString(36)).join("");
    for (let index = 0; index < count; index++) {
      running.call({ status: index % 10 === 0 ? 500 : 200, host: index % 2 === 0 ? "a.example" : "b.example", response: noise() });
      if (index % 50 === 49) await running.pipeline.flush();
      expect(running.status.stats().heldBytes).toBeLessThan(4 * MiB);
    }
    await using sink = await OtlpSink.start({ port });
    await sink.until((seen) => seen.calls.length + sum(seen.losses, "call") >= count);
    await running.pipeline.flush();
    expect(sink.calls.length + sum(sink.losses, "call")).toBe(count);
    const without = sink.calls.filter((call) => call.dropped.includes("response.body:memory"));
    expect(without.length).toBe(sum(sink.losses, "body"));
    expect(without.length).toBeGreaterThan(0);
    // Failures kept theirs.
    expect(without.every((call) => call.status === 200)).toBe(true);
    expect(new Set(sink.losses.map(({ reason }) => reason))).toEqual(new Set(["queue-full"]));
    expect(new Set(sink.losses.map(({ host }) => host))).toEqual(new Set(["a.example", "b.example"]));
    expect(sink.losses.every(({ serviceName, from, to, bytes }) => serviceName === "shop" && from <= to && bytes > 0)).toBe(true);
  });

  test("when even metadata does not fit, calls are counted by host", async () => {
    const port = await closedPort();
    const running = Running.start({ INPOOLING_ENDPOINT: `http://127.0.0.1:${port}`, INPOOLING_MEMORY_LIMIT: "4MiB" }, 2 * MiB);
    const count = 40_000;
    let state = 1;
    for (let index = 0; index < count; index++) {
      running.call({
        requestHeaders: [["x-id", Array.from({ length: 20 }, () => (state = (state * 48_271) % 2_147_483_647).toString(36)).join("")]],
      });
      if (index % 500 === 499) await running.pipeline.flush();
    }
    expect(running.status.stats().heldBytes).toBeLessThan(4 * MiB);
    await using sink = await OtlpSink.start({ port });
    await sink.until((seen) => seen.calls.length + sum(seen.losses, "call") >= count);
    expect(sink.losses.some(({ host, what }) => what === "call" && host === "api.example.com")).toBe(true);
    expect(sink.calls.length).toBeGreaterThan(1_000);
  });
});

test("503 with Retry-After is tried again, not before its time", async () => {
  await using sink = await OtlpSink.start();
  let refusals = 0;
  const times: number[] = [];
  sink.answer = (_, response) => {
    times.push(performance.now());
    if (refusals++ >= 1) return false;
    response.writeHead(503, { "retry-after": "1" }).end();
    return true;
  };
  const running = Running.start({ INPOOLING_ENDPOINT: sink.url, OTEL_BSP_SCHEDULE_DELAY: "1" });
  running.call({ response: "kept" });
  await sink.until(({ calls }) => calls.length === 1);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(990);
  expect(textOf(sink.calls[0]?.response.body)).toBe("kept");
});

test.each([429, 502, 504])("%i is tried again", async (status) => {
  await using sink = await OtlpSink.start();
  let refused = false;
  sink.answer = (_, response) => {
    if (refused) return false;
    refused = true;
    response.writeHead(status).end();
    return true;
  };
  const running = Running.start({ INPOOLING_ENDPOINT: sink.url });
  running.call();
  await running.pipeline.flush();
  await running.pipeline.flush();
  expect(sink.calls).toHaveLength(1);
});

test("413 splits the batch down to the call that is too large, which arrives without its payload", async () => {
  await using sink = await OtlpSink.start();
  sink.answer = ({ plain }, response) => {
    if (plain.length < 20_000) return false;
    response.writeHead(413).end();
    return true;
  };
  const running = Running.start({ INPOOLING_ENDPOINT: sink.url });
  for (let index = 0; index < 20; index++) running.call({ response: index === 7 ? "x".repeat(30_000) : `small ${index}` });
  await running.pipeline.flush();
  await running.pipeline.flush();
  expect(sink.calls).toHaveLength(20);
  const large = sink.calls.filter(({ response }) => response.body.length === 0);
  expect(large.map(({ dropped, response }) => [dropped, response.bodySize])).toEqual([[["response.body:too-large"], 30_000]]);
  expect(sink.losses).toMatchObject([{ reason: "too-large", what: "body", host: "api.example.com", count: 1, bytes: 30_000 }]);
});

test("a refusal is final, counted, and told to the next collector that listens", async () => {
  await using sink = await OtlpSink.start();
  let refuse = true;
  sink.answer = (_, response) => {
    if (refuse) response.writeHead(401).end();
    return refuse;
  };
  const running = Running.start({ INPOOLING_ENDPOINT: sink.url });
  running.call();
  running.call();
  await running.pipeline.flush();
  refuse = false;
  running.call({ response: "third" });
  await running.pipeline.flush();
  expect(sink.calls.map(({ response }) => textOf(response.body))).toEqual(["third"]);
  expect(sink.losses).toMatchObject([{ reason: "rejected", what: "call", host: "api.example.com", count: 2 }]);
});

test("a partial success counts what was not taken", async () => {
  await using sink = await OtlpSink.start();
  // ExportTraceServiceResponse { partial_success { rejected_spans: 3 error_message: "no" } }
  sink.answer = (_, response) => {
    if (sink.received.length > 1) return false;
    response.writeHead(200).end(Buffer.from([0x0a, 0x06, 0x08, 0x03, 0x12, 0x02, 0x6e, 0x6f]));
    return true;
  };
  const running = Running.start({ INPOOLING_ENDPOINT: sink.url });
  for (let index = 0; index < 5; index++) running.call();
  await running.pipeline.flush();
  await sink.until(({ losses }) => losses.length > 0);
  expect(sink.losses).toMatchObject([{ reason: "rejected", what: "call", count: 3 }]);
});

test("a collector that accepts and never answers is given up after the timeout, and gets the call when it answers", async () => {
  const sockets: Socket[] = [];
  const hanging = createTcpServer((socket) => void sockets.push(socket.on("error", () => undefined)));
  await new Promise<void>((resolve) => hanging.listen(0, "127.0.0.1", resolve));
  const { port } = hanging.address() as AddressInfo;
  const running = Running.start({ INPOOLING_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_EXPORTER_OTLP_TIMEOUT: "100" });
  running.call({ response: "kept" });
  await running.pipeline.flush();
  expect(sockets.length).toBeGreaterThan(0);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => hanging.close(resolve));
  await using sink = await OtlpSink.start({ port });
  await sink.until(({ calls }) => calls.length === 1);
  expect(textOf(sink.calls[0]?.response.body)).toBe("kept");
});

test("a full ring loses bodies, then calls, and says how many", async () => {
  await using sink = await OtlpSink.start();
  const running = Running.start({ INPOOLING_ENDPOINT: sink.url }, 128 * 1024);
  // In one turn, so that nothing is read meanwhile.
  for (let index = 0; index < 1000; index++) running.call({ response: "x".repeat(1000) });
  await running.pipeline.flush();
  await sink.until((seen) => seen.calls.length + sum(seen.losses, "call") >= 1000);
  expect(sink.calls.length + sum(sink.losses, "call")).toBe(1000);
  expect(sum(sink.losses, "body")).toBeGreaterThan(0);
  expect(new Set(sink.losses.map(({ reason }) => reason))).toEqual(new Set(["ring-full"]));
});

test("endless calls take at most half of the memory", async () => {
  await using sink = await OtlpSink.start();
  const running = Running.start(
    { INPOOLING_ENDPOINT: sink.url, INPOOLING_MEMORY_LIMIT: "4MiB", INPOOLING_BODY_LIMIT: "512KiB" },
    512 * 1024,
  );
  for (let index = 0; index < 30; index++) {
    const call = running.open();
    running.sink.response(call, 200, "", ["content-type", "text/event-stream"]);
    for (let chunk = 0; chunk < 8; chunk++) {
      running.sink.responseBody(call, "x".repeat(30_000));
      await running.pipeline.flush();
    }
  }
  await sink.until(({ losses }) => losses.some(({ reason, what }) => reason === "open-calls" && what === "body"));
  expect(running.status.stats()).toMatchObject({ openCalls: 30 });
  expect(running.status.stats().heldBytes).toBeLessThan(3.5 * MiB);
});
