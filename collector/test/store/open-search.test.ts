import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callId } from "#record";
import type { RedactedCall } from "#record";
import { matches } from "../../src/query/filter/match.ts";
import type { Filter, TextField, TextMatch } from "../../src/store/filter.ts";
import { openStore, type OpenStore } from "../../src/store/open.ts";
import { QueryFailed } from "../../src/store/store.ts";
import { anyCall } from "./arbitrary.ts";
import { bytes, sampleCall, sampleLoss, sampleTime } from "./samples.ts";

// One database for the whole file: starting it is what takes the time.
let store: OpenStore;
let folder: string;
const warnings: string[] = [];

const json = (value: unknown): Uint8Array => bytes(JSON.stringify(value));

/** Calls that differ in what filters ask for, texts included that try to end a literal. */
const told: readonly RedactedCall[] = [
  sampleCall(0, {
    host: "api.stripe.com",
    status: 402,
    errorType: "402",
    durationMs: 2_500,
    tags: { order: "42", empty: "" },
    request: {
      headers: [
        ["Content-Type", "application/json"],
        ["X-Trace", "Abc"],
      ],
      body: json({ amount: 1200, currency: "eur", items: [{ sku: "A-1" }, { sku: "B_2" }] }),
    },
    response: {
      headers: [["content-type", "application/json; charset=utf-8"]],
      body: json({ error: { code: "card_declined", message: "Your card was declined.", param: null } }),
    },
  }),
  sampleCall(1, {
    host: "api.openai.com",
    vendor: "openai",
    method: "GET",
    url: "https://api.openai.com/v1/models?x=%27--",
    route: "/v1/models",
    operation: "list models",
    response: { body: json({ data: [{ id: "gpt-5" }], "0": { id: "zero" }, count: "17", ratio: 2.5, ok: true }) },
  }),
  sampleCall(2, {
    host: "api.twilio.com",
    vendor: "twilio",
    status: 0,
    outcome: "error",
    errorType: "ECONNREFUSED",
    attempt: 3,
    port: 8443,
    client: "node:https",
    errors: [
      { name: "Error", code: "ECONNREFUSED", message: "connect ECONNREFUSED 10.0.0.1:443" },
      { name: "", code: "", message: "Ünderlying cause" },
    ],
  }),
  sampleCall(3, {
    route: "/v1/it's\\a%_*",
    response: { body: bytes("MÜLLER's order 'x' OR 1=1 -- \\ 100% of_it\0tail") },
    tags: { "o'brien\\": "{f0:String}", order: "420" },
  }),
  sampleCall(4, {
    response: { body: new Uint8Array([0xff, 0xfe, 0x41, 0x42, 0x0a, 0x0a, 0x00]), bodyTruncated: true, bodySize: 9_999 },
    source: "manual",
    callSite: "src/pay.ts:12",
  }),
  sampleCall(5, {
    response: { body: bytes('{"error":{"code":"card_declined","message":"cut he') },
    resource: { serviceName: "Billing", serviceVersion: "", environment: "", attributes: {} },
  }),
];

const arbitrary = fc.sample(anyCall, { numRuns: 150, seed: 7 });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "inpooling-store-"));
  store = await openStore({ dataDir: folder, onWarning: (message) => warnings.push(message) });
  await store.sink.accept({
    calls: told,
    losses: [sampleLoss({ count: 7 }), sampleLoss({ what: "body", host: "", from: sampleTime + 5n })],
  });
  await store.sink.accept({ calls: arbitrary, losses: [] });
  await store.whenReady;
  await store.flush();
});

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
  expect(warnings).toEqual([]);
});

const all = { kind: "all" } as const;
const toldRange = { from: Number(sampleTime / 1_000_000n), to: Number(sampleTime / 1_000_000n) + told.length };

async function found(where: Filter): Promise<string[]> {
  const { calls } = await store.reader.search({ where, range: toldRange }, { limit: 1000 });
  return calls.map((call) => call.spanId).toSorted();
}

function expected(where: Filter): string[] {
  return told
    .filter((call) => matches(where, call))
    .map((call) => call.spanId)
    .toSorted();
}

test("every field of a call comes back from the database as it went in", async () => {
  for (const call of [...told, ...arbitrary]) expect(await store.reader.get(callId(call))).toEqual(call);
});

test("an id that is none, or of no call, finds nothing", async () => {
  for (const id of [
    "",
    "x",
    "019ab697ebe6",
    "019ab697ebe6-'; DROP TABLE calls --",
    "ffffffffffff-0000000000000001",
    "000000000000-0000000000000001",
  ]) {
    expect(await store.reader.get(id)).toBeUndefined();
  }
});

describe("a search finds what the language says", () => {
  const nasty = [
    "'",
    "\\",
    "' OR 1=1 --",
    "\\' OR 1=1 --",
    "'); DROP TABLE inpooling.calls; --",
    "{f0:String}",
    "%",
    "_",
    "\0",
    "\n",
    "\t",
    "`",
    '"',
    "\\N",
    "\\x27",
    "MÜLLER",
    "müller",
    "ünder",
    "*/",
    "🙂",
  ];
  const values = [
    "card_declined",
    "CARD_declined",
    "declined",
    "card",
    "stripe",
    "api.stripe.com",
    "API.Stripe.com",
    "GET",
    "order 'x' OR",
    "ECONNREFUSED",
    "Billing",
    "42",
    "",
    ...nasty,
  ];
  const fields: TextField[] = [
    "id",
    "trace",
    "span",
    "host",
    "method",
    "route",
    "url",
    "service",
    "client",
    "vendor",
    "operation",
    "source",
    "error",
    "outcome",
    "site",
    "body",
    "request.body",
    "response.body",
    "any",
  ];

  test("for every text field, operator and hostile value", async () => {
    for (const field of fields) {
      const terms: Filter[] = [
        { kind: "text", field, match: { op: "exists" } },
        { kind: "exists", field },
      ];
      for (const value of values) {
        const matchesOf: TextMatch[] = [
          { op: "equals", value },
          { op: "contains", value },
          { op: "glob", pattern: `*${value}*` },
          { op: "glob", pattern: `${value}*` },
        ];
        for (const match of matchesOf) terms.push({ kind: "text", field, match });
      }
      // Grouped, to ask the database less often; a group that differs is looked at term by term.
      for (let at = 0; at < terms.length; at += 35) await agree(terms.slice(at, at + 35), field);
    }
  });

  async function agree(terms: readonly Filter[], label: string): Promise<void> {
    const differing: string[] = [];
    for (const negated of [false, true]) {
      const group: Filter = negated ? { kind: "not", term: { kind: "or", terms } } : { kind: "or", terms };
      if (JSON.stringify(await found(group)) === JSON.stringify(expected(group))) continue;
      for (const term of terms) {
        const [is, should] = [await found(term), expected(term)];
        if (JSON.stringify(is) !== JSON.stringify(should))
          differing.push(`${JSON.stringify(term)}: ${is.join()} instead of ${should.join()}`);
      }
    }
    expect(differing, label).toEqual([]);
  }

  test("term by term, where a group could hide a miss", async () => {
    const terms: Filter[] = [
      { kind: "text", field: "host", match: { op: "equals", value: "API.stripe.com" } },
      { kind: "text", field: "host", match: { op: "glob", pattern: "*.openai.com" } },
      { kind: "text", field: "response.body", match: { op: "contains", value: "card was declined" } },
      { kind: "text", field: "body", match: { op: "equals", value: "müller's order 'x' or 1=1 -- \\ 100% OF_it\0tail" } },
      { kind: "text", field: "body", match: { op: "glob", pattern: "MÜLLER*100% of_it*" } },
      { kind: "text", field: "route", match: { op: "equals", value: "/v1/it's\\a%_*" } },
      { kind: "text", field: "id", match: { op: "equals", value: callId(told[2] ?? sampleCall(0)) } },
      { kind: "text", field: "id", match: { op: "contains", value: callId(told[2] ?? sampleCall(0)).slice(3) } },
      { kind: "text", field: "any", match: { op: "contains", value: "ünderlying" } },
      { kind: "keyed", field: "tag", key: "order", match: { op: "equals", value: "42" } },
      { kind: "keyed", field: "tag", key: "order", match: { op: "exists" } },
      { kind: "keyed", field: "tag", key: "empty", match: { op: "exists" } },
      { kind: "keyed", field: "tag", key: "missing", match: { op: "equals", value: "" } },
      { kind: "keyed", field: "tag", key: "o'brien\\", match: { op: "contains", value: "f0:" } },
      { kind: "keyed", field: "request.header", key: "x-TRACE", match: { op: "equals", value: "abc" } },
      { kind: "keyed", field: "response.header", key: "content-type", match: { op: "contains", value: "JSON" } },
      { kind: "keyed", field: "response.header", key: "x-none", match: { op: "exists" } },
      { kind: "number", field: "status", match: { op: ">=", value: 400 } },
      { kind: "number", field: "status", match: { op: "between", low: 200, high: 299 } },
      { kind: "number", field: "duration", match: { op: ">", value: 2_499.5 } },
      { kind: "number", field: "attempt", match: { op: "=", value: 3 } },
      { kind: "number", field: "port", match: { op: "<", value: 8443 } },
      { kind: "number", field: "response.size", match: { op: ">=", value: 9_999 } },
      { kind: "exists", field: "status" },
      { kind: "and", terms: [] },
      { kind: "or", terms: [] },
      all,
      {
        kind: "and",
        terms: [
          { kind: "not", term: { kind: "text", field: "vendor", match: { op: "equals", value: "stripe" } } },
          { kind: "exists", field: "error" },
        ],
      },
    ];
    for (const term of terms) expect(await found(term), JSON.stringify(term)).toEqual(expected(term));
  });

  test("at paths of JSON bodies, by text and number, with array indexes and members that look like them", async () => {
    const paths: [side: "request" | "response", path: string[]][] = [
      ["response", ["error", "code"]],
      ["response", ["error", "param"]],
      ["response", ["error"]],
      ["response", ["error", "missing"]],
      ["response", ["data", "0", "id"]],
      ["response", ["data", "1", "id"]],
      ["response", ["0", "id"]],
      ["response", ["count"]],
      ["response", ["ratio"]],
      ["response", ["ok"]],
      ["request", ["amount"]],
      ["request", ["items", "1", "sku"]],
      ["request", ["items", "sku"]],
      ["request", ["'); DROP TABLE calls --"]],
      ["request", ["\\"]],
    ];
    for (const [side, path] of paths) {
      for (const value of ["card_declined", "Card_Declined", "gpt-5", "zero", "17", "2.5", "true", "null", "B_2", "'"]) {
        const equals: Filter = { kind: "json", side, path, match: { op: "equals", value } };
        expect(await found(equals), JSON.stringify(equals)).toEqual(expected(equals));
      }
      for (const term of [
        { kind: "json", side, path, match: { op: "exists" } },
        { kind: "json", side, path, match: { op: ">=", value: 2.5 } },
        { kind: "json", side, path, match: { op: "=", value: 17 } },
        { kind: "json", side, path, match: { op: "glob", pattern: "*_d*" } },
        { kind: "json", side, path, match: { op: "contains", value: "D_Decl" } },
      ] satisfies Filter[]) {
        expect(await found(term), JSON.stringify(term)).toEqual(expected(term));
      }
    }
  });
});

/** Times of the same length and span ids sort as their texts do. */
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

describe("pages", () => {
  test("follow each other without gap or repeat, newest first, over calls of the same nanosecond too", async () => {
    const start = 1_700_000_000_000_000_000n;
    const calls = Array.from({ length: 60 }, (_, index) =>
      sampleCall(5_000 + index, { startTime: start + BigInt(Math.floor(index / 7)), host: `h${index % 3}.example` }),
    );
    await store.sink.accept({ calls, losses: [] });
    await store.flush();
    const where: Filter = { kind: "text", field: "host", match: { op: "glob", pattern: "h*.example" } };
    for (const limit of [1, 4, 7, 59, 60, 100]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.reader.search({ where, range: {} }, { limit, cursor });
        expect(page.calls.length).toBeLessThanOrEqual(limit);
        seen.push(...page.calls.map((call) => call.spanId));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(seen).toEqual(
        calls
          .toSorted((a, b) => byText(b.startTime.toString(), a.startTime.toString()) || byText(b.spanId, a.spanId))
          .map((call) => call.spanId),
      );
    }
  });

  test("keep to the range: its start included, its end not", async () => {
    const from = Number(sampleTime / 1_000_000n);
    const { calls } = await store.reader.search({ where: all, range: { from: from + 1, to: from + 3 } }, { limit: 100 });
    expect(calls.map((call) => call.spanId)).toEqual([told[2]?.spanId, told[1]?.spanId]);
    expect((await store.reader.search({ where: all, range: { from: from + 3, to: from + 3 } }, { limit: 100 })).calls).toEqual([]);
    expect((await store.reader.search({ where: all, range: { from: 0, to: 1 } }, { limit: 100 })).calls).toEqual([]);
  });

  test("show what a list needs", async () => {
    const { calls } = await store.reader.search(
      { where: { kind: "text", field: "id", match: { op: "equals", value: callId(told[2] ?? sampleCall(0)) } }, range: {} },
      { limit: 10 },
    );
    expect(calls).toEqual([
      {
        id: "019ab697e802-0000000000000002",
        traceId: told[2]?.traceId,
        spanId: told[2]?.spanId,
        parentSpanId: "",
        startTime: 1_764_000_000_002,
        durationMs: 12.5,
        service: "shop",
        source: "patch",
        client: "node:https",
        vendor: "twilio",
        operation: "",
        method: "POST",
        url: "https://api.stripe.com/v1/charges/2",
        host: "api.twilio.com",
        route: "/v1/charges/{id}",
        status: 0,
        outcome: "error",
        error: "ECONNREFUSED",
        errorMessage: "connect ECONNREFUSED 10.0.0.1:443",
        attempt: 3,
        requestSize: 0,
        responseSize: 0,
        responseType: "",
        tags: {},
      },
    ]);
  });

  test("refuse a cursor that the store did not give out", async () => {
    for (const cursor of ["", "x", "MSAx", Buffer.from("1 1 '); DROP").toString("hex")]) {
      await expect(store.reader.search({ where: all, range: {} }, { limit: 1, cursor })).rejects.toBeInstanceOf(QueryFailed);
    }
  });
});

test("losses and statistics tell what is there", async () => {
  const losses = await store.reader.losses({ from: 0, to: Number(sampleTime / 1_000_000n) + 1_000 });
  expect(losses).toEqual([sampleLoss({ what: "body", host: "", from: sampleTime + 5n }), sampleLoss({ count: 7 })]);
  expect(await store.reader.losses({ from: 0, to: 1 })).toEqual([]);
  const stats = await store.reader.stats();
  expect(stats.calls).toBeGreaterThanOrEqual(told.length + arbitrary.length);
  expect(stats.bytesOnDisk).toBeGreaterThan(1_000);
  expect(stats.oldest).toBeLessThan(stats.newest);
});

test("listeners hear of every kept call once, and of no repeat", async () => {
  const heard: string[] = [];
  const first = Promise.withResolvers<void>();
  const stop = store.onAccepted((calls) => {
    heard.push(...calls.map((call) => call.spanId));
    first.resolve();
  });
  const call = sampleCall(9_000);
  await store.sink.accept({ calls: [call], losses: [] });
  await first.promise;
  await store.sink.accept({ calls: [call], losses: [] });
  stop();
  await store.sink.accept({ calls: [sampleCall(9_001)], losses: [] });
  expect(heard).toEqual([call.spanId]);
});
