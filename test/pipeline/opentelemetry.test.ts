// Acceptance 5: beside a NodeSDK that samples 10 %: its exporter sees the same spans, every call is stored, ids match.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSuperApi, type SuperApi } from "@inpooling/example-superapi";
import type { CallJson } from "../../collector/src/query/api.ts";
import { CollectorProcess } from "./harness/collector.ts";
import { runProgram } from "./harness/program.ts";
import { NODE_24, RUNTIMES } from "./harness/runtimes.ts";

interface Exported {
  readonly name: string;
  readonly kind: number;
  readonly context: { readonly traceId: string; readonly spanId: string };
  readonly parent?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}
interface Printed {
  readonly exported: readonly Exported[];
  readonly made: readonly { readonly traceId: string; readonly parent: string; readonly sampled: boolean }[];
}

let collector: CollectorProcess;
let api: SuperApi;
beforeAll(async () => {
  [collector, api] = await Promise.all([CollectorProcess.start(), startSuperApi()]);
});
afterAll(async () => {
  await api.close();
  await collector[Symbol.asyncDispose]();
});

async function run(mode: string, service: string, node = NODE_24, ours = "last"): Promise<Printed> {
  const ended = await runProgram("nodesdk.mjs", {
    node,
    env: { MODE: mode, OURS: ours, SERVICE: service, ORIGIN: api.origin, INPOOLING_ENDPOINT: collector.otlp, OTEL_TRACES_EXPORTER: "none" },
  });
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(ended.stdout) as Printed;
}

const CLIENT = 2;
const bySpan = (calls: readonly CallJson[]): Map<string, CallJson> => new Map(calls.map((call) => [call.spanId, call]));

describe.each(RUNTIMES)("$name", ({ name, node }) => {
  test.each(["last", "first"])("our parts listed %s", async (ours) => {
    const service = `sdk-${ours}-${name.replace(" ", "-")}`.toLowerCase();
    const bare = await run("without", service, node);
    const both = await run("with", service, node, ours);
    expect(both.exported).toEqual(bare.exported);
    expect(bare.exported.length).toBeGreaterThan(0);
    expect(both.made.filter(({ sampled }) => !sampled).length).toBeGreaterThan(15);

    const calls = await collector.details(`service:${service}`, 60);
    expect(calls).toHaveLength(60);
    expect(new Set(calls.map(({ spanId }) => spanId)).size).toBe(60);
    for (const { traceId, parent, sampled } of both.made) {
      const own = calls.filter((call) => call.traceId === traceId);
      expect(
        own.map((call) => [call.parentSpanId, call.sampled, call.response.body !== null]),
        traceId,
      ).toEqual([
        [parent, sampled, true],
        [parent, sampled, true],
      ]);
    }
    // Where the application exports a CLIENT span, the record has its very id.
    const stored = bySpan(calls);
    const exported = both.exported.filter(({ kind }) => kind === CLIENT);
    expect(exported.length).toBeGreaterThan(0);
    for (const span of exported) expect(stored.get(span.context.spanId)?.traceId, span.name).toBe(span.context.traceId);
  });
});

test("the processor alone routes the application's CLIENT spans, without payload", async () => {
  await run("processor-only", "sdk-processor");
  const calls = await collector.details("service:sdk-processor", 60);
  expect(calls).toHaveLength(60);
  expect(new Set(calls.map(({ source }) => source))).toEqual(new Set(["span"]));
  expect(calls.every((call) => call.response.body === null && call.status >= 200 && call.durationMs > 0)).toBe(true);
});

test("enrichSpans puts both payloads on the application's own spans", async () => {
  const { exported } = await run("enrich", "sdk-enrich");
  const clients = exported.filter(({ kind }) => kind === CLIENT);
  expect(clients.length).toBeGreaterThan(0);
  for (const { name, attributes } of clients) {
    expect(attributes["http.response.body.content"], name).toEqual(expect.stringContaining("{"));
    if (name.startsWith("POST")) expect(attributes["http.request.body.content"]).toBe('{"items":[1]}');
  }
  expect(await collector.details("service:sdk-enrich", 60)).toHaveLength(60);
});
