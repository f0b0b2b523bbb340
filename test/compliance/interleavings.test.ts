// Acceptance of issue 4: thousands of calls in random interleavings, 100 in flight. The records equal what the server
// saw and sent, byte for byte, and nothing stays in memory: heap after collection as without us, no listener more.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lossFromSpan, type Call } from "@inpooling/record";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRequest } from "../../packages/record/test/otlp/wire.ts";
import { RUNTIMES } from "../pipeline/harness/runtimes.ts";
import type { Plan } from "./interleaving/plan.ts";
import { PlannedServer, type Witness } from "./interleaving/server.ts";
import { cleanEnv } from "./suite/environment.ts";
import { Sink } from "./suite/sink.ts";

interface Left {
  readonly wrong: readonly string[];
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
  readonly listeners: readonly (readonly [string, number])[];
}

const MB = 1024 ** 2;
/** The ring: a shared buffer, allocated once, counted among array buffers and external memory. */
const RING_BYTES = 8 * MB;
const CALLS: Readonly<Record<string, number>> = { "Node 22": 3_000, "Node 24": 10_000, "Node 26": 3_000 };

const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 4_000 })), { maxLength: 4 });
const plan: fc.Arbitrary<Plan> = fc.record({
  client: fc.constantFrom("http", "fetch", "undici"),
  method: fc.constantFrom("GET", "POST", "PUT"),
  request: sizes,
  response: sizes,
  end: fc.oneof(
    { weight: 8, arbitrary: fc.constant("complete" as const) },
    { weight: 1, arbitrary: fc.constantFrom("abort" as const, "cut" as const) },
  ),
  keepAlive: fc.boolean(),
  turns: fc.integer({ min: 0, max: 3 }),
});

/** Plans that HTTP allows: GET without content, an end in the middle only where something comes before it. */
function legal(each: Plan): Plan {
  const request = each.method === "GET" ? [] : each.request;
  return each.end !== "complete" && each.response.length === 0 ? { ...each, request, response: [10] } : { ...each, request };
}

let folder: string;
let server: PlannedServer;
let origin: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "compliance-plans-"));
  server = new PlannedServer();
  origin = await server.listen();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(node: string, flags: readonly string[], env: Readonly<Record<string, string>>, file: string): Promise<Left> {
  const program = fileURLToPath(new URL("interleaving/program.ts", import.meta.url));
  const child = spawn(node, ["--expose-gc", "--disable-warning=ExperimentalWarning", ...flags, program, origin, file], {
    env: cleanEnv(env),
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  return new Promise((resolve, reject) => {
    child.once("close", (code) => (code === 0 ? resolve(JSON.parse(text) as Left) : reject(new Error(`the program ended with ${code}`))));
  });
}

/** What a record must say, and what it says, in one comparable form. */
function expectedOf(each: Plan, { method, request, response }: Witness): object {
  const outcome = { complete: "complete", abort: "aborted", cut: "error" }[each.end];
  return { method, status: 200, outcome, request, response: { ...response, sha256: each.end === "complete" ? response.sha256 : "" } };
}

function recordedOf({ method, status, outcome, request, response }: Call): object {
  const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  return {
    method,
    status,
    outcome,
    request: { bytes: request.bodySize, sha256: request.bodySize === 0 ? empty : request.bodySha256 },
    response: { bytes: response.bodySize, sha256: outcome !== "complete" ? "" : response.bodySize === 0 ? empty : response.bodySha256 },
  };
}

test.each(RUNTIMES)("random interleavings on $name", { timeout: 240_000 }, async ({ name, node }) => {
  const seed = Date.now() % 2 ** 31;
  const plans = fc.sample(plan, { numRuns: CALLS[name] as number, seed }).map(legal);
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(plans));

  server.expect(plans);
  const bare = await run(node, [], {}, file);
  expect(bare.wrong, `seed ${seed}, without us`).toEqual([]);

  server.expect(plans);
  const sink = new Sink();
  const sinkPort = await sink.listen();
  const env = {
    INPOOLING_ENDPOINT: `http://127.0.0.1:${sinkPort}`,
    OTEL_SERVICE_NAME: "interleavings",
    INPOOLING_MEMORY_LIMIT: String(256 * MB),
  };
  const left = await run(node, ["--require", "inpooling/register"], env, file);
  await sink.close();
  expect(left.wrong, `seed ${seed}`).toEqual([]);

  // A worker that gets no processor may have to give up bodies: then the record says so and the loss is counted.
  const losses = sink.posts
    .flatMap(({ body }) => readRequest(body).flatMap(({ resource, spans }) => spans.map((span) => lossFromSpan(span, resource))))
    .filter((loss) => loss !== undefined);
  const calls = sink.calls();
  const lost = losses.filter(({ what }) => what === "call").reduce((sum, { count }) => sum + count, 0);
  expect(calls.length + lost, `seed ${seed}: one record per call, or a loss that is counted`).toBe(plans.length);
  const whole = calls.filter(({ dropped }) => dropped.length === 0);
  if (losses.length === 0) expect(whole.length, `seed ${seed}: nothing dropped without a loss`).toBe(plans.length);
  expect(whole.length, `seed ${seed}: nearly all are whole`).toBeGreaterThan(plans.length * 0.9);
  for (const call of whole) {
    const number = Number(new URL(call.url).pathname.slice(1));
    const context = `seed ${seed}, call ${number}: ${JSON.stringify(plans[number])}`;
    expect(recordedOf(call), context).toEqual(expectedOf(plans[number] as Plan, server.witnesses.get(number) as Witness));
  }

  expect(left.heapUsed - bare.heapUsed, "heap after collection").toBeLessThan(2 * MB);
  expect(left.arrayBuffers - bare.arrayBuffers, "array buffers beside the ring: socket slabs would stay here").toBeLessThan(
    RING_BYTES + MB,
  );
  expect(left.external - bare.external, "external memory beside the ring").toBeLessThan(RING_BYTES + MB);
  // One of ours for each event that we must hear; a leak would be one per call.
  const before = new Map(bare.listeners);
  const more = left.listeners.map(([event, count]) => count - (before.get(event) ?? 0));
  expect(Math.max(...more), "listeners of the process beyond bare").toBeLessThanOrEqual(1);
});
