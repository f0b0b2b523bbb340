import type { IncomingMessage } from "node:http";
import { callId } from "#record";
import { describe, expect, test } from "vitest";
import { makeCall, message } from "./memory-reader.ts";
import { TestServer } from "./test-server.ts";

interface Event {
  id: string;
  event: string;
  data: { id?: string; count?: number };
}

/** Reads an event stream; `next(n)` waits for n more events. */
class Stream {
  readonly events: Event[] = [];
  readonly #res: IncomingMessage;
  #open = "";
  comments = 0;
  ended = false;
  #wake: () => void = () => undefined;

  constructor(res: IncomingMessage) {
    this.#res = res;
    res.setEncoding("utf8").on("data", (text: string) => this.#push(text));
    const end = (): void => {
      this.ended = true;
      this.#wake();
    };
    res.on("error", end).on("close", end);
  }

  static async open(server: TestServer, q = "", headers: Record<string, string> = {}): Promise<Stream> {
    const res = await server.open(`/api/tail?q=${encodeURIComponent(q)}`, headers);
    expect(res.statusCode).toBe(200);
    expect(res.headers["content-type"]).toContain("text/event-stream");
    const stream = new Stream(res);
    await stream.until(() => stream.comments > 0);
    return stream;
  }

  #push(text: string): void {
    this.#open += text;
    const blocks = this.#open.split("\n\n");
    this.#open = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
      );
      if (fields["data"] === undefined) this.comments++;
      else this.events.push({ id: fields["id"] ?? "", event: fields["event"] ?? "", data: JSON.parse(fields["data"]) as Event["data"] });
    }
    this.#wake();
  }

  async until(done: () => boolean): Promise<void> {
    while (!done() && !this.ended) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  async take(count: number): Promise<Event[]> {
    await this.until(() => this.events.length >= count);
    return this.events.splice(0, count);
  }

  pause(): void {
    this.#res.pause();
  }

  resume(): void {
    this.#res.resume();
  }

  close(): void {
    this.#res.destroy();
  }
}

const ids = (events: readonly Event[]): (string | undefined)[] => events.map(({ data }) => data.id);

test("calls arrive as they come in, to each reader those that match", async () => {
  const server = await TestServer.start();
  const [all, failed] = [await Stream.open(server), await Stream.open(server, "status:>=500")];
  const calls = [makeCall(), makeCall({ status: 503 }), makeCall(), makeCall({ status: 500 })];
  server.reader.accept(calls.slice(0, 2));
  server.reader.accept(calls.slice(2));
  expect(ids(await all.take(4))).toEqual(calls.map((call) => callId(call)));
  expect(ids(await failed.take(2))).toEqual([calls[1], calls[3]].map((call) => callId(call ?? makeCall())));
});

test("what is streamed is what a list shows", async () => {
  const server = await TestServer.start();
  const stream = await Stream.open(server);
  server.reader.accept([makeCall({ url: "https://a.test/?x=\n\nevent: fake" })]);
  const [event] = await stream.take(1);
  expect(event?.data).toEqual(((await server.ask("/api/calls")).json as { calls: unknown[] }).calls[0]);
});

test("from: and to: hold for the tail too", async () => {
  const server = await TestServer.start();
  const stream = await Stream.open(server, "to:2020-01-01 or from:2020-01-01".split(" or ")[1]);
  const old = makeCall({ startTime: 1n });
  const call = makeCall();
  server.reader.accept([old, call]);
  expect(ids(await stream.take(1))).toEqual([callId(call)]);
});

describe("coming back", () => {
  test("goes on after the last event, without gap or repetition", async () => {
    const server = await TestServer.start();
    const first = await Stream.open(server);
    const calls = Array.from({ length: 6 }, () => makeCall());
    server.reader.accept(calls.slice(0, 2));
    const seen = await first.take(2);
    first.close();
    server.reader.accept(calls.slice(2, 4));
    const second = await Stream.open(server, "", { "last-event-id": seen[1]?.id ?? "" });
    server.reader.accept(calls.slice(4));
    expect(ids(await second.take(4))).toEqual(calls.slice(2).map((call) => callId(call)));
  });

  test("to a collector that started anew: says that calls may be missing", async () => {
    const server = await TestServer.start();
    const stream = await Stream.open(server, "", { "last-event-id": "0123456789ab-5" });
    expect(await stream.take(1)).toMatchObject([{ event: "skipped", data: { count: 0 } }]);
    server.reader.accept([makeCall()]);
    expect(await stream.take(1)).toMatchObject([{ event: "call" }]);
  });

  test("after more than is kept: says how much was missed", async () => {
    const server = await TestServer.start({ tailLimits: { bytes: 20_000 } });
    const first = await Stream.open(server);
    server.reader.accept([makeCall()]);
    const [seen] = await first.take(1);
    first.close();
    for (let batch = 0; batch < 20; batch++) server.reader.accept([makeCall({ response: message("x".repeat(5000)) })]);
    const stream = await Stream.open(server, "", { "last-event-id": seen?.id ?? "" });
    const [skipped] = await stream.take(1);
    expect(skipped?.event).toBe("skipped");
    await stream.until(() => (skipped?.data.count ?? 0) + stream.events.length === 20);
    expect(stream.events.every(({ event }) => event === "call")).toBe(true);
  });
});

test("a reader that does not read costs a bounded ring, and learns what it missed; others go on", async () => {
  const server = await TestServer.start({ tailLimits: { bytes: 400_000 } });
  const [slow, quick] = [await Stream.open(server), await Stream.open(server)];
  slow.pause();
  const batches = 200;
  let seen = 0;
  for (let batch = 0; batch < batches; batch++) {
    server.reader.accept(Array.from({ length: 50 }, () => makeCall({ url: `https://a.test/${"long/".repeat(200)}` })));
    seen += (await quick.take(50)).filter(({ event }) => event === "call").length;
  }
  expect(seen).toBe(batches * 50);
  slow.resume();
  const counted = (): number => slow.events.reduce((sum, { event, data }) => sum + (event === "call" ? 1 : (data.count ?? 0)), 0);
  await slow.until(() => counted() === batches * 50);
  expect(slow.events.some(({ event }) => event === "skipped")).toBe(true);
});

test("a reader that takes nothing is let go after a while", async () => {
  const server = await TestServer.start({ tailLimits: { readers: 1, heartbeatMs: 5, stalledMs: 20 } });
  const stalled = await Stream.open(server);
  stalled.pause();
  let status = 503;
  while (status === 503) {
    server.reader.accept(Array.from({ length: 100 }, () => makeCall({ url: `https://a.test/${"long/".repeat(1000)}` })));
    const res = await server.open("/api/tail");
    status = res.statusCode ?? 0;
    res.destroy();
  }
  expect(status).toBe(200);
  stalled.resume();
  await stalled.until(() => false);
});

test("the line is kept alive", async () => {
  const server = await TestServer.start({ tailLimits: { heartbeatMs: 5 } });
  const stream = await Stream.open(server);
  await stream.until(() => stream.comments >= 3);
  expect(stream.comments).toBeGreaterThanOrEqual(3);
});

test("too many readers are refused, with the remedy", async () => {
  const server = await TestServer.start({ tailLimits: { readers: 2 } });
  const first = await Stream.open(server);
  await Stream.open(server);
  const refused = await server.ask("/api/tail");
  expect(refused.status).toBe(503);
  expect(refused.json).toMatchObject({ error: { code: "overloaded", remedy: expect.stringMatching(/Close/) as string } });
  first.close();
  let status = 503;
  while (status === 503) {
    const res = await server.open("/api/tail");
    status = res.statusCode ?? 0;
    res.destroy();
  }
  expect(status).toBe(200);
});

test("closing the server ends the streams at once", async () => {
  const server = await TestServer.start();
  const stream = await Stream.open(server);
  await server.close();
  await stream.until(() => false);
  expect(stream.ended).toBe(true);
  expect(server.reader.listeners).toBe(0);
});
