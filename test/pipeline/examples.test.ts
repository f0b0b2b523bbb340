// The examples run as their README lines say, and what they do is on record.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSuperApi, type SuperApi } from "@inpooling/example-superapi";
import { CollectorProcess } from "./harness/collector.ts";
import { NODE_24 } from "./harness/runtimes.ts";

const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
let collector: CollectorProcess;
let api: SuperApi;
beforeAll(async () => {
  [collector, api] = await Promise.all([CollectorProcess.start(), startSuperApi()]);
});
afterAll(async () => {
  await api.close();
  await collector[Symbol.asyncDispose]();
});

test("shop: six client libraries, no line about logging, every errand on record", async () => {
  const env = {
    ...process.env,
    SUPERAPI_URL: api.origin,
    SHOP_PAUSE_MS: "20",
    INPOOLING_ENDPOINT: collector.otlp,
    OTEL_SERVICE_NAME: "shop",
    NODE_OPTIONS: "",
  };
  const shop = spawn(NODE_24, ["--require", "inpooling/register", "src/main.ts"], { cwd: example("shop"), env, stdio: "ignore" });
  try {
    const calls = await collector.until("service:shop", (found) =>
      ["shipments", "carts", "charges", "cut"].every((part) => found.some(({ url }) => url.includes(part))),
    );
    expect(new Set(calls.map(({ client }) => client))).toEqual(new Set(["fetch", "undici", "node:http"]));
    expect(calls.some(({ route, error }) => route === "/api/v2/cut" && error !== null)).toBe(true);
    const stream = calls.find(
      ({ response, route }) => route === "/openai/v1/chat/completions" && response.contentType.startsWith("text/event-stream"),
    );
    expect((await collector.call(stream?.id ?? "")).response.body).toContain("data: [DONE]");
  } finally {
    shop.kill("SIGTERM");
    await once(shop, "exit");
  }
});

test("existing-opentelemetry: the console exporter prints its spans, every call is on record", async () => {
  const env = {
    ...process.env,
    INPOOLING_ENDPOINT: collector.otlp,
    OTEL_TRACES_EXPORTER: "none",
    OTEL_METRICS_EXPORTER: "none",
    OTEL_LOGS_EXPORTER: "none",
    NODE_OPTIONS: "",
  };
  const program = spawn(NODE_24, ["src/main.ts", api.origin], {
    cwd: example("existing-opentelemetry"),
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  program.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const [code] = (await once(program, "exit")) as [number];
  expect(code).toBe(0);
  const calls = await collector.details("service:existing-opentelemetry", 2);
  expect(calls.map(({ route, response }) => [route, response.body !== null])).toEqual([
    ["/v1/balance", true],
    ["/api/v2/orders", true],
  ]);
  expect(new Set(calls.map(({ traceId }) => traceId)).size).toBe(1);
  // The sampler keeps half of the traces; where it kept this one, the printed spans are the records' own.
  if (calls[0]?.sampled) for (const { spanId } of calls) expect(printed).toContain(spanId);
  expect(printed).not.toContain("body.content");
});
