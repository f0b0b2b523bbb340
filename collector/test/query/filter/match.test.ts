import { callId } from "#record";
import { describe, expect, test } from "vitest";
import { matches, parseFilter } from "../../../src/query/filter/index.ts";
import { makeCall, message } from "../memory-reader.ts";

const call = makeCall({
  method: "POST",
  url: "https://api.stripe.com/v1/charges?expand=Customer",
  host: "api.stripe.com",
  status: 402,
  durationMs: 2500,
  errorType: "402",
  errors: [{ name: "StripeCardError", code: "card_declined", message: "Your card was declined." }],
  operation: "charges.create",
  attempt: 2,
  request: message('{"amount":4200,"items":[{"sku":"A-1"}],"note":"Grüße an Österreich"}', [["Content-Type", "application/json"]]),
  response: message('{"error":{"code":"card_declined","param":null,"charge":"42","nested":{"a.b":1}},"ok":false}', [
    ["Set-Cookie", "a=1"],
    ["set-cookie", "b=2"],
    ["Retry-After", "30"],
  ]),
  tags: { order: "42", Team: "Pay" },
});

const passes = (line: string): boolean => matches(parseFilter(line, Date.now()).where, call);

describe("passes", () => {
  test.each([
    "",
    "*",
    "host:api.stripe.com",
    "HOST:API.STRIPE.COM",
    "host:*.stripe.com",
    "host:api.*.com",
    "host:~stripe",
    "host:*",
    "status:402",
    "status:4xx",
    "status:>=400",
    "status:400..402",
    "method:post",
    "duration:>2s",
    "duration:2500ms",
    "attempt:>1",
    "url:/v1/charges",
    "url:expand=customer",
    "url:charges*customer",
    "route:/v1/charges",
    "error:402",
    "error:*",
    "outcome:complete",
    "body:card_declined",
    "res.body:CARD_DECLINED",
    "-req.body:card_declined",
    "req.body:österreich",
    "body:amount",
    "res.error.code:card_declined",
    "res.error.code:card_*",
    "res.error.code:~CLINE",
    "res.error.charge:42",
    "res.error.charge:>41",
    "res.error.param:*",
    "res.error.param:null",
    "res.ok:false",
    'res.error.nested."a.b":=1',
    "req.amount:>=4200",
    "req.amount:4200",
    "req.amount:4000..5000",
    "req.items.0.sku:A-1",
    "req.items:~A-1",
    "-res.missing:*",
    "-res.error.code.deeper:*",
    "res.headers.retry-after:30",
    "res.headers.set-cookie:b=2",
    "res.headers.SET-COOKIE:a=1",
    "-res.headers.etag:*",
    "tag.order:42",
    "tag.Team:pay",
    "-tag.team:*",
    "declined",
    '"Your card was"',
    "charges.create",
    "pay",
    "-nowhere",
    "service:checkout",
    "client:fetch",
    "vendor:stripe",
    "source:patch",
    "site:src/pay.ts",
    "port:443",
    "req.size:>10",
    "req.size:*",
    `id:${callId(call)}`,
    `trace:${call.traceId.toUpperCase()}`,
    `span:${call.spanId}`,
    "host:nothing or status:402",
    "(host:nothing or status:402) method:POST",
    "-(host:nothing status:402)",
  ])("%s", (line) => expect(passes(line)).toBe(true));
});

describe("does not pass", () => {
  test.each([
    "host:stripe.com",
    "host:api.stripe.com.evil.example",
    "host:*.stripe",
    "status:5xx",
    "status:<402",
    "method:GET",
    "duration:<2s",
    "route:/v1",
    "error:ECONNRESET",
    "-error:*",
    "body:nowhere",
    "req.body:card_declined",
    "res.error:card_declined",
    "res.error.code:card",
    "res.error.code:*card",
    "res.missing:*",
    "res.error.code:>1",
    "res.toString:*",
    "res.__proto__:*",
    "req.items.length:*",
    "req.items.00:*",
    "req.items.-1:*",
    "tag.order:43",
    "tag.constructor:*",
    "res.headers.retry-after:3",
    "operation:charges",
    "trace:aa",
    "nowhere",
    "host:api.stripe.com status:200",
    "-(status:402 or host:x)",
  ])("%s", (line) => expect(passes(line)).toBe(false));
});

test("a body that is cut or no JSON has no values, but is still searched as text", () => {
  const cut = makeCall({ response: message('{"error":{"code":"card_declined"', [], { bodyTruncated: true }), tags: {} });
  expect(matches(parseFilter("res.error.code:card_declined").where, cut)).toBe(false);
  expect(matches(parseFilter("res.body:card_declined").where, cut)).toBe(true);
});

test("a hostile glob takes time in line with the text", () => {
  const long = makeCall({ response: message("a".repeat(200_000)) });
  expect(matches(parseFilter(`res.body:${"a*".repeat(100)}b`).where, long)).toBe(false);
});
