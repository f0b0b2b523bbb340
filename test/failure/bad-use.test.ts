// Acceptance 9: bad use gets a message that names the thing and the remedy, and nothing stored is lost.
import { spawnSync } from "node:child_process";
import { appendFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSuperApi, type SuperApi } from "@inpooling/example-superapi";
import { CollectorProcess, temporaryFolder } from "../pipeline/harness/collector.ts";
import { RECORDED, runProgram } from "../pipeline/harness/program.ts";
import { NODE_24 } from "../pipeline/harness/runtimes.ts";

const command = fileURLToPath(new URL("../../collector/dist/cli/main.js", import.meta.url));
const inpooling = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(NODE_24, [command, ...args], { encoding: "utf8", timeout: 20_000 });

let collector: CollectorProcess;
let api: SuperApi;
beforeAll(async () => {
  [collector, api] = await Promise.all([CollectorProcess.start(), startSuperApi()]);
});
afterAll(async () => {
  await api.close();
  await collector[Symbol.asyncDispose]();
});

describe("command line", () => {
  test("an unknown flag is named, with what was probably meant", () => {
    const { status, stderr } = inpooling("up", "--dta", "x");
    expect(status).toBe(2);
    expect(stderr).toContain("--dta");
    expect(stderr).toContain("--data");
  });

  test("an unknown word is named", () => {
    const { status, stderr } = inpooling("quary", "status:500");
    expect(status).toBe(2);
    expect(stderr).toContain("quary");
    expect(stderr).toContain("query");
  });

  test("a wrong filter shows where and how to mend it", () => {
    const { status, stderr } = inpooling("query", "--url", collector.page, "hots:api.stripe.com status:>=500");
    expect(status).toBe(2);
    expect(stderr).toContain("hots");
    expect(stderr).toContain("host");
    expect(stderr).toContain("^");
  });

  test("no collector at the address: says how to start one", () => {
    const { status, stderr } = inpooling("query", "--url", "http://127.0.0.1:9", "status:500");
    expect(status).toBe(2);
    expect(stderr).toContain("http://127.0.0.1:9");
    expect(stderr).toContain("inpooling up");
  });

  test("a data directory that cannot be made", () => {
    const file = join(temporaryFolder("file"), "file");
    writeFileSync(file, "");
    const { status, stderr } = inpooling("up", "--data", join(file, "data"), "--otlp-port", "0", "--page-port", "0");
    expect(status).toBe(2);
    expect(stderr).toContain(join(file, "data"));
    expect(stderr).toContain("--data");
  });

  test("a data directory in use by another process", () => {
    const { status, stderr } = inpooling("up", "--data", collector.data, "--otlp-port", "0", "--page-port", "0");
    expect(status).toBe(2);
    expect(stderr).toContain(collector.data);
    expect(stderr).toMatch(/process \d+/);
  });

  test("a taken port", () => {
    const { status, stderr } = inpooling(
      "up",
      "--data",
      temporaryFolder("taken"),
      "--otlp-port",
      String(collector.otlpPort),
      "--page-port",
      "0",
    );
    expect(status).toBe(2);
    expect(stderr).toContain(String(collector.otlpPort));
    expect(stderr).toContain("--otlp-port");
  });
});

describe("OTLP port", () => {
  const post = (body: string, type: string): Promise<Response> =>
    fetch(`${collector.otlp}/v1/traces`, { method: "POST", body, headers: { "content-type": type } });

  test("a body that is not OTLP", async () => {
    const answer = await post("hello, this is no protobuf", "application/x-protobuf");
    expect(answer.status).toBe(400);
    expect(await answer.text()).toMatch(/OTLP|protobuf/);
  });

  test("JSON that is not OTLP", async () => {
    const answer = await post('{"calls":[]', "application/json");
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { message: string }).message).toMatch(/OTLP traces export.*byte 11/);
  });

  test("logs posted to /v1/traces name the right endpoint", async () => {
    const logs = { resourceLogs: [{ resource: {}, scopeLogs: [{ logRecords: [{ timeUnixNano: "1", body: { stringValue: "x" } }] }] }] };
    const answer = await post(JSON.stringify(logs), "application/json");
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { message: string }).message).toContain("/v1/logs");
  });

  test("an unknown content type", async () => {
    const answer = await post("x", "text/plain");
    expect(answer.status).toBe(415);
    expect(await answer.text()).toContain("application/x-protobuf");
  });
});

describe("query API", () => {
  test("a wrong filter answers 400 with the position", async () => {
    const answer = await fetch(`${collector.page}/api/calls?q=${encodeURIComponent("status:>=5x0")}`);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: object }).error).toMatchObject({
      code: "bad-filter",
      start: expect.any(Number) as number,
      end: expect.any(Number) as number,
    });
  });

  test("an id that is none", async () => {
    expect((await fetch(`${collector.page}/api/calls/nothing`)).status).toBe(404);
  });
});

test("a corrupt journal tail is set aside, named, and costs nothing that was stored", async () => {
  const data = temporaryFolder("corrupt");
  const first = await CollectorProcess.start({ data });
  const env = { ORIGIN: api.origin, COUNT: "25", INPOOLING_ENDPOINT: first.otlp, OTEL_SERVICE_NAME: "corrupt" };
  expect(await runProgram("steady-calls.mjs", { flags: RECORDED, env })).toMatchObject({ code: 0 });
  await first.kill();

  const segments = readdirSync(data, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".journal"))
    .map((file) => join(data, file))
    .filter((file) => statSync(file).isFile());
  const newest = segments.toSorted().at(-1) ?? "";
  appendFileSync(newest, Buffer.from([0x40, 0, 0, 0, 1, 2, 3, 4, 5]));

  const second = await CollectorProcess.start({ data });
  try {
    expect((await second.until("service:corrupt", (calls) => calls.length >= 25)).length).toBe(25);
    expect(second.stderr).toContain(newest);
  } finally {
    await second.stop();
  }
});
