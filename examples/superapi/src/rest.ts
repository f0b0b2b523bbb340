import { brotliCompressSync, gzipSync } from "node:zlib";
import { type Exchange, jsonBody, lastSegment, type Routes, sendJson } from "./exchange.ts";
import { randomFor } from "./random.ts";

const CITIES = ["Lisbon", "Łódź", "São Paulo", "Nagoya", "Reykjavík", "Austin", "Köln", "Ōsaka"] as const;
const CARRIERS = ["northline", "parcela", "swiftpost"] as const;
const PRODUCTS = 57;

interface Product {
  readonly id: string;
  readonly name: string;
  readonly price: number;
  readonly currency: string;
  readonly stock: number;
  readonly warehouse: string;
  readonly description: string;
}

function product(seed: number, index: number): Product {
  const random = randomFor(seed, `product ${index}`);
  return {
    id: `prod_${random.token(14)}`,
    name: `${random.pick(["Walnut", "Linen", "Copper", "Granite", "Willow"])} ${random.pick(["lamp", "chair", "kettle", "shelf", "basket"])}`,
    price: random.between(900, 42_000) / 100,
    currency: "EUR",
    stock: random.between(0, 250),
    warehouse: random.pick(CITIES),
    description:
      `Made in ${random.pick(CITIES)}. ${"Solid, repairable, and delivered without plastic. ".repeat(random.between(1, 4))}`.trim(),
  };
}

/** Pagination by page number with RFC 8288 links, as many REST APIs have it. */
function products(seed: number) {
  return ({ url, response }: Exchange): void => {
    const page = Math.max(1, Number(url.searchParams.get("page") ?? 1) || 1);
    const size = Math.min(50, Math.max(1, Number(url.searchParams.get("per_page") ?? 20) || 20));
    const pages = Math.ceil(PRODUCTS / size);
    const from = (page - 1) * size;
    const items = Array.from({ length: Math.max(0, Math.min(size, PRODUCTS - from)) }, (_, offset) => product(seed, from + offset));
    const at = (target: number, rel: string): string => `<${url.origin}${url.pathname}?page=${target}&per_page=${size}>; rel="${rel}"`;
    const links = [page < pages ? at(page + 1, "next") : "", at(1, "first"), at(pages, "last")].filter((link) => link !== "");
    sendJson(
      response,
      200,
      { data: items, page, pages, total: PRODUCTS },
      { link: links.join(", "), "x-ratelimit-limit": "600", "x-ratelimit-remaining": String(600 - page) },
    );
  };
}

function order({ body, response, random, request }: Exchange): void {
  const input = jsonBody(body);
  const items = input?.["items"];
  if (!Array.isArray(items) || items.length === 0) {
    sendJson(response, 422, {
      error: { code: "items_missing", message: "An order needs at least one item.", field: "items", request_id: `req_${random.token(12)}` },
    });
    return;
  }
  const id = `ord_${random.token(16)}`;
  sendJson(
    response,
    201,
    {
      id,
      status: "accepted",
      customer: input?.["customer"] ?? null,
      items,
      carrier: random.pick(CARRIERS),
      created: request.headers["x-client-time"] ?? null,
    },
    { location: `/api/v2/orders/${id}`, etag: `"${random.token(10)}"` },
  );
}

function report({ url, response, random }: Exchange): void {
  const rows = Array.from({ length: 160 }, (_, index) => ({
    day: index,
    city: random.pick(CITIES),
    orders: random.between(0, 400),
    revenue: random.between(0, 90_000) / 100,
  }));
  const text = JSON.stringify({ report: "daily-sales", rows });
  const encoding = url.searchParams.get("encoding") === "br" ? "br" : "gzip";
  const bytes = encoding === "br" ? brotliCompressSync(text) : gzipSync(text);
  response.writeHead(200, {
    "content-type": "application/json",
    "content-encoding": encoding,
    "content-length": bytes.length,
    vary: "accept-encoding",
  });
  response.end(bytes);
}

/** The plain JSON REST part: products, orders, tracking, a compressed report, a redirect. */
export function restRoutes(seed: number): Routes {
  return {
    "GET /api/v2/products": products(seed),
    "GET /api/v2/products/:id": ({ url, response }) => {
      const index = Array.from({ length: PRODUCTS }, (_, at) => at).find((at) => product(seed, at).id === lastSegment(url));
      if (index === undefined)
        sendJson(response, 404, { error: { code: "product_not_found", message: `No product has the id ${lastSegment(url)}.` } });
      else sendJson(response, 200, product(seed, index), { etag: `"${index}"`, "cache-control": "max-age=30" });
    },
    "POST /api/v2/orders": order,
    "GET /api/v2/shipments/:id": ({ url, response, random }) =>
      sendJson(response, 200, {
        id: lastSegment(url),
        carrier: random.pick(CARRIERS),
        status: random.pick(["packed", "in_transit", "delivered"]),
        events: Array.from({ length: random.between(2, 5) }, () => ({ city: random.pick(CITIES), hours_ago: random.between(1, 90) })),
      }),
    "GET /api/v2/reports/daily": report,
    "GET /api/v2/reports/latest": ({ response }) => void response.writeHead(302, { location: "/api/v2/reports/daily" }).end(),
    "DELETE /api/v2/carts/:id": ({ response }) => void response.writeHead(204).end(),
  };
}
