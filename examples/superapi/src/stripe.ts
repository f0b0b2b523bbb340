import { type Exchange, lastSegment, type Routes, sendJson } from "./exchange.ts";
import type { Random } from "./random.ts";

const CREATED = 1_790_000_000;

function stripeHeaders(random: Random, request: Exchange["request"]): Record<string, string> {
  const key = request.headers["idempotency-key"];
  return {
    "request-id": `req_${random.token(14)}`,
    "stripe-version": "2026-10-29.basil",
    ...(typeof key === "string" ? { "idempotency-key": key } : {}),
  };
}

function charge({ body, random, request, response }: Exchange): void {
  const form = new URLSearchParams(body.toString());
  const headers = stripeHeaders(random, request);
  const amount = Number(form.get("amount"));
  if (!Number.isInteger(amount) || amount <= 0) {
    sendJson(
      response,
      400,
      {
        error: {
          code: "parameter_invalid_integer",
          message: `Invalid integer: ${form.get("amount")}`,
          param: "amount",
          type: "invalid_request_error",
        },
      },
      headers,
    );
    return;
  }
  const id = `ch_3${random.token(23)}`;
  if (amount % 1000 === 402) {
    sendJson(
      response,
      402,
      {
        error: {
          charge: id,
          code: "card_declined",
          decline_code: "insufficient_funds",
          message: "Your card has insufficient funds.",
          type: "card_error",
        },
      },
      headers,
    );
    return;
  }
  sendJson(response, 200, chargeOf(id, amount, form, random), headers);
}

function chargeOf(id: string, amount: number, form: URLSearchParams, random: Random): object {
  const card = { brand: "visa", country: "PT", exp_month: 4, exp_year: 2031, fingerprint: random.token(16), last4: "4242" };
  return {
    id,
    object: "charge",
    amount,
    amount_captured: amount,
    currency: form.get("currency") ?? "eur",
    captured: true,
    created: CREATED,
    customer: form.get("customer"),
    description: form.get("description"),
    livemode: false,
    outcome: { network_status: "approved_by_network", risk_level: "normal", type: "authorized" },
    paid: true,
    payment_method_details: { card, type: "card" },
    status: "succeeded",
  };
}

function customers({ url, random, request, response }: Exchange): void {
  const limit = Math.min(100, Number(url.searchParams.get("limit") ?? 10) || 10);
  const data = Array.from({ length: limit }, () => ({
    id: `cus_${random.token(14)}`,
    object: "customer",
    created: CREATED,
    email: `${random.token(6).toLowerCase()}@example.com`,
    name: random.pick(["Ana Prates", "Zoë Müller", "Kenji Ōta", "Sam Field"]),
    livemode: false,
  }));
  sendJson(
    response,
    200,
    { object: "list", url: "/v1/customers", has_more: !url.searchParams.has("starting_after"), data },
    stripeHeaders(random, request),
  );
}

/** What the `stripe` SDK needs with `{ host, port, protocol: "http" }`: charges that succeed and fail, customer pages. */
export function stripeRoutes(): Routes {
  return {
    "POST /v1/charges": charge,
    "GET /v1/charges/:id": ({ url, random, request, response }) =>
      sendJson(
        response,
        404,
        {
          error: {
            code: "resource_missing",
            doc_url: "https://docs.example.com/error-codes/resource-missing",
            message: `No such charge: '${lastSegment(url)}'`,
            param: "id",
            type: "invalid_request_error",
          },
        },
        stripeHeaders(random, request),
      ),
    "GET /v1/customers": customers,
    "GET /v1/balance": ({ random, request, response }) =>
      sendJson(
        response,
        200,
        {
          object: "balance",
          livemode: false,
          available: [{ amount: random.between(1_000, 900_000), currency: "eur", source_types: { card: 1_000 } }],
          pending: [],
        },
        stripeHeaders(random, request),
      ),
  };
}
