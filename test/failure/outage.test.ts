// Acceptance 6: a collector that is absent, hangs or refuses changes nothing for the application; what is lost is counted
// and the count arrives once the collector is back.
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSuperApi, type SuperApi } from "@inpooling/example-superapi";
import { CollectorProcess } from "../pipeline/harness/collector.ts";
import { RECORDED, runProgram, spawnProgram } from "../pipeline/harness/program.ts";

let api: SuperApi;
beforeAll(async () => {
  api = await startSuperApi();
});
afterAll(() => api.close());

const expected = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, n) => [201, n]));

/** A loopback port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("absent: the application notices nothing and ends on time", async () => {
  const env = { ORIGIN: api.origin, INPOOLING_ENDPOINT: `http://127.0.0.1:${await freePort()}` };
  expect(await runProgram("steady-calls.mjs", { flags: RECORDED, env })).toMatchObject({ code: 0, stdout: expected(20) });
});

test("hanging: accepts and never answers", async () => {
  const hanging = createTcpServer(() => undefined).listen(0, "127.0.0.1");
  await once(hanging, "listening");
  try {
    const env = { ORIGIN: api.origin, INPOOLING_ENDPOINT: `http://127.0.0.1:${(hanging.address() as AddressInfo).port}` };
    expect(await runProgram("steady-calls.mjs", { flags: RECORDED, env })).toMatchObject({ code: 0, stdout: expected(20) });
  } finally {
    hanging.close();
  }
});

test("503 to everything", async () => {
  const refusing = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(503, { "retry-after": "1" }).end());
  }).listen(0, "127.0.0.1");
  await once(refusing, "listening");
  try {
    const env = { ORIGIN: api.origin, INPOOLING_ENDPOINT: `http://127.0.0.1:${(refusing.address() as AddressInfo).port}` };
    expect(await runProgram("steady-calls.mjs", { flags: RECORDED, env })).toMatchObject({ code: 0, stdout: expected(20) });
  } finally {
    refusing.closeAllConnections();
    refusing.close();
  }
});

test("back after an outage: what fitted is stored, what did not is counted, nothing is missing from the sum", async () => {
  const port = await freePort();
  const count = 3_000;
  // A budget so small that the outage must cost something.
  const env = {
    ORIGIN: api.origin,
    COUNT: String(count),
    PAUSE_MS: "0",
    HOLD: "1",
    INPOOLING_ENDPOINT: `http://127.0.0.1:${port}`,
    INPOOLING_MEMORY_LIMIT: "10MiB",
    OTEL_SERVICE_NAME: "outage",
  };
  const { child, ended } = spawnProgram("steady-calls.mjs", { flags: RECORDED, env });
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  await using collector = await CollectorProcess.start({ otlpPort: port });

  const accounted = async (): Promise<{ stored: number; lost: number }> => {
    const stored = (await collector.calls("service:outage")).length;
    const { losses } = await collector.status();
    const lost = losses.filter(({ what, service }) => what === "call" && service === "outage").reduce((sum, { count: n }) => sum + n, 0);
    return { stored, lost };
  };
  await collector.until("service:outage", (calls) => calls.length > 0);
  const limit = Date.now() + 30_000;
  let sum = await accounted();
  while (sum.stored + sum.lost < count && Date.now() < limit) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    sum = await accounted();
  }
  child.stdin?.end();
  expect(await ended).toMatchObject({ code: 0, stdout: `${expected(count)}\n` });
  expect(sum.stored).toBeGreaterThan(0);
  expect(sum.stored + sum.lost).toBe(count);
});
