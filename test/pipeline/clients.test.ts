// Acceptance 2: what is stored is what the server saw and sent, for every client on every runtime.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync, brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSuperApi, type SuperApi, type Witnessed } from "@inpooling/example-superapi";
import type { CallJson } from "../../collector/src/query/api.ts";
import { CollectorProcess } from "./harness/collector.ts";
import { ENDS_AT_ONCE, RECORDED, runProgram, serviceName } from "./harness/program.ts";
import { RUNTIMES } from "./harness/runtimes.ts";

const CLIENTS = ["fetch", "undici", "axios", "got", "https", "openai", "stripe"] as const;
const tlsFile = (name: string): string => new URL(`tls/${name}`, import.meta.url).pathname;
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

let collector: CollectorProcess;
beforeAll(async () => {
  collector = await CollectorProcess.start();
});
afterAll(async () => {
  await collector[Symbol.asyncDispose]();
});

/** The content without its coding, as the record must hold it. */
function decoded(witnessed: Witnessed): string {
  if (witnessed.target.includes("encoding=br")) return brotliDecompressSync(witnessed.sent).toString();
  if (witnessed.target.includes("encoding=gzip")) return gunzipSync(witnessed.sent).toString();
  return witnessed.sent.toString();
}

function expectSame(call: CallJson, witnessed: Witnessed, origin: string): void {
  expect({ method: call.method, url: call.url, status: call.status }).toEqual({
    method: witnessed.method,
    url: origin + witnessed.target,
    status: witnessed.status,
  });
  expect(call.request.bodySize).toBe(witnessed.received.length);
  expect(call.response.bodySize).toBe(witnessed.sent.length);
  if (witnessed.received.length > 0) {
    expect(call.request.bodySha256).toBe(sha256(witnessed.received));
    expect(call.request.body).toBe(witnessed.received.toString());
  }
  if (witnessed.sent.length > 0) {
    expect(call.response.bodySha256).toBe(sha256(witnessed.sent));
    expect(call.response.body).toBe(decoded(witnessed));
  }
  // Every field the server got is on record; values of secret ones are replaced.
  const stored = call.request.headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  for (let at = 0; at < witnessed.rawHeaders.length; at += 2) {
    const [name, value] = [witnessed.rawHeaders[at]?.toLowerCase() ?? "", witnessed.rawHeaders[at + 1] ?? ""];
    const found = stored.find(([other]) => other === name);
    expect(found, `request header ${name}`).toBeDefined();
    if (found?.[1].startsWith("[redacted:") !== true && !found?.[1].includes("[redacted:")) expect(found?.[1]).toBe(value);
  }
  expect(call.response.headers.some(([name]) => name.toLowerCase() === "date")).toBe(true);
  expect(call.durationMs).toBeGreaterThan(0);
  expect(call.timings["firstByteMs"]).toBeGreaterThan(0);
  expect(call.network.peerPort).toBe(Number(new URL(origin).port));
  expect(call.network.localPort).toBeGreaterThan(0);
}

describe.each(RUNTIMES)("$name", ENDS_AT_ONCE, ({ name, node }) => {
  test.each(CLIENTS)("%s", async (client) => {
    const exchanges: Witnessed[] = [];
    const tls =
      client === "https"
        ? { key: readFileSync(tlsFile("server.key"), "utf8"), cert: readFileSync(tlsFile("server.pem"), "utf8") }
        : undefined;
    const api: SuperApi = await startSuperApi({
      ...(tls === undefined ? {} : { tls }),
      onExchange: (witnessed) => exchanges.push(witnessed),
    });
    try {
      const service = serviceName(client, name);
      const env = {
        ORIGIN: api.origin,
        INPOOLING_ENDPOINT: collector.otlp,
        OTEL_SERVICE_NAME: service,
        NODE_EXTRA_CA_CERTS: tlsFile("ca.pem"),
      };
      const ended = await runProgram(`client-${client}.mjs`, { node, flags: RECORDED, env });
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      const calls = await collector.details(`service:${service}`, exchanges.length);
      expect(calls.map((call) => `${call.method} ${call.url.slice(api.origin.length)}`)).toEqual(
        exchanges.map(({ method, target }) => `${method} ${target}`),
      );
      for (const [at, witnessed] of exchanges.entries()) expectSame(calls[at] as CallJson, witnessed, api.origin);
      if (client === "got") expect(calls.slice(-3).map((call) => call.attempt)).toEqual([1, 2, 3]);
      else expect(calls.map((call) => call.attempt)).toEqual(calls.map(() => 1));
    } finally {
      await api.close();
    }
  });
});
