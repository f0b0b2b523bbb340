import { callId } from "#record";
import { describe, expect, test } from "vitest";
import { startQueryServer } from "../../src/query/server.ts";
import { QueryFailed, StoreUnavailable } from "../../src/store/store.ts";
import { makeCall, MemoryReader, message } from "./memory-reader.ts";
import { TestServer } from "./test-server.ts";

const errorOf = (json: unknown): { code: string; message: string; remedy?: string; start?: number; end?: number } =>
  (json as { error: { code: string; message: string } }).error;

describe("lists", () => {
  test("calls as JSON, newest first, page by page", async () => {
    const server = await TestServer.start();
    const calls = Array.from({ length: 5 }, () => makeCall());
    server.reader.accept(calls);
    const first = (await server.ask("/api/calls?limit=3")).json as { calls: { id: string }[]; nextCursor: string; scanned: number };
    expect(first.calls.map(({ id }) => id)).toEqual(
      calls
        .toReversed()
        .slice(0, 3)
        .map((call) => callId(call)),
    );
    const second = (await server.ask(`/api/calls?limit=3&cursor=${first.nextCursor}`)).json as {
      calls: { id: string }[];
      nextCursor: null;
    };
    expect(second.calls.map(({ id }) => id)).toEqual([callId(calls[1] ?? makeCall()), callId(calls[0] ?? makeCall())]);
    expect(second.nextCursor).toBeNull();
    expect(first.scanned).toBe(5);
  });

  test("a row says when, what, how it ended", async () => {
    const server = await TestServer.start();
    const call = makeCall({
      startTime: 1_795_000_000_123_456_789n,
      errorType: "402",
      errors: [{ name: "E", code: "card_declined", message: "Declined." }],
      status: 402,
    });
    server.reader.accept([call]);
    const { json, headers } = await server.ask("/api/calls");
    expect((json as { calls: unknown[] }).calls[0]).toEqual({
      id: callId(call),
      traceId: call.traceId,
      spanId: call.spanId,
      parentSpanId: null,
      startTime: "2026-11-18T11:06:40.123456Z",
      durationMs: 231.5,
      service: "checkout",
      source: "patch",
      client: "fetch",
      vendor: "stripe",
      operation: "",
      method: "POST",
      url: call.url,
      host: "api.stripe.com",
      route: "/v1/charges",
      status: 402,
      outcome: "complete",
      error: { type: "402", message: "Declined." },
      attempt: 1,
      request: { bodySize: 15 },
      response: { bodySize: 25, contentType: "application/json; charset=utf-8" },
      tags: { order: "42" },
    });
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["inpooling-collector"]).toBe("9.9.9");
  });

  test("every call as NDJSON, across the store's pages", async () => {
    const server = await TestServer.start();
    server.reader.accept(Array.from({ length: 2300 }, () => makeCall()));
    const { text, headers } = await server.ask("/api/calls", { accept: "application/x-ndjson" });
    expect(headers["content-type"]).toContain("application/x-ndjson");
    const ids = text
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { id: string }).id);
    expect(new Set(ids).size).toBe(2300);
    expect((await server.ask("/api/calls?limit=1500", { accept: "application/x-ndjson" })).text.trimEnd().split("\n").length).toBe(1500);
  });

  test("a store that gives up half-way does not look like the end", async () => {
    const server = await TestServer.start();
    server.reader.accept(Array.from({ length: 1500 }, () => makeCall()));
    const res = await server.open("/api/calls", { accept: "application/x-ndjson" });
    let text = "";
    const broken = await (async (): Promise<boolean> => {
      try {
        for await (const chunk of res) {
          text += String(chunk);
          server.reader.failure = new QueryFailed("too much memory");
        }
        return false;
      } catch {
        return true;
      }
    })();
    expect(broken || text.trimEnd().split("\n").length === 1500).toBe(true);
    if (broken)
      expect(errorOf(JSON.parse(text.trimEnd().split("\n").at(-1) ?? ""))).toMatchObject({
        code: "query-failed",
        message: "too much memory",
      });
  });

  test("a client that goes away ends the search", async () => {
    const server = await TestServer.start();
    const gate = Promise.withResolvers<void>();
    server.reader.gate = gate.promise;
    const sent = server.open("/api/calls").catch(() => undefined);
    await until(() => server.reader.searches === 1);
    const aborted = fetch(`${server.origin}/api/calls`, { signal: AbortSignal.timeout(50) }).catch(
      (error: unknown) => (error as Error).name,
    );
    expect(await aborted).toBe("TimeoutError");
    await until(() => server.reader.aborted === 1);
    gate.resolve();
    await sent;
  });
});

describe("one call", () => {
  test("with headers as seen, bodies as text, everything known", async () => {
    const server = await TestServer.start();
    const call = makeCall({
      response: message(
        '{"a":1}',
        [
          ["X-A", "1"],
          ["x-a", "2"],
        ],
        { chunks: [[5, 7]], bodySha256: "ab" },
      ),
      redacted: ["request.header.authorization:header-name"],
      previous: { traceId: "t", spanId: "s" },
    });
    server.reader.accept([call]);
    const { json } = await server.ask(`/api/calls/${callId(call)}`);
    expect(json).toMatchObject({
      id: callId(call),
      error: null,
      previous: { spanId: "s" },
      redacted: ["request.header.authorization:header-name"],
      timings: { firstByteMs: 220 },
      resource: { "service.version": "1.4.2" },
      response: {
        headers: [
          ["X-A", "1"],
          ["x-a", "2"],
        ],
        body: '{"a":1}',
        bodySize: 7,
        bodyTruncated: false,
        bodySha256: "ab",
        chunks: [[5, 7]],
      },
    });
  });

  test.each<[string, Uint8Array | string, string, string | null, boolean]>([
    ["binary", Uint8Array.of(0x89, 0x50, 0, 0xff), "image/png", null, false],
    ["Latin-1 that says so", Uint8Array.of(0x63, 0x61, 0x66, 0xe9), "text/plain; charset=iso-8859-1", "café", false],
    ["UTF-8 cut in a character", Uint8Array.of(0x63, 0x61, 0x66, 0xc3), "text/plain", "caf", true],
    ["no content", "", "text/plain", null, false],
    ["coloured text", "\u001b[31mred", "text/plain", "\u001b[31mred", false],
  ])("%s", async (_name, body, type, text, bodyTruncated) => {
    const server = await TestServer.start();
    const call = makeCall({ response: message(body, [["content-type", type]], { bodyTruncated }) });
    server.reader.accept([call]);
    const { response } = (await server.ask(`/api/calls/${callId(call)}`)).json as {
      response: { body: string | null; bodyBase64?: string };
    };
    expect(response.body).toBe(text);
    expect(response.bodyBase64 === undefined ? undefined : [...Buffer.from(response.bodyBase64, "base64")]).toEqual(
      text === null && body.length > 0 ? [...(body as Uint8Array)] : undefined,
    );
  });

  test.each(["nothing", "0-0", "../../etc/passwd", "%00", `${"0".repeat(12)}-${"0".repeat(16)}`])("%s is not there", async (id) => {
    const server = await TestServer.start();
    const { status, json } = await server.ask(`/api/calls/${encodeURIComponent(id)}`);
    expect(status).toBe(404);
    expect(errorOf(json)).toMatchObject({ code: "not-found", remedy: expect.stringMatching(/./) as string });
  });
});

describe("bodies", () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, at) => at % 256);
  const start = async (): Promise<{ server: TestServer; path: string }> => {
    const server = await TestServer.start();
    const call = makeCall({ response: message(bytes, [["content-type", "text/html"]]), request: message("", [], { bodySize: 99 }) });
    server.reader.accept([call]);
    return { server, path: `/api/calls/${callId(call)}` };
  };

  test("are downloads that nothing runs", async () => {
    const { server, path } = await start();
    const { status, headers, body } = await server.ask(`${path}/response/body`);
    expect(status).toBe(200);
    expect([...body]).toEqual([...bytes]);
    expect(headers).toMatchObject({
      "content-type": "application/octet-stream",
      "x-content-type-options": "nosniff",
      "content-length": "1000",
      "cross-origin-resource-policy": "same-origin",
      "content-disposition": expect.stringMatching(/^attachment; filename="[0-9a-f-]+-response\.html\.txt"$/) as string,
      "content-security-policy": expect.stringContaining("sandbox") as string,
    });
  });

  test.each([
    ["bytes=0-9", 206, "bytes 0-9/1000", 0, 10],
    ["bytes=990-", 206, "bytes 990-999/1000", 990, 1000],
    ["bytes=-10", 206, "bytes 990-999/1000", 990, 1000],
    ["bytes=900-5000", 206, "bytes 900-999/1000", 900, 1000],
    ["bytes=0-1,5-6", 200, undefined, 0, 1000],
    ["bytes=9-1", 200, undefined, 0, 1000],
    ["lines=1-2", 200, undefined, 0, 1000],
  ])("a part: %s", async (range, status, contentRange, first, end) => {
    const { server, path } = await start();
    const answer = await server.ask(`${path}/response/body`, { range });
    expect(answer.status).toBe(status);
    expect(answer.headers["content-range"]).toBe(contentRange);
    expect([...answer.body]).toEqual(Array.from(bytes.subarray(first, end)));
  });

  test("a part beyond the end", async () => {
    const { server, path } = await start();
    const { status, headers } = await server.ask(`${path}/response/body`, { range: "bytes=1000-" });
    expect(status).toBe(416);
    expect(headers["content-range"]).toBe("bytes */1000");
  });

  test("HEAD has no body", async () => {
    const { server, path } = await start();
    const { status, headers, body } = await server.ask(`${path}/response/body`, {}, "HEAD");
    expect([status, headers["content-length"], body.length]).toEqual([200, "1000", 0]);
  });

  test("none is kept: says so", async () => {
    const { server, path } = await start();
    const { status, json } = await server.ask(`${path}/request/body`);
    expect(status).toBe(404);
    expect(errorOf(json).remedy).toContain("99 bytes crossed the wire");
  });
});

describe("bad use", () => {
  test.each([
    ["/api/calls?q=hots:x", 400, "bad-filter", /no field "hots"/],
    ["/api/calls?limit=0", 400, "bad-parameter", /limit/],
    ["/api/calls?limit=1001", 400, "bad-parameter", /limit/],
    ["/api/calls?limit=1e2", 400, "bad-parameter", /limit/],
    ["/api/calls?limti=5", 400, "bad-parameter", /limti/],
    ["/api/calls?q=a&q=b", 400, "bad-parameter", /twice/],
    ["/api/tail?q=(", 400, "bad-filter", /not closed/],
    ["/api/status?x=1", 400, "bad-parameter", /"x"/],
    ["/api/nothing", 404, "not-found", /\/api\/nothing/],
    ["/api", 404, "not-found", /\/api/],
    ["/api/calls/x/y", 404, "not-found", /./],
    ["/nothing", 404, "not-found", /\/nothing/],
  ])("%s", async (path, status, code, message) => {
    const server = await TestServer.start();
    const answer = await server.ask(path);
    expect(answer.status).toBe(status);
    expect(errorOf(answer.json)).toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
      remedy: expect.stringMatching(/./) as string,
    });
  });

  test("a wrong filter says where", async () => {
    const server = await TestServer.start();
    expect(errorOf((await server.ask("/api/calls?q=a%20hots:x")).json)).toMatchObject({
      start: 2,
      end: 6,
      remedy: expect.stringMatching(/Did you mean host/) as string,
    });
  });

  test.each(["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])("%s changes nothing and learns what is answered", async (method) => {
    const server = await TestServer.start();
    const { status, headers, json } = await server.ask("/api/calls", {}, method);
    expect([status, headers["allow"], errorOf(json).code]).toEqual([405, "GET, HEAD", "method-not-allowed"]);
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  test("the store's troubles are told apart", async () => {
    const server = await TestServer.start();
    server.reader.failure = new StoreUnavailable("The database is starting");
    const down = await server.ask("/api/calls");
    expect([down.status, down.headers["retry-after"], errorOf(down.json).code]).toEqual([503, "2", "store-unavailable"]);
    expect((await server.ask("/readyz")).status).toBe(503);
    expect((await server.ask("/healthz")).status).toBe(200);
    server.reader.failure = new QueryFailed("Timeout exceeded");
    const failed = await server.ask("/api/calls");
    expect([failed.status, errorOf(failed.json).code]).toEqual([422, "query-failed"]);
    server.reader.failure = undefined;
    expect((await server.ask("/readyz")).status).toBe(200);
  });

  test("what nobody foresaw tells the operator, not the client", async () => {
    const told: unknown[] = [];
    const server = await TestServer.start({ onError: (error) => told.push(error) });
    server.reader.failure = new Error("secret detail");
    const { status, text } = await server.ask("/api/calls");
    expect(status).toBe(500);
    expect(text).not.toContain("secret detail");
    expect(told).toEqual([server.reader.failure]);
  });

  test("a taken port is the listener's error", async () => {
    const server = await TestServer.start();
    const reader = new MemoryReader();
    await expect(
      startQueryServer({ host: "127.0.0.1", port: server.port, reader, onAccepted: reader.onAccepted, pageDir: "", version: "" }),
    ).rejects.toMatchObject({ code: "EADDRINUSE" });
    expect(reader.listeners).toBe(0);
  });
});

test("status: what is kept, what senders lost, newest first", async () => {
  const server = await TestServer.start();
  expect((await server.ask("/api/status")).json).toEqual({
    version: "9.9.9",
    calls: 0,
    bytesOnDisk: 1234,
    oldest: null,
    newest: null,
    losses: [],
  });
  server.reader.accept([makeCall({ startTime: 1_795_000_000_000_000_000n })]);
  const loss = {
    reason: "ring-full",
    what: "body" as const,
    host: "a.test",
    count: 3,
    bytes: 900,
    from: 1n,
    to: 1_795_000_000_000_000_000n,
    serviceName: "shop",
  };
  server.reader.lost.push({ ...loss, to: 5n, count: 1 }, loss);
  expect((await server.ask("/api/status")).json).toMatchObject({
    calls: 1,
    oldest: "2026-11-18T11:06:40.000000Z",
    losses: [{ reason: "ring-full", what: "body", service: "shop", count: 3, to: "2026-11-18T11:06:40.000000Z" }, { count: 1 }],
  });
});

test("the filter bar's questions", async () => {
  const server = await TestServer.start();
  server.reader.accept([makeCall({ host: "stored.test" })]);
  server.reader.accept([makeCall({ host: "live.test" })], true);
  const ask = async (q: string, cursor = q.length): Promise<unknown> =>
    (await server.ask(`/api/filter?q=${encodeURIComponent(q)}&cursor=${cursor}`)).json;
  expect(await ask("status:500..599")).toMatchObject({ canonical: "status:5xx", error: null });
  expect(await ask("hots:")).toMatchObject({ canonical: null, error: { start: 0, end: 5, message: expect.any(String) as string } });
  expect(await ask("host:li")).toMatchObject({ suggestions: { start: 5, end: 7, items: [{ text: "live.test", kind: "value" }] } });
  expect(await ask("host:sto")).toMatchObject({ suggestions: { items: [{ text: "stored.test" }] } });
});

/** Waits for something that happens without telling. */
async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 2));
}
