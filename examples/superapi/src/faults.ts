import { setTimeout as delay } from "node:timers/promises";
import { type Routes, sendJson } from "./exchange.ts";

/** Everything that goes wrong at other people's APIs: slow, overloaded, cut off, unreadable. */
export function faultRoutes(): Routes {
  return {
    "GET /api/v2/slow": async ({ url, response, random }) => {
      const wait = Math.min(10_000, Number(url.searchParams.get("ms") ?? random.between(300, 900)) || 0);
      await delay(wait);
      sendJson(response, 200, { waited_ms: wait });
    },
    // Two refusals, then an answer: what a client with retries gets through.
    "GET /api/v2/flaky": ({ response, count }) => {
      if (count % 3 < 2)
        sendJson(response, 503, { error: { code: "temporarily_unavailable", message: "Try again in a moment." } }, { "retry-after": "0" });
      else sendJson(response, 200, { ok: true, tries: 3 });
    },
    "GET /api/v2/limited": ({ response }) =>
      sendJson(
        response,
        429,
        { error: { code: "rate_limited", message: "Too many requests." } },
        { "retry-after": "20", "ratelimit-remaining": "0", "ratelimit-reset": "20" },
      ),
    "GET /api/v2/error": ({ response, random }) =>
      sendJson(response, 500, { error: { code: "internal", message: "Something broke on our side.", incident: `inc_${random.token(8)}` } }),
    // Promises more than it sends, then cuts the connection.
    "GET /api/v2/cut": ({ response }) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": 4096 });
      response.write('{"data":[1,2,3', () => response.destroy());
    },
    "GET /api/v2/gateway-page": ({ response }) => {
      const page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";
      response.writeHead(502, { "content-type": "text/html" }).end(page);
    },
  };
}
