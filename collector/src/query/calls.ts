import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Call } from "#record";
import type { CallFilter } from "../store/filter.ts";
import type { CallReader } from "../store/store.ts";
import { apiHead, ApiError, describeError, sendJson } from "./http/answer.ts";
import type { CallsPageJson } from "./api.ts";
import { callJson, summaryJson } from "./json.ts";
import { checkedId, Parameters } from "./parameters.ts";

const pageSize = 100;
const largestPage = 1000;

/** `GET /api/calls`: one page as JSON, or every page as NDJSON where the client asks for that. */
export async function listCalls(reader: CallReader, req: IncomingMessage, res: ServerResponse, query: URLSearchParams): Promise<void> {
  const parameters = new Parameters(query, ["q", "limit", "cursor"]);
  const filter = parameters.filter();
  const cursor = parameters.text("cursor");
  const cancel = new AbortController();
  res.on("close", () => cancel.abort());
  if (/\bapplication\/(?:x-)?ndjson\b/i.test(req.headers.accept ?? "")) {
    const limit = parameters.whole("limit", 1, Number.MAX_SAFE_INTEGER) ?? Number.POSITIVE_INFINITY;
    await streamCalls(reader, res, { filter, limit, cursor, signal: cancel.signal });
    return;
  }
  const limit = parameters.whole("limit", 1, largestPage) ?? pageSize;
  const page = await reader.search(filter, { limit, cursor, signal: cancel.signal });
  const answer: CallsPageJson = {
    calls: page.calls.map((call) => summaryJson(call)),
    nextCursor: page.nextCursor ?? null,
    scanned: page.scanned,
  };
  sendJson(res, 200, answer);
}

interface StreamOptions {
  readonly filter: CallFilter;
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * One line a call, newest first. When the store gives up half-way, the last line is an `ErrorJson` and the connection
 * is broken off: a reader that looks at neither still cannot take the answer for whole.
 */
async function streamCalls(reader: CallReader, res: ServerResponse, options: StreamOptions): Promise<void> {
  let { cursor } = options;
  let left = options.limit;
  try {
    do {
      const page = await reader.search(options.filter, { limit: Math.min(left, largestPage), cursor, signal: options.signal });
      if (!res.headersSent) apiHead(res, 200, "application/x-ndjson; charset=utf-8");
      if (options.signal.aborted) return;
      const lines = page.calls.map((call) => `${JSON.stringify(summaryJson(call))}\n`).join("");
      if (lines !== "" && !res.write(lines)) await once(res, "drain", { signal: options.signal });
      left -= page.calls.length;
      cursor = page.nextCursor;
    } while (cursor !== undefined && left > 0);
    res.end();
  } catch (error) {
    if (options.signal.aborted) return;
    if (!res.headersSent) throw error;
    res.write(`${JSON.stringify(describeError(error).body)}\n`, () => res.destroy());
  }
}

/** `GET /api/calls/<id>`. */
export async function showCall(reader: CallReader, res: ServerResponse, id: string): Promise<void> {
  sendJson(res, 200, callJson(await callOr404(reader, id)));
}

/** @throws ApiError 404 for what is no id or not there. */
export async function callOr404(reader: CallReader, id: string): Promise<Call> {
  const call = await reader.get(checkedId(id));
  if (call !== undefined) return call;
  throw new ApiError(404, "not-found", `There is no call ${id}`, "It may be older than the retention allows, or its id mistyped.");
}
