// Acceptance 4: a process that makes one call and ends, however it ends, loses nothing and ends the same way.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSuperApi, type SuperApi } from "@inpooling/example-superapi";
import { CollectorProcess } from "./harness/collector.ts";
import { type Ended, ENDS_AT_ONCE, RECORDED, runProgram, serviceName } from "./harness/program.ts";
import { RUNTIMES } from "./harness/runtimes.ts";

const ENDINGS = ["falls-off", "exit-3", "uncaught", "rejection", "sigterm", "own-sigterm"] as const;
let collector: CollectorProcess;
let api: SuperApi;

beforeAll(async () => {
  [collector, api] = await Promise.all([CollectorProcess.start(), startSuperApi()]);
});
afterAll(async () => {
  await api.close();
  await collector[Symbol.asyncDispose]();
});

/** How it ended and what it printed, without the parts that name addresses or line numbers. */
const comparable = ({ code, signal, stdout, stderr }: Ended): object => ({
  code,
  signal,
  stdout,
  error: /Error: .*/.exec(stderr)?.[0] ?? stderr,
});

describe.each(RUNTIMES)("$name", ENDS_AT_ONCE, ({ name, node }) => {
  test.each(ENDINGS)("%s", async (ending) => {
    const service = serviceName("exit", ending, name);
    const env = { ORIGIN: api.origin, ENDING: ending, INPOOLING_ENDPOINT: collector.otlp, OTEL_SERVICE_NAME: service };
    const bare = await runProgram("one-call.mjs", { node, env });
    const recorded = await runProgram("one-call.mjs", { node, env, flags: RECORDED });
    expect(comparable(recorded)).toEqual(comparable(bare));
    const [call] = await collector.details(`service:${service}`, 1);
    expect(call).toMatchObject({ method: "GET", url: `${api.origin}/v1/balance`, status: 200 });
    expect(call?.response.body).toContain('"object":"balance"');
  });
});

describe("started in every way", ENDS_AT_ONCE, () => {
  test.each([
    ["--import", { flags: ["--import", "inpooling/register"] }],
    ["NODE_OPTIONS with --require", { env: { NODE_OPTIONS: "--require inpooling/register" } }],
    ["NODE_OPTIONS with --import", { env: { NODE_OPTIONS: "--import inpooling/register" } }],
    ["required twice", { flags: [...RECORDED, "--import", "inpooling/register"] }],
  ] as const)("%s", async (way, options: { flags?: readonly string[]; env?: Record<string, string> }) => {
    const service = serviceName("way", way);
    const env = { ORIGIN: api.origin, ENDING: "falls-off", INPOOLING_ENDPOINT: collector.otlp, OTEL_SERVICE_NAME: service, ...options.env };
    expect(await runProgram("one-call.mjs", { ...options, env })).toMatchObject({ code: 0, stderr: "" });
    expect(await collector.details(`service:${service}`, 1)).toHaveLength(1);
  });

  test("OTEL_SDK_DISABLED=true hooks nothing", async () => {
    const service = "disabled";
    const env = {
      ORIGIN: api.origin,
      ENDING: "falls-off",
      INPOOLING_ENDPOINT: collector.otlp,
      OTEL_SERVICE_NAME: service,
      OTEL_SDK_DISABLED: "true",
    };
    expect(await runProgram("one-call.mjs", { flags: RECORDED, env })).toMatchObject({ code: 0, stderr: "" });
    // A later process's call is stored, so an earlier one would have been.
    await runProgram("one-call.mjs", { flags: RECORDED, env: { ...env, OTEL_SDK_DISABLED: "false", OTEL_SERVICE_NAME: "after-disabled" } });
    await collector.details("service:after-disabled", 1);
    expect(await collector.calls("service:disabled")).toEqual([]);
  });
});
