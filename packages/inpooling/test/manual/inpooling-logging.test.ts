import * as fs from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startInpooling } from "../../src/agent.ts";
import { resetDiag } from "../../src/diag.ts";
import { InpoolingLogging } from "../../src/index.ts";
import type { CallInput } from "../../src/index.ts";
import { OtlpSink } from "../deliver/otlp-sink.ts";
import { textOf } from "../deliver/running.ts";

vi.mock("node:fs", async (original) => ({ ...(await original<typeof fs>()), writeSync: vi.fn(() => 0) }));
const said = (): string =>
  vi
    .mocked(fs.writeSync)
    .mock.calls.map((call) => String(call[1]))
    .join("");

let sink: OtlpSink;
let log: InpoolingLogging;
beforeEach(async () => {
  resetDiag();
  sink = await OtlpSink.start();
  log = new InpoolingLogging({ endpoint: sink.url, serviceName: "manual", delivery: "inline" });
});
afterEach(async () => {
  await log.shutdown();
  await sink.close();
  vi.mocked(fs.writeSync).mockClear();
});

const url = "https://api.example.com/v1/charges/ch_3MmlLrLkdIwHu7ix0snN0B15";

describe("log", () => {
  test("everything a call has", async () => {
    const startTime = new Date("2026-01-02T03:04:05.678Z");
    expect(
      log.log({
        method: "post",
        url: new URL(url),
        vendor: "example",
        operation: "charges.create",
        route: "/v1/charges/{id}",
        client: "soap",
        tags: { order: 42, paid: true },
        traceId: "0af7651916cd43dd8448eb211c80319c",
        parentSpanId: "b7ad6b7169203331",
        startTime,
        durationMs: 1234,
        request: { headers: { "X-A": "1", "X-B": ["2", "3"], "X-None": undefined }, body: { amount: 5 } },
        response: { status: 402, statusText: "Payment Required", headers: [["Content-Type", "text/plain"]], body: "declined" },
      }),
    ).toBe(true);
    await log.flush();
    const [call] = sink.calls;
    expect(call).toMatchObject({
      source: "manual",
      client: "soap",
      method: "POST",
      url,
      host: "api.example.com",
      vendor: "example",
      operation: "charges.create",
      route: "/v1/charges/{id}",
      tags: { order: "42", paid: "true" },
      traceId: "0af7651916cd43dd8448eb211c80319c",
      parentSpanId: "b7ad6b7169203331",
      status: 402,
      statusText: "Payment Required",
      errorType: "402",
      outcome: "complete",
      timings: {},
      resource: { serviceName: "manual" },
    });
    expect(call?.durationMs).toBeCloseTo(1234, 3);
    expect(Math.abs(Number(call?.startTime) / 1e6 - startTime.getTime())).toBeLessThan(5);
    expect(call?.request.headers).toEqual([
      ["X-A", "1"],
      ["X-B", "2"],
      ["X-B", "3"],
      ["content-type", "application/json"],
    ]);
    expect(textOf(call?.request.body)).toBe('{"amount":5}');
    expect(textOf(call?.response.body)).toBe("declined");
  });

  test.each([
    ["text", "plain", "plain"],
    ["bytes", new Uint8Array([1, 2, 255]), "\u0001\u0002\ufffd"],
    ["an ArrayBuffer", new TextEncoder().encode("buffer").buffer, "buffer"],
    ["a list", [1, 2], "[1,2]"],
    ["null", null, "null"],
    ["false", false, "false"],
  ])("a body of %s", async (_, body, text) => {
    log.log({ url, response: { body } });
    await log.flush();
    expect(textOf(sink.calls[0]?.response.body)).toBe(text);
  });

  test("a call that failed keeps the chain of its error", async () => {
    log.log({ url, error: new Error("outer", { cause: Object.assign(new Error("inner"), { code: "ECONNRESET" }) }) });
    log.log({ url, error: new DOMException("stopped", "AbortError") });
    log.log({ url, error: "only text" });
    await log.flush();
    expect(sink.calls.map(({ outcome }) => outcome)).toEqual(["error", "aborted", "error"]);
    expect(sink.calls[0]?.errors).toEqual([
      { name: "Error", code: "", message: "outer" },
      { name: "Error", code: "ECONNRESET", message: "inner" },
    ]);
    expect(sink.calls[2]?.errors[0]?.message).toBe("only text");
  });

  test("secrets are redacted before they leave", async () => {
    log.log({
      url: `${url}?api_key=canary1`,
      request: { headers: { authorization: "Bearer canary2" }, body: { password: "canary3" } },
      error: new Error("token=canary4"),
    });
    await log.flush();
    expect(sink.calls).toHaveLength(1);
    expect(sink.text).not.toMatch(/canary[123]/);
  });

  test.each<[unknown, RegExp]>([
    [undefined, /log\(\) takes an object/],
    [{}, /url takes an absolute URL; it got undefined/],
    [{ url: "/relative" }, /url takes an absolute URL such as .* a text of 9 characters/],
    [{ url, method: 5 }, /method takes a text/],
    [{ url, durationMs: "5" }, /durationMs takes a number; it got string/],
    [{ url, durationMs: -1 }, /durationMs takes a number of milliseconds/],
    [{ url, startTime: new Date("no") }, /startTime takes a valid Date/],
    [{ url, response: { status: 20 } }, /response status takes an HTTP status code/],
    [{ url, response: 200 }, /response takes an object/],
    [{ url, request: { headers: "a: b" } }, /request headers takes/],
    [{ url, request: { headers: [["a"], [1, 2]] } }, /request headers takes \[name, value\] pairs/],
    [{ url, request: { body: () => 1 } }, /request body takes text, bytes or a JSON value; it got a function/],
    [{ url, traceId: "xyz" }, /traceId takes 32 hex digits/],
  ])("%j is no call: said once, false, never an exception", async (input, message) => {
    expect(log.log(input as CallInput)).toBe(false);
    expect(log.log(input as CallInput)).toBe(false);
    expect(said()).toMatch(message);
    expect(said().trimEnd().split("\n")).toHaveLength(1);
    await log.flush();
    expect(sink.calls).toEqual([]);
  });

  test("a cycle, a bigint, a getter that throws, a hostile toString: false, never an exception", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    const hostile = {
      get url(): string {
        throw new Error("on purpose");
      },
    };
    expect(log.log({ url, request: { body: cycle } })).toBe(false);
    expect(log.log({ url, request: { body: { amount: 5n } } })).toBe(false);
    expect(log.log(hostile as CallInput)).toBe(false);
    expect(
      log.log({
        url,
        vendor: {
          toString: (): string => {
            throw new Error("on purpose");
          },
        } as unknown as string,
      }),
    ).toBe(false);
  });
});

describe("start and end", () => {
  test("a call over time; what was given may change meanwhile", async () => {
    const body = new TextEncoder().encode("before");
    const call = log.start({ method: "PUT", url, body, headers: { a: "1" } });
    body.fill(0);
    expect(call.end({ status: 204 })).toBe(true);
    expect(call.end({ status: 500 })).toBe(false);
    await log.flush();
    expect(sink.calls).toMatchObject([{ method: "PUT", status: 204, outcome: "complete", source: "manual" }]);
    expect(textOf(sink.calls[0]?.request.body)).toBe("before");
  });

  test("ends with what went wrong", async () => {
    log.start({ url }).end({ error: Object.assign(new Error("down"), { code: "ECONNREFUSED" }) });
    await log.flush();
    expect(sink.calls).toMatchObject([{ outcome: "error", status: 0, errorType: "ECONNREFUSED" }]);
  });

  test("a response that is none ends the call all the same", async () => {
    expect(log.start({ url }).end({ status: 7 })).toBe(false);
    await log.flush();
    expect(sink.calls).toMatchObject([{ outcome: "aborted", status: 0 }]);
  });

  test("what cannot start can be ended", () => {
    expect(log.start({ url: "no" }).end({ status: 200 })).toBe(false);
  });
});

describe("one agent per process", () => {
  test("a second logger is the same agent; its options come too late and are said to be", () => {
    const second = new InpoolingLogging({ endpoint: "http://elsewhere" });
    expect(second.stats()).toEqual(log.stats());
    expect(startInpooling().config.endpoint.url).toBe(`${sink.url}/v1/traces`);
    expect(said()).toContain("options given now have no effect");
  });

  test("wrong options throw, naming the option", () => {
    expect(() => new InpoolingLogging({ bodyLimit: "lots" })).toThrow(/option "bodyLimit"/);
  });

  test("after shutdown nothing is recorded; a new logger starts anew", async () => {
    await log.shutdown();
    expect(log.log({ url })).toBe(false);
    log = new InpoolingLogging({ endpoint: sink.url, delivery: "inline" });
    expect(log.log({ url })).toBe(true);
    await log.flush();
    expect(sink.calls).toHaveLength(1);
  });
});
