import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { post } from "./receiver/rig.ts";
import { span, spanId, traceRequest } from "./receiver/samples.ts";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

interface Up {
  readonly process: ChildProcess;
  readonly otlp: string;
  readonly page: string;
  readonly stderr: () => string;
  readonly exit: Promise<number | string>;
}

let folder = "";
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inpooling-up-"));
});

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

function run(
  flags: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { child: ChildProcess; exit: Promise<number | string>; stderr: () => string } {
  // A group of its own, as a terminal makes it: Ctrl-C reaches the database process too.
  const child = spawn(process.execPath, [main, "up", ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: { ...process.env, ...env },
  });
  started.push(child);
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const exit = once(child, "close").then(([code, signal]: unknown[]) => (code ?? signal) as number | string);
  return { child, exit, stderr: () => text };
}

async function up(flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Up> {
  const { child, exit, stderr } = run(["--data", folder, "--otlp-port", "0", "--page-port", "0", ...flags], env);
  if (child.stdout === null) throw new Error("stdout is a pipe");
  for await (const line of createInterface({ input: child.stdout })) {
    const [, page, otlp, data] = /^inpooling ready page=(\S+) otlp=(\S+) data=(.*)$/.exec(line) ?? [];
    if (page === undefined || otlp === undefined) throw new Error(`not the ready line: ${line}`);
    expect(data).toBe(folder);
    return { process: child, otlp, page, stderr, exit };
  }
  throw new Error(`ended before it was ready: ${stderr()}`);
}

/** Span ids of what can be found, once there are `count`. */
async function found(page: string, count: number): Promise<string[]> {
  for (;;) {
    const answer = await fetch(`${page}/api/calls`);
    const { calls = [] } = (await answer.json()) as { calls?: { spanId: string }[] };
    if (calls.length >= count) return calls.map((call) => call.spanId).toSorted();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("inpooling up", () => {
  test("announces itself, keeps a call, stops at Ctrl-C with 0, and has the call again at the next start", async () => {
    const first = await up();
    expect((await post(`${first.otlp}/v1/traces`, traceRequest([span(0)]))).status).toBe(200);
    expect(await found(first.page, 1)).toEqual([spanId(0)]);
    process.kill(-(first.process.pid ?? 0), "SIGINT");
    expect(await first.exit).toBe(0);
    expect(first.stderr()).toMatch(/Inpooling collector \d[^]*record {3}INPOOLING_ENDPOINT=http[^]*SIGINT: finishing what was accepted/);

    const second = await up();
    expect(await found(second.page, 1)).toEqual([spanId(0)]);
    second.process.kill("SIGTERM");
    expect(await second.exit).toBe(0);
  });

  test("what was answered 200 survives kill -9, and the folder can be taken over", async () => {
    const first = await up();
    const reply = await post(`${first.otlp}/v1/traces`, traceRequest([span(0), span(1)]));
    first.process.kill("SIGKILL");
    expect([reply.status, await first.exit]).toEqual([200, "SIGKILL"]);
    const second = await up();
    expect(await found(second.page, 2)).toEqual([spanId(0), spanId(1)]);
  });

  test("receives while the database cannot be reached, and a second signal ends it at once", async () => {
    const running = await up(["--store", "http://127.0.0.1:1/inpooling"]);
    expect((await post(`${running.otlp}/v1/traces`, traceRequest([span(0)]))).status).toBe(200);
    expect((await fetch(`${running.page}/readyz`)).status).toBe(503);
    // A request that never ends is waited for.
    const slow = connect(Number(new URL(running.otlp).port), "127.0.0.1").on("error", () => {});
    slow.write(
      "POST /v1/traces HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n",
    );
    await once(slow, "data");
    running.process.kill("SIGINT");
    while (!running.stderr().includes("once more")) await new Promise((resolve) => setTimeout(resolve, 10));
    running.process.kill("SIGINT");
    expect(await running.exit).toBe(130);
    slow.destroy();
  });

  test("with INPOOLING_KEY in its environment it takes calls from those who have the key", async () => {
    const running = await up([], { INPOOLING_KEY: "correct-horse" });
    expect((await post(`${running.otlp}/v1/traces`, traceRequest([span(0)]))).status).toBe(401);
    expect((await post(`${running.otlp}/v1/traces`, traceRequest([span(0)]), { authorization: "Bearer correct-horse" })).status).toBe(200);
  });
});

describe("what hinders a start is named, with the remedy, and ends with 2", () => {
  async function failing(flags: readonly string[]): Promise<string> {
    const { exit, stderr } = run(flags);
    expect(await exit).toBe(2);
    return stderr();
  }

  test("taken ports and a folder in use", async () => {
    const running = await up();
    const other = join(folder, "other");
    const port = (url: string): string => new URL(url).port;
    expect(await failing(["--data", other, "--page-port", "0", "--otlp-port", port(running.otlp)])).toMatch(
      new RegExp(
        `OTLP port ${port(running.otlp)} on 127\\.0\\.0\\.1 is taken: another Inpooling collector \\(.*\\), process ${running.process.pid} .*--otlp-port`,
      ),
    );
    expect(await failing(["--data", other, "--otlp-port", "0", "--page-port", port(running.page)])).toMatch(
      /page port \d+ on 127\.0\.0\.1 is taken: .*--page-port/,
    );
    expect(await failing(["--data", folder, "--otlp-port", "0", "--page-port", "0"])).toMatch(
      new RegExp(`${folder} is in use by the process ${running.process.pid}.*--data`),
    );
  });

  test("a folder that cannot be made and an address that is not here", async () => {
    writeFileSync(join(folder, "file"), "");
    expect(await failing(["--data", join(folder, "file", "data"), "--otlp-port", "0", "--page-port", "0"])).toMatch(
      /data folder .*file.data cannot be used .*--data/,
    );
    expect(await failing(["--data", folder, "--host", "192.0.2.1", "--otlp-port", "0", "--page-port", "0"])).toMatch(
      /no address "192\.0\.2\.1".*--host/,
    );
  });
});
