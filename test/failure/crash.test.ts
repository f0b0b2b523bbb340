// Acceptance 7: kill -9 of the collector, ten times during ingest: no call is missing and none is there twice.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSuperApi, type SuperApi } from "@inpooling/example-superapi";
import { CollectorProcess } from "../pipeline/harness/collector.ts";
import { RECORDED, spawnProgram } from "../pipeline/harness/program.ts";

let api: SuperApi;
beforeAll(async () => {
  api = await startSuperApi();
});
afterAll(() => api.close());

test("ten kills during ingest", async () => {
  await using collector = await CollectorProcess.start();
  const port = collector.otlpPort;
  const count = 4_000;
  // Small batches, sent often: each kill meets one under way.
  const env = {
    ORIGIN: api.origin,
    COUNT: String(count),
    PAUSE_MS: "1",
    HOLD: "1",
    INPOOLING_ENDPOINT: collector.otlp,
    OTEL_SERVICE_NAME: "crash",
    OTEL_BSP_SCHEDULE_DELAY: "100",
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "32",
  };
  const { child, ended } = spawnProgram("steady-calls.mjs", { flags: RECORDED, env });
  let stored = 0;
  for (let kill = 0; kill < 10; kill++) {
    // At least some calls arrive between two kills.
    stored = (await collector.until("service:crash", (calls) => calls.length > stored)).length;
    await collector.kill();
    await collector.start(port);
  }
  const calls = await collector.until("service:crash", (found) => found.length >= count);
  child.stdin?.end();
  expect(await ended).toMatchObject({ code: 0 });
  expect(calls.length).toBe(count);
  expect(new Set(calls.map(({ id }) => id)).size).toBe(count);
  expect((await collector.status()).losses).toEqual([]);
  const first = await collector.call(calls.at(-1)?.id ?? "");
  expect(first.request.body).toBe(JSON.stringify({ customer: "order-0", items: [{ n: 0 }] }));
}, 180_000);
