import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EventSink } from "#record";
import { startInpooling } from "../src/agent.ts";
import type { Agent } from "../src/agent.ts";
import { OtlpSink } from "./deliver/otlp-sink.ts";

const api = createServer((_, response) => response.end("hello"));
let origin = "";
let sink: OtlpSink;
let agent: Agent;
beforeEach(async () => {
  sink = await OtlpSink.start();
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  agent = startInpooling({ endpoint: sink.url, delivery: "inline" });
});
afterEach(async () => {
  await agent.shutdown();
  await sink.close();
  await new Promise((resolve) => {
    api.close(resolve);
    api.closeAllConnections();
  });
});

const get = async (path: string): Promise<string> => (await fetch(origin + path)).text();
const paths = (): string[] => sink.calls.map(({ url }) => new URL(url).pathname).sort();

test("one agent, however often it is started; nothing is hooked before capture", async () => {
  expect(startInpooling()).toBe(agent);
  await get("/unseen");
  await agent.flush();
  expect(sink.received).toEqual([]);
});

test("hooked once for all who ask, until the last one leaves", async () => {
  const [first, second] = [agent.capture(), agent.capture()];
  await get("/both");
  first();
  first();
  await get("/second");
  second();
  await get("/nobody");
  await agent.flush();
  expect(paths()).toEqual(["/both", "/second"]);
});

test("a bridge sees the events on their way, also when somebody hooked before", async () => {
  const seen: string[] = [];
  const register = agent.capture();
  const bridge = agent.capture((inner: EventSink) => ({
    open: (start) => {
      seen.push(new URL(start.url).pathname);
      return inner.open(start);
    },
    requestHead: (...args) => inner.requestHead(...args),
    requestBody: (...args) => inner.requestBody(...args),
    requestEnd: (...args) => inner.requestEnd(...args),
    network: (...args) => inner.network(...args),
    response: (...args) => inner.response(...args),
    responseBody: (...args) => inner.responseBody(...args),
    end: (...args) => inner.end(...args),
  }));
  await get("/with");
  bridge();
  await get("/without");
  register();
  await agent.flush();
  expect(seen).toEqual(["/with"]);
  expect(paths()).toEqual(["/with", "/without"]);
});

test("after shutdown the next start is a new agent", async () => {
  agent.capture();
  await agent.shutdown();
  expect(agent.isRunning).toBe(false);
  await get("/unseen");
  const next = startInpooling({ endpoint: sink.url, delivery: "inline" });
  expect(next).not.toBe(agent);
  agent = next;
  agent.capture();
  await get("/seen");
  await agent.flush();
  expect(paths()).toEqual(["/seen"]);
});
