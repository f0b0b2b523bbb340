import type { CallJson, CallsPageJson, ErrorJson, StatusJson } from "../../../src/query/api.ts";

/** An answer that is not the one asked for. `code` as in `ErrorJson`, or `unreachable` when there was no answer. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: string;
  readonly remedy: string;
  /** For `bad-filter`: where in the filter, in UTF-16 units, end excluded. */
  readonly start: number | undefined;
  readonly end: number | undefined;

  constructor(error: ErrorJson["error"]) {
    super(error.message);
    this.code = error.code;
    this.remedy = error.remedy ?? "";
    this.start = error.start;
    this.end = error.end;
  }
}

async function failure(answer: Response): Promise<ApiError> {
  try {
    return new ApiError(((await answer.json()) as ErrorJson).error);
  } catch {
    return new ApiError({
      code: "query-failed",
      message: `The collector answered ${answer.status} ${answer.statusText} and no reason.`,
      remedy: "Its own output says more; look where `inpooling up` runs.",
    });
  }
}

/** GET of the collector's API. @throws ApiError; AbortError when `signal` says so. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, { headers: { accept: "application/json" }, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiError({
      code: "unreachable",
      message: "The collector does not answer.",
      remedy: "Is `inpooling up` still running? This page tries again by itself.",
    });
  }
  if (!answer.ok) throw await failure(answer);
  return (await answer.json()) as T;
}

/** One page of calls, newest first. */
export function fetchCalls(q: string, limit: number, cursor: string | null, signal: AbortSignal): Promise<CallsPageJson> {
  const query = new URLSearchParams({ q, limit: String(limit) });
  if (cursor !== null) query.set("cursor", cursor);
  return get(`/api/calls?${query}`, signal);
}

/** One call with its payloads. */
export function fetchCall(id: string, signal: AbortSignal): Promise<CallJson> {
  return get(`/api/calls/${encodeURIComponent(id)}`, signal);
}

export function fetchStatus(): Promise<StatusJson> {
  return get("/api/status");
}

/** Where a body is served as the bytes that are kept. */
export function bodyUrl(id: string, side: "request" | "response"): string {
  return `/api/calls/${encodeURIComponent(id)}/${side}/body`;
}

/** The failure behind anything thrown. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError({
    code: "query-failed",
    message: error instanceof Error ? error.message : String(error),
    remedy: "Reload the page.",
  });
}
