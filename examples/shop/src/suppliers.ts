import { setTimeout as delay } from "node:timers/promises";
import axios from "axios";
import got from "got";
import OpenAI from "openai";
import Stripe from "stripe";
import { request } from "undici";

/** One thing that the shop asks of somebody else. */
export type Errand = (turn: number) => Promise<unknown>;

/** The shop's errands, each through the client library that its author liked; `origin` is where SuperApi listens. */
export function errandsOf(origin: string): Readonly<Record<string, Errand>> {
  const { hostname, port } = new URL(origin);
  const openai = new OpenAI({ apiKey: "sk-superapi-demo-not-a-real-key", baseURL: `${origin}/openai/v1` });
  const stripe = new Stripe("sk_test_demoNotARealKey0000000000", { host: hostname, port, protocol: "http", telemetry: false });
  const courier = axios.create({ baseURL: `${origin}/api/v2`, timeout: 5_000, headers: { "x-api-key": "demo-courier-key" } });

  return {
    catalogue: async (turn) => (await fetch(`${origin}/api/v2/products?page=${1 + (turn % 3)}&per_page=20`)).json(),
    order: async (turn) => {
      const items = turn % 5 === 4 ? [] : [{ product: `prod_${turn}`, quantity: 1 + (turn % 3) }];
      const answer = await fetch(`${origin}/api/v2/orders`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "Bearer demo-order-token" },
        body: JSON.stringify({ customer: { name: "Ana Prates", email: "ana@example.com" }, items }),
      });
      return answer.json();
    },
    stock: async () => (await request(`${origin}/api/v2/reports/daily`)).body.arrayBuffer(),
    tracking: async (turn) => (await courier.get(`/shipments/shp_${1000 + turn}`)).data as unknown,
    slowTracking: async () => (await courier.get("/slow", { params: { ms: 450 } })).data as unknown,
    news: async () => got(`${origin}/api/v2/flaky`, { retry: { limit: 3 } }).json(),
    report: async () => (await fetch(`${origin}/api/v2/reports/latest`)).json(),
    charge: async (turn) =>
      stripe.charges.create({
        amount: turn % 3 === 2 ? 5_402 : 1_990 + turn,
        currency: "eur",
        source: "tok_visa",
        description: `Order ${turn}`,
      }),
    customers: async () => stripe.customers.list({ limit: 3 }),
    answer: async () =>
      openai.chat.completions.create({ model: "super-small", messages: [{ role: "user", content: "Where is my parcel?" }] }),
    chat: async () => {
      const stream = await openai.chat.completions.create({
        model: "super-large",
        stream: true,
        messages: [{ role: "user", content: "Where is my parcel?" }],
      });
      let text = "";
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
      return text;
    },
    brokenPartner: async () => (await fetch(`${origin}/api/v2/cut`)).json(),
    failingPartner: async () => (await courier.get("/error")).data as unknown,
    goneReturn: async () => got.delete(`${origin}/api/v2/carts/crt_17`).text(),
  };
}

/** Runs the errands round after round, `pauseMs` apart, until the signal; a failing errand is the shop's normal day. */
export async function keepShop(origin: string, pauseMs: number, signal: AbortSignal): Promise<void> {
  const errands = Object.entries(errandsOf(origin));
  for (let turn = 0; !signal.aborted; turn++) {
    for (const [name, errand] of errands) {
      if (signal.aborted) return;
      await errand(turn).catch((error: unknown) => {
        console.error(`shop: ${name} failed: ${error instanceof Error ? error.message : String(error)}`);
      });
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
