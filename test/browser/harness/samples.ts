import type { RedactedCall } from "@inpooling/record";
import { call, type CallSketch } from "./call.ts";

/** A picture of 8 by 8 pixels. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAGUlEQVR4nGP8z4APMOGVZRiVGVYyjIzMAADkQQEVxSn0iAAAAABJRU5ErkJggg==",
  "base64",
);

const WORDS = "The refund for order 1042 has been sent to the card it was paid with. It usually arrives within five working days.".split(
  " ",
);

/** A stream of the OpenAI shape, one event a word, and when each chunk arrived. */
function completion(): { readonly body: string; readonly chunks: readonly (readonly [number, number])[] } {
  const events = WORDS.map((word, index) =>
    JSON.stringify({
      id: "chatcmpl-9x2",
      object: "chat.completion.chunk",
      model: "gpt-5-mini",
      choices: [{ index: 0, delta: { content: index === 0 ? word : ` ${word}` }, finish_reason: null }],
    }),
  );
  events.push(
    JSON.stringify({
      id: "chatcmpl-9x2",
      model: "gpt-5-mini",
      choices: [{ index: 0, delta: {}, finish_reason: "stop" }],
      usage: { prompt_tokens: 812, completion_tokens: 24, total_tokens: 836 },
    }),
    "[DONE]",
  );
  const lines = events.map((event) => `data: ${event}\n\n`);
  return { body: lines.join(""), chunks: lines.map((line, index) => [310 + index * 47, Buffer.byteLength(line)] as const) };
}

const CHARGE = {
  id: "ch_3PqK2mLkdIwHu7ix0QbC9m3y",
  object: "charge",
  amount: 4200,
  amount_captured: 4200,
  currency: "eur",
  created: 1795534210,
  livemode: false,
  order: 90071992547409931n,
  customer: { id: "cus_QhYx8s1", email: "ada@example.com", address: { city: "Zürich", country: "CH", line1: null } },
  payment_method_details: {
    card: { brand: "visa", last4: "4242", number: "[redacted:card]", checks: { cvc_check: "pass" } },
    type: "card",
  },
  metadata: { order: "1042", note: "Ring twice\nThe bell is broken" },
  refunds: { object: "list", data: [], has_more: false },
};

/** JSON with numbers beyond 2^53, which JSON.stringify refuses. */
function json(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === "bigint" ? `\u0000${one}` : one)).replace(/"\\u0000(\d+)"/g, "$1");
}

const DECLINED = json({
  error: {
    code: "card_declined",
    decline_code: "insufficient_funds",
    doc_url: "https://stripe.com/docs/error-codes/card-declined",
    message: "Your card has insufficient funds.",
    type: "card_error",
    charge: "ch_3PqK",
  },
});

/** What attackers put into payloads, each in every place that a call has. */
export const HOSTILE = {
  script: `<script>window.hacked = "script"</script><img src=x onerror="window.hacked='img'"><svg onload="window.hacked='svg'">`,
  bidi: "amount\u202e00.001 RUE\u202c and \u2066isolated\u2069",
  control: "\u001b[31mred\u001b[0m\u0007\u200bzero\ufeffwidth",
};

export interface Samples {
  readonly calls: readonly RedactedCall[];
  readonly declined: RedactedCall;
  readonly charge: RedactedCall;
  readonly stream: RedactedCall;
  readonly big: RedactedCall;
  readonly hostile: RedactedCall;
  readonly picture: RedactedCall;
  readonly binary: RedactedCall;
  readonly refused: RedactedCall;
  readonly cut: RedactedCall;
  readonly form: RedactedCall;
  readonly xml: RedactedCall;
}

const stripeHeaders = [
  ["server", "nginx"],
  ["stripe-version", "2026-10-28.clover"],
  ["request-id", "req_8Xo2kQm1rT"],
  ["strict-transport-security", "max-age=63072000; includeSubDomains; preload"],
] as const;

/** The calls that tests look at, the newest last; `now` in milliseconds. */
function particular(now: number): Omit<Samples, "calls"> {
  const stripe: Omit<CallSketch, "at"> = {
    url: "https://api.stripe.com/v1/charges",
    method: "POST",
    vendor: "stripe",
    operation: "POST /v1/charges",
    client: "node:https",
    durationMs: 412,
    callSite: "src/payments.ts:88",
    tags: { order: "1042", tenant: "acme" },
    redacted: ["request.header.authorization:header-name", "response.body.payment_method_details.card.number:card"],
    request: {
      type: "application/x-www-form-urlencoded",
      headers: [
        ["authorization", "[redacted:header-name]"],
        ["idempotency-key", "0b8f7c1e"],
        ["user-agent", "Stripe/v1 NodeBindings/23.1.0"],
      ],
      body: "amount=4200&currency=eur&source=tok_visa&description=Order%201042%20%E2%80%93%20caf%C3%A9&metadata%5Border%5D=1042",
    },
  };
  const streamed = completion();
  const big = `[${Array.from({ length: 40_000 }, (_, index) => JSON.stringify({ id: index, sku: `SKU-${index}`, name: `Product ${index}`, price: { amount: index * 10, currency: "EUR" }, tags: ["new", "sale"], description: "x".repeat(120) })).join(",")}]`;
  return {
    big: call({
      at: now - 60_000,
      url: "https://catalog.example.net/v2/products?limit=40000",
      client: "undici",
      durationMs: 1840,
      response: { type: "application/json", body: big },
    }),
    xml: call({
      at: now - 50_000,
      url: "https://rates.example.org/daily.xml",
      client: "got",
      durationMs: 180,
      response: {
        type: "text/xml; charset=utf-8",
        headers: [["content-encoding", "gzip"]],
        body: `<?xml version="1.0"?><rates date="2026-11-24"><rate currency="CHF">0.9312</rate><rate currency="USD">1.0874</rate></rates>`,
        bodySize: 96,
      },
    }),
    picture: call({
      at: now - 45_000,
      url: "https://cdn.example.net/logo.png",
      durationMs: 31,
      response: { type: "image/png", body: PNG },
    }),
    binary: call({
      at: now - 40_000,
      url: "https://files.example.net/model.bin",
      durationMs: 77,
      response: { type: "application/octet-stream", body: Uint8Array.from({ length: 600 }, (_, index) => (index * 7) % 256) },
    }),
    cut: call({
      at: now - 35_000,
      url: "https://search.example.com/v1/index/_bulk",
      method: "POST",
      durationMs: 960,
      client: "axios",
      response: {
        type: "application/json",
        body: '{"took":30,"items":[{"id":1,"result":"created"},{"id":2,"res',
        bodySize: 10_485_760,
        bodyTruncated: true,
      },
      dropped: ["response.body:limit"],
    }),
    refused: call({
      at: now - 25_000,
      url: "https://inventory.internal:8443/stock/42",
      status: 0,
      durationMs: 3.2,
      errorType: "ECONNREFUSED",
      timings: { dnsMs: 1.1 },
      attempt: 3,
      errors: [
        { name: "TypeError", code: "", message: "fetch failed" },
        { name: "Error", code: "ECONNREFUSED", message: "connect ECONNREFUSED 10.0.3.17:8443" },
      ],
    }),
    hostile: call({
      at: now - 20_000,
      url: `https://evil.example/${encodeURIComponent("<script>")}?q=%22%3E%3Cimg`,
      method: "PUT",
      operation: HOSTILE.script,
      durationMs: 66,
      statusText: HOSTILE.bidi,
      callSite: HOSTILE.control,
      tags: { note: HOSTILE.script, [HOSTILE.bidi]: HOSTILE.bidi },
      resource: {
        serviceName: HOSTILE.script,
        serviceVersion: HOSTILE.bidi,
        environment: "",
        attributes: { "service.name": HOSTILE.script, control: HOSTILE.control },
      },
      request: {
        type: "text/html",
        body: HOSTILE.script,
        headers: [
          ["x-note", HOSTILE.bidi],
          ["x-html", HOSTILE.script],
        ],
      },
      response: {
        type: "application/json",
        headers: [["x-control", HOSTILE.control]],
        body: JSON.stringify({ html: HOSTILE.script, [HOSTILE.script]: 1, bidi: HOSTILE.bidi, control: HOSTILE.control }),
      },
    }),
    form: call({
      ...stripe,
      at: now - 16_000,
      url: "https://api.stripe.com/v1/refunds",
      durationMs: 388,
      response: { type: "application/json", headers: stripeHeaders, body: json({ id: "re_1", amount: 4200, status: "succeeded" }) },
    }),
    declined: call({
      ...stripe,
      at: now - 9_000,
      status: 402,
      statusText: "Payment Required",
      durationMs: 287,
      errors: [{ name: "StripeCardError", code: "card_declined", message: "Your card has insufficient funds." }],
      response: { type: "application/json", headers: stripeHeaders, body: DECLINED },
    }),
    stream: call({
      at: now - 6_000,
      url: "https://api.openai.com/v1/chat/completions",
      method: "POST",
      vendor: "openai",
      operation: "chat gpt-5-mini",
      durationMs: 1480,
      timings: { dnsMs: 2, connectMs: 14, tlsMs: 41, requestSentMs: 43, firstByteMs: 310, lastByteMs: 1479 },
      redacted: ["request.header.authorization:header-name"],
      request: {
        type: "application/json",
        headers: [["authorization", "[redacted:header-name]"]],
        body: json({
          model: "gpt-5-mini",
          stream: true,
          messages: [
            { role: "system", content: "You answer customers of a shop.\nBe brief." },
            { role: "user", content: "Where is my refund for order 1042?" },
          ],
        }),
      },
      response: {
        type: "text/event-stream; charset=utf-8",
        headers: [
          ["x-request-id", "req_f31c"],
          ["openai-processing-ms", "261"],
        ],
        body: streamed.body,
        chunks: streamed.chunks,
      },
    }),
    charge: call({ ...stripe, at: now - 3_000, response: { type: "application/json", headers: stripeHeaders, body: json(CHARGE) } }),
  };
}

const ORDINARY: readonly (readonly [method: string, url: string, client: string, ms: number, status: number])[] = [
  ["GET", "https://api.github.com/repos/acme/shop/pulls?state=open", "got", 143, 200],
  ["GET", "https://api.stripe.com/v1/balance", "node:https", 96, 200],
  ["POST", "https://api.stripe.com/v1/payment_intents", "node:https", 341, 200],
  ["GET", "https://inventory.internal:8443/stock/17", "axios", 8.4, 200],
  ["GET", "https://inventory.internal:8443/stock/18", "axios", 7.9, 304],
  ["POST", "https://api.openai.com/v1/embeddings", "fetch", 218, 200],
  ["GET", "https://rates.example.org/latest?base=EUR", "undici", 61, 200],
  ["GET", "https://api.github.com/repos/acme/shop/issues?page=2", "got", 121, 301],
  ["POST", "https://hooks.slack.com/services/[redacted:path]", "fetch", 233, 200],
  ["GET", "https://geo.example.com/v1/lookup?ip=203.0.113.7", "fetch", 512, 429],
  ["GET", "https://inventory.internal:8443/stock/19", "axios", 2140, 503],
  ["DELETE", "https://search.example.com/v1/index/42", "undici", 39, 404],
];

/** Some 200 ordinary calls and the particular ones, as a shop would make them. */
export function samples(now = Date.now(), count = 190): Samples {
  const ordinary = Array.from({ length: count }, (_, index) => {
    const [method, url, client, ms, status] = ORDINARY[index % ORDINARY.length] as (typeof ORDINARY)[number];
    const service = index % 5 === 3 ? "mailer" : "shop";
    return call({
      at: now - 70_000 - index * 1_370,
      url,
      method,
      client,
      status,
      durationMs: ms * (0.7 + ((index * 37) % 60) / 100),
      attempt: status === 503 && index % 2 === 0 ? 2 : 1,
      resource: { serviceName: service, serviceVersion: "2.4.1", environment: "production", attributes: { "service.name": service } },
      response: { type: "application/json", body: json({ ok: status < 400, index, items: ["a", "b"] }) },
    });
  });
  const special = particular(now);
  return { ...special, calls: [...ordinary, ...Object.values(special)] };
}
