// The application of the interleaving test: runs the calls of a plan, 100 in flight, checks every answer, and prints
// what is left in memory afterwards. `node --expose-gc program.ts ORIGIN PLAN.json`
import { readFileSync } from "node:fs";
import http, { type IncomingMessage } from "node:http";
import { Agent as UndiciAgent, request as undiciRequest } from "undici";
import { pieces, REQUEST, RESPONSE, type Plan } from "./plan.ts";

const [origin = "", file = ""] = process.argv.slice(2);
const plans = JSON.parse(readFileSync(file, "utf8")) as Plan[];
const IN_FLIGHT = 100;

const keeping = new http.Agent({ keepAlive: true, maxSockets: 40 });
const once = new http.Agent({ keepAlive: false });
const undici = new UndiciAgent({ connections: 20 });
const wrong: string[] = [];

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function* paced(parts: readonly Buffer[], pause: number): AsyncGenerator<Buffer> {
  for (const part of parts) {
    await turns(pause);
    yield part;
  }
}

/** Reads to the end, or gives up by `abort` as soon as everything that will come is there. */
async function read(body: AsyncIterable<Uint8Array>, plan: Plan, abort: () => void): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const expected = plan.response.reduce((sum, size) => sum + size, 0);
  let bytes = 0;
  for await (const part of body) {
    parts.push(part);
    bytes += part.byteLength;
    if (plan.end === "abort" && bytes === expected) abort();
  }
  return Buffer.concat(parts);
}

async function overHttp(call: number, plan: Plan): Promise<Buffer> {
  const request = http.request(`${origin}/${call}`, { method: plan.method, agent: plan.keepAlive ? keeping : once });
  const failed = new Promise<never>((_resolve, reject) => request.on("error", reject));
  failed.catch(() => undefined);
  const responded = new Promise<IncomingMessage>((resolve) => request.once("response", resolve));
  const parts = pieces(call, plan.request, REQUEST);
  for (const part of parts.slice(0, -1)) {
    request.write(part);
    await turns(plan.turns);
  }
  const last = parts.at(-1);
  if (last === undefined) request.end();
  else request.end(last);
  const response = await Promise.race([responded, failed]);
  await turns(plan.turns);
  return read(response, plan, () => void request.destroy());
}

async function overFetch(call: number, plan: Plan): Promise<Buffer> {
  const controller = new AbortController();
  const parts = pieces(call, plan.request, REQUEST);
  const body = parts.length === 0 ? null : parts.length === 1 ? parts[0] : paced(parts, plan.turns);
  const init = { method: plan.method, body, signal: controller.signal, ...(parts.length > 1 ? { duplex: "half" } : {}) };
  const response = await fetch(`${origin}/${call}`, init as RequestInit);
  await turns(plan.turns);
  return read(response.body as unknown as AsyncIterable<Uint8Array>, plan, () => controller.abort());
}

async function overUndici(call: number, plan: Plan): Promise<Buffer> {
  const controller = new AbortController();
  const parts = pieces(call, plan.request, REQUEST);
  const body = parts.length === 0 ? null : parts.length === 1 ? (parts[0] as Buffer) : paced(parts, plan.turns);
  const options = { dispatcher: undici, method: plan.method, body: body as Buffer | null, signal: controller.signal };
  const { body: answer } = await undiciRequest(`${origin}/${call}`, options);
  await turns(plan.turns);
  return read(answer as unknown as AsyncIterable<Uint8Array>, plan, () => controller.abort());
}

const CLIENTS = { http: overHttp, fetch: overFetch, undici: overUndici };

async function run(call: number): Promise<void> {
  const plan = plans[call] as Plan;
  const expected = Buffer.concat(pieces(call, plan.response, RESPONSE));
  try {
    const answer = await CLIENTS[plan.client](call, plan);
    if (plan.end !== "complete") wrong.push(`${call}: did not fail`);
    else if (!answer.equals(expected)) wrong.push(`${call}: other bytes`);
  } catch (error) {
    if (plan.end === "complete") wrong.push(`${call}: ${String(error)}`);
  }
}

let next = 0;
async function lane(): Promise<void> {
  while (next < plans.length) {
    const call = next;
    next += 1;
    await run(call);
  }
}

await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
keeping.destroy();
once.destroy();
await undici.destroy();
// Answers that were given up close their sockets in the next turns; what is collected in one pass may free more in the next.
for (let pass = 0; pass < 6; pass++) {
  await new Promise((resolve) => setTimeout(resolve, 30));
  globalThis.gc?.();
}
const { heapUsed, external, arrayBuffers } = process.memoryUsage();
const listeners = process.eventNames().map((name) => [String(name), process.listenerCount(name)]);
process.stdout.write(JSON.stringify({ wrong, heapUsed, external, arrayBuffers, listeners }), () => process.exit(0));
