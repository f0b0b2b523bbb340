import type { Call, Loss, RedactedCall } from "#record";
import type { CallFilter } from "./filter.ts";

/** A call without its payloads: what a list shows. `error` is `error.type`, `errorMessage` the first of the cause chain. */
export interface CallSummary {
  readonly id: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  /** Milliseconds since the Unix epoch, fraction kept to the microsecond. */
  readonly startTime: number;
  readonly durationMs: number;
  readonly service: string;
  readonly source: string;
  readonly client: string;
  readonly vendor: string;
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  readonly host: string;
  readonly route: string;
  readonly status: number;
  readonly outcome: string;
  readonly error: string;
  readonly errorMessage: string;
  readonly attempt: number;
  readonly requestSize: number;
  readonly responseSize: number;
  readonly responseType: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface SearchOptions {
  /** 1 … 1000. */
  readonly limit: number;
  /** Opaque, from an earlier page of the same filter. */
  readonly cursor?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SearchPage {
  /** Newest first. */
  readonly calls: readonly CallSummary[];
  /** Absent on the last page. */
  readonly nextCursor?: string | undefined;
  /** Rows the store looked through, where it says so: what a slow search shows as progress. */
  readonly scanned: number;
}

export interface StoreStats {
  readonly calls: number;
  readonly bytesOnDisk: number;
  readonly oldest: number;
  readonly newest: number;
}

/** Reads. Every method rejects with `StoreUnavailable` when the database does not answer. */
export interface CallReader {
  search(filter: CallFilter, options: SearchOptions): Promise<SearchPage>;
  get(id: string): Promise<Call | undefined>;
  losses(range: { from: number; to: number }): Promise<readonly Loss[]>;
  stats(): Promise<StoreStats>;
}

/** Told once per kept call, right after the sender was answered; for the live tail. Must return at once. */
export type AcceptedListener = (calls: readonly RedactedCall[]) => void;

/** The database does not answer; calls are still accepted into the journal. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}

/** A query that was refused or gave up, with the store's own reason and what to do. */
export class QueryFailed extends Error {
  override readonly name = "QueryFailed";
}
