import { setTimeout as delay } from "node:timers/promises";
import { type Exchange, jsonBody, type Routes, sendJson } from "./exchange.ts";

const WORDS =
  "The parcel left the warehouse this morning and should reach you on Thursday before noon — we will write as soon as it does.".split(" ");
const CREATED = 1_790_000_000;

function rateLimit(remaining: number): Record<string, string> {
  return {
    "x-ratelimit-limit-requests": "500",
    "x-ratelimit-remaining-requests": String(remaining),
    "x-ratelimit-reset-requests": "120ms",
    "openai-processing-ms": "212",
    "openai-version": "2020-10-01",
  };
}

/** `chunks` content deltas, a usage chunk and `[DONE]`, `gapMs` apart, in the shape of OpenAI's chat streaming. */
async function streamCompletion(exchange: Exchange, model: string, chunks: number, gapMs: number): Promise<void> {
  const { response, random } = exchange;
  const id = `chatcmpl-${random.token(29)}`;
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", ...rateLimit(499) });
  const send = (delta: object, finish: string | null): boolean =>
    response.write(
      `data: ${JSON.stringify({ id, object: "chat.completion.chunk", created: CREATED, model, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
    );
  send({ role: "assistant", content: "" }, null);
  for (let index = 0; index < chunks && !response.destroyed; index++) {
    send({ content: `${index === 0 ? "" : " "}${WORDS[index % WORDS.length] ?? ""}` }, null);
    if (gapMs > 0) await delay(gapMs);
    else await new Promise(setImmediate);
  }
  send({}, "stop");
  response.write(
    `data: ${JSON.stringify({ id, object: "chat.completion.chunk", created: CREATED, model, choices: [], usage: { prompt_tokens: 41, completion_tokens: chunks, total_tokens: 41 + chunks } })}\n\n`,
  );
  response.end("data: [DONE]\n\n");
}

async function chat(exchange: Exchange): Promise<void> {
  const { body, response, random, count } = exchange;
  const input = jsonBody(body);
  if (input === undefined || !Array.isArray(input["messages"])) {
    sendJson(response, 400, {
      error: {
        message: "Missing required parameter: 'messages'.",
        type: "invalid_request_error",
        param: "messages",
        code: "missing_required_parameter",
      },
    });
    return;
  }
  const model = typeof input["model"] === "string" ? input["model"] : "super-small";
  if (count % 11 === 10) {
    sendJson(
      response,
      429,
      { error: { message: "Rate limit reached for requests.", type: "requests", param: null, code: "rate_limit_exceeded" } },
      { ...rateLimit(0), "retry-after-ms": "150" },
    );
    return;
  }
  const chunks = Number(exchange.request.headers["x-superapi-chunks"] ?? WORDS.length);
  const gap = Number(exchange.request.headers["x-superapi-gap-ms"] ?? 15);
  if (input["stream"] === true) return streamCompletion(exchange, model, Math.min(chunks, 10_000), Math.min(gap, 1_000));
  const message = { role: "assistant", content: WORDS.join(" "), refusal: null };
  sendJson(
    response,
    200,
    {
      id: `chatcmpl-${random.token(29)}`,
      object: "chat.completion",
      created: CREATED,
      model,
      choices: [{ index: 0, message, logprobs: null, finish_reason: "stop" }],
      usage: { prompt_tokens: 41, completion_tokens: WORDS.length, total_tokens: 41 + WORDS.length },
    },
    rateLimit(499),
  );
}

/** What the `openai` SDK needs with `baseURL: <origin>/openai/v1`: models and chat completions, streamed too. */
export function openaiRoutes(): Routes {
  return {
    "GET /openai/v1/models": ({ response }) =>
      sendJson(response, 200, {
        object: "list",
        data: ["super-small", "super-large"].map((id) => ({ id, object: "model", created: CREATED, owned_by: "superapi" })),
      }),
    "POST /openai/v1/chat/completions": chat,
  };
}
