import type { ServerResponse } from "node:http";
import { QueryFailed, StoreUnavailable } from "../../store/store.ts";
import type { ErrorJson } from "../api.ts";
import { FilterError } from "../filter/error.ts";

/** An answer that is not 2xx, with what to do about it. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly remedy: string;

  constructor(status: number, code: string, message: string, remedy: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.remedy = remedy;
  }
}

/** Payloads are other people's text: nothing of an API answer may ever run, be sniffed, framed or kept in a cache. */
const apiHeaders = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
} as const;

/** Headers of every answer, page and API. */
export function commonHeaders(res: ServerResponse, version: string): void {
  res.setHeader("x-content-type-options", "nosniff");
  res.setHeader("referrer-policy", "no-referrer");
  res.setHeader("cross-origin-resource-policy", "same-origin");
  res.setHeader("cross-origin-opener-policy", "same-origin");
  res.setHeader("x-frame-options", "DENY");
  res.setHeader("inpooling-collector", version);
}

export function apiHead(
  res: ServerResponse,
  status: number,
  contentType: string,
  more: Readonly<Record<string, string | number>> = {},
): void {
  res.writeHead(status, { ...apiHeaders, "content-type": contentType, ...more });
}

export function sendJson(res: ServerResponse, status: number, value: unknown, more: Readonly<Record<string, string | number>> = {}): void {
  const body = Buffer.from(JSON.stringify(value));
  apiHead(res, status, "application/json; charset=utf-8", { "content-length": body.length, ...more });
  res.end(body);
}

/** What to tell about an error; 500 with no detail for what nobody foresaw. */
export function describeError(error: unknown): { status: number; body: ErrorJson } {
  if (error instanceof FilterError) {
    const { message, start, end, remedy } = error;
    return { status: 400, body: { error: { code: "bad-filter", message, start, end, ...(remedy !== "" && { remedy }) } } };
  }
  if (error instanceof ApiError) return explained(error.status, error.code, error.message, error.remedy);
  if (error instanceof StoreUnavailable) {
    const message = error.message || "The database does not answer";
    return explained(503, "store-unavailable", message, "Ask again in a few seconds; if it lasts, the output of `inpooling up` says why.");
  }
  // The store's message says what to do, because only it knows the reason.
  if (error instanceof QueryFailed) return explained(422, "query-failed", error.message);
  return explained(
    500,
    "internal",
    "The collector failed to answer; its output has the details",
    "Please report it with the collector's output.",
  );
}

function explained(status: number, code: string, message: string, remedy = ""): { status: number; body: ErrorJson } {
  return { status, body: { error: { code, message, ...(remedy !== "" && { remedy }) } } };
}

/** Sends an error as `ErrorJson`; when the answer has begun already, breaks it off so that nobody takes it for whole. */
export function sendError(res: ServerResponse, error: unknown): void {
  const { status, body } = describeError(error);
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const more: Record<string, string> = {};
  if (status === 503) more["retry-after"] = "2";
  if (status === 405) {
    more["allow"] = "GET, HEAD";
    // A body that nobody wants is not read to its end for the sake of the connection.
    more["connection"] = "close";
  }
  if (status === 401) more["www-authenticate"] = 'Bearer realm="inpooling"';
  sendJson(res, status, body, more);
}
