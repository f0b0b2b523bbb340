// The live tail and the store must mean the same by a filter: the same calls, the same lines, asked of both.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callId, type RedactedCall } from "#record";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { matches, parseFilter, printFilter } from "../../../src/query/filter/index.ts";
import { openStore, type OpenStore } from "../../../src/store/open.ts";
import { makeCall, message } from "../memory-reader.ts";

const json = (value: unknown): ReturnType<typeof message> => message(JSON.stringify(value), [["Content-Type", "application/json"]]);

const calls: readonly RedactedCall[] = [
  makeCall(),
  makeCall({
    status: 402,
    errorType: "402",
    errors: [{ name: "CardError", code: "card_declined", message: "Your card was declined (50%)." }],
    response: json({ error: { code: "card_declined", param: null, charge: "42" }, ok: false }),
  }),
  makeCall({
    status: 0,
    outcome: "error",
    errorType: "ECONNRESET",
    errors: [{ name: "Error", code: "ECONNRESET", message: "socket hang up" }],
    response: message(""),
    durationMs: 0.25,
    attempt: 3,
  }),
  makeCall({
    host: "api.openai.com",
    url: "https://api.openai.com/v1/chat/completions",
    route: "/v1/chat/completions",
    vendor: "openai",
    durationMs: 12_500,
    response: message('data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n', [["content-type", "text/event-stream"]]),
  }),
  makeCall({
    method: "GET",
    host: "hooks.example.com",
    url: "https://hooks.example.com/A_b%20c/%41?q=x*y\\z",
    route: "/{id}",
    request: message(""),
    status: 204,
    tags: { order: "43", "Team x": "Pay.Roll", "": "empty" },
    callSite: "src/Pay.ts:1:2",
  }),
  makeCall({
    request: json({
      items: [
        { sku: "A-1", n: 7 },
        { sku: "B-2", n: 7.5 },
      ],
      note: "Grüße AUS Österreich",
      "a.b": { "c:d": true },
      "0": "zero",
      deep: [[1, [2]]],
      number: "12.5e1",
      hex: "0x10",
      spaced: " 8 ",
      big: 12_345_678_901_234,
      list: [],
      text: "x\ny",
    }),
  }),
  makeCall({
    response: message('{"error":{"code":"card_declined","cut', [["content-type", "application/json"]], {
      bodyTruncated: true,
      bodySize: 99_999,
    }),
  }),
  makeCall({
    response: message(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0x41), [["content-type", "image/png"]]),
    request: json(["top", { a: 1 }]),
  }),
  makeCall({
    response: message("Straße İstanbul ΣΑΣ k", [
      ["Set-Cookie", "a=1"],
      ["SET-COOKIE", "b=2"],
      ["X-Empty", ""],
    ]),
    resource: { serviceName: "Réseau", serviceVersion: "", environment: "", attributes: {} },
    operation: "charges.create",
    client: "node:http",
    source: "manual",
    outcome: "aborted",
  }),
  makeCall({
    request: json("just text"),
    response: json({ a: "", b: [], c: {}, d: 0, e: "null", f: "a_b", g: "a%b", h: "aXb" }),
    port: 8443,
  }),
];

const lines = [
  "",
  "*",
  "-*",
  "host:api.stripe.com",
  "host:API.STRIPE.COM",
  "host:*.com",
  "host:~openai",
  "-host:api.stripe.com",
  "host:*",
  "vendor:OpenAI",
  "method:get",
  "route:/v1/*",
  "status:402",
  "status:4xx",
  "status:>=400",
  "status:0",
  "status:*",
  "-status:*",
  "duration:<1ms",
  "duration:>2s",
  "duration:250us..1s",
  "attempt:>1",
  "port:8443",
  "req.size:>10",
  "res.size:*",
  "-req.size:*",
  "error:*",
  "-error:*",
  "error:econnreset",
  "error:E*",
  "error:~conn",
  "outcome:aborted",
  "source:manual",
  "client:node:http",
  "service:réseau",
  "service:RÉSEAU",
  "site:pay.ts",
  "operation:*create",
  "url:%20",
  "url:a_b",
  'url:"x*y\\\\z"',
  "url:x*z",
  "url:=https://hooks*",
  "url:%41",
  "body:card_declined",
  "body:DECLINED",
  "res.body:declined",
  "-res.body:*",
  "req.body:österreich",
  "req.body:GRÜSSE",
  "req.body:grüße",
  "body:PNG",
  "body:straße",
  "body:hi",
  "body:card*declined",
  "body:c_rd",
  "body:card%declined",
  "declined",
  '"50%"',
  "hang",
  "pay.roll",
  "empty",
  "charges.create",
  '"hi"',
  "chat",
  "nowhere",
  "res.error.code:card_declined",
  "res.error.code:*",
  "-res.error.code:*",
  "res.error.code:CARD_*",
  "res.error.code:~clin",
  "res.error.param:*",
  "res.error.param:null",
  "res.error.charge:42",
  "res.error.charge:=42",
  "res.error.charge:>41",
  "res.ok:false",
  "res.ok:*",
  "res.error:*",
  "res.error:~card_declined",
  "req.items.0.sku:a-1",
  "req.items.1.n:>7",
  "req.items.1.n:7.5",
  "req.items.0.n:=7",
  "req.items.2:*",
  "req.items.n:*",
  "req.items.-1:*",
  'req."a.b"."c:d":true',
  "req.0:zero",
  "req.0:top",
  "req.1.a:1",
  "req.deep.0.1.0:2",
  "req.number:=125",
  "req.number:>100",
  "req.hex:=16",
  "req.spaced:=8",
  "req.big:>12345678901233",
  "req.list:*",
  "req.text:~x",
  "req.note:~österreich",
  "res.a:*",
  'res.a:""',
  "res.d:=0",
  "res.d:0",
  "res.e:null",
  "res.e:*",
  "res.f:a_b",
  "res.g:a_b",
  "res.f:a*b",
  'res.g:"a%b"',
  "res.b:*",
  "res.c:*",
  "res.c.x:*",
  "res.length:*",
  "res.headers.content-type:*json",
  "res.headers.CONTENT-TYPE:text/event-stream",
  "res.headers.set-cookie:a=1",
  "res.headers.set-cookie:b=2",
  "res.headers.x-empty:*",
  'res.headers.x-empty:""',
  "-res.headers.set-cookie:*",
  "req.headers.content-type:*",
  "tag.order:42",
  "tag.order:4*",
  "tag.order:*",
  "-tag.order:*",
  'tag."Team x":pay.roll',
  'tag."team x":*',
  'tag.order:""',
  `id:${callId(calls[3] ?? makeCall())}`,
  `trace:${calls[4]?.traceId}`,
  `span:${calls[5]?.spanId}`,
  `id:*${calls[3]?.spanId}`,
  "trace:a*",
  `-id:${callId(calls[3] ?? makeCall())}`,
  "host:api.stripe.com status:402 or method:get",
  "(status:402 or status:0) -error:ECONNRESET",
  "-(host:api.stripe.com or vendor:openai)",
  "-(-status:402)",
];

let folder: string;
let store: OpenStore;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "inpooling-agreement-"));
  store = await openStore({ dataDir: folder, onWarning: () => undefined });
  await store.sink.accept({ calls, losses: [] });
  await store.whenReady;
  await store.flush();
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const names = new Map(calls.map((call, at) => [callId(call), at]));

async function both(line: string): Promise<{ tail: number[]; stored: number[] }> {
  const filter = parseFilter(line);
  const tail = calls.flatMap((call, at) => (matches(filter.where, call) ? [at] : []));
  const page = await store.reader.search(filter, { limit: 1000 });
  return { tail, stored: page.calls.map(({ id }) => names.get(id) ?? -1).sort((a, b) => a - b) };
}

test("every kind of term", async () => {
  const differing: object[] = [];
  let telling = 0;
  for (const line of lines) {
    const { tail, stored } = await both(line);
    if (tail.length > 0 && tail.length < calls.length) telling++;
    if (JSON.stringify(tail) !== JSON.stringify(stored)) differing.push({ line, tail, stored });
  }
  expect(differing).toEqual([]);
  // Lines that take every call or none would agree by chance.
  expect(telling).toBeGreaterThan(lines.length * 0.75);
});

test("any combination of them", async () => {
  const term = fc.constantFrom(...lines.filter((line) => line !== "" && !line.startsWith("-") && !line.includes(" or ")));
  const filter = fc.array(fc.tuple(fc.constantFrom("", "-"), term, fc.constantFrom(" ", " or ")), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(filter, async (terms) => {
      const line = printFilter(
        parseFilter(terms.map(([minus, one, glue], at) => `${minus}${one}${at < terms.length - 1 ? glue : ""}`).join("")),
      );
      const { tail, stored } = await both(line);
      expect(stored, line).toEqual(tail);
    }),
    { numRuns: 60 },
  );
});
