// Acceptance of issue 4: an exception in any hook of ours, one by one, changes nothing for the application but one
// counter; a hook that goes on failing is switched off.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lossFromSpan } from "@inpooling/record";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRequest } from "../../packages/record/test/otlp/wire.ts";
import { RUNTIMES } from "../pipeline/harness/runtimes.ts";
import { loadGroups } from "./cases/index.ts";
import { BareRuns, measure } from "./suite/measure.ts";
import { casesFor } from "./suite/selection.ts";
import { Sink } from "./suite/sink.ts";
import { toolNamed, type Tool } from "./suite/tools.ts";

/** Cases that together run every hook, some of them more often than a fuse stands. */
const HITTING =
  /encoding, callback\), every|UTF-8 split|from an own|content reset|destroy\(error\) (?:while|of)|abort\(\) before|connection refused|upgrade: bytes|keep-alive: the|five requests|sends a string|sends a ReadableStream$|follows 307|read by text|cut by the peer|in the content: the reason|upgrade of request|20 at once|sends a Readable/;
/** `Fuse` stands 20 errors. */
const MOST_ERRORS = 20;

const preload = fileURLToPath(new URL("tools/fault.cjs", import.meta.url));
const inpooling = toolNamed("inpooling");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "compliance-faults-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function faulty(hook: string, file: string): Tool {
  return {
    ...inpooling,
    flags: () => ["--conditions=inpooling-source", "--require", preload, "--require", "inpooling/register"],
    env: (port) => ({ ...inpooling.env(port), COMPLIANCE_FAULT: hook, COMPLIANCE_HOOKS: file, OTEL_LOG_LEVEL: "none" }),
  };
}

function hookErrors(sink: Sink): number {
  const losses = sink.posts
    .filter(({ path }) => path.endsWith("/v1/traces"))
    .flatMap(({ body }) => readRequest(body).flatMap(({ resource, spans }) => spans.map((span) => lossFromSpan(span, resource))));
  return losses.filter((loss) => loss?.reason === "hook-error").reduce((sum, loss) => sum + (loss?.count ?? 0), 0);
}

const runsOf = (file: string): Map<string, number> =>
  new Map(
    readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split("\t"))
      .map(([name = "", count]) => [name, Number(count)]),
  );

// Node 22 has the hooks that undici before 7.11 needs, Node 26 those of undici 8.
const groups = await loadGroups();

describe.each(RUNTIMES.filter(({ name }) => name !== "Node 24"))("$name", ({ name, node }) => {
  const cases = casesFor(groups, Number(name.slice(5))).filter((one) => HITTING.test(one.name));

  test("an exception in any hook: nothing for the application, one counter, and a fuse", { timeout: 180_000 }, async () => {
    const bare = new BareRuns(node);
    await bare.run(cases);
    const all = join(folder, `${name}-all`);
    await measure(faulty("none", all), node, cases, bare);
    const hooks = [...runsOf(all).keys()].toSorted();
    const chunks =
      name === "Node 22"
        ? ["undici Request.onBodySent", "undici Request.onData"]
        : ["undici:request:bodyChunkReceived", "undici:request:bodyChunkSent"];
    expect(hooks).toEqual(
      expect.arrayContaining([
        "ClientRequest._implicitHeader",
        "ClientRequest.destroy",
        "ClientRequest.end",
        "ClientRequest.write",
        "IncomingMessage._destroy",
        "IncomingMessage.push",
        "IncomingMessage.push (upgrade)",
        "http.client.request.created",
        "http.client.request.error",
        "http.client.response.finish",
        "undici:client:sendHeaders",
        "undici:request:bodySent",
        "undici:request:create",
        "undici:request:error",
        "undici:request:headers",
        "undici:request:trailers",
        ...chunks,
      ]),
    );
    for (const [at, hook] of hooks.entries()) {
      const file = join(folder, `${name}-${at}`);
      const sink = new Sink();
      const verdicts = await measure(faulty(hook, file), node, cases, bare, sink);
      expect(
        verdicts.filter(({ difference }) => difference !== undefined).map(({ name: one, difference }) => `${hook}: ${one}: ${difference}`),
      ).toEqual([]);
      const runs = runsOf(file).get(hook) ?? 0;
      expect(runs, `${hook} ran and threw`).toBeGreaterThan(0);
      expect(runs, `${hook} is switched off`).toBeLessThanOrEqual(MOST_ERRORS);
      expect(hookErrors(sink), `${hook}: errors counted`).toBe(runs);
    }
  });
});
