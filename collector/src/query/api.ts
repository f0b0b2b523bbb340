/** The JSON of the query API: what page and command line see. */

/** `GET /api/calls`: an element of `calls`, and one NDJSON line. */
export interface CallSummaryJson {
  readonly id: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  /** RFC 3339, UTC, microseconds. */
  readonly startTime: string;
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
  readonly outcome: "complete" | "aborted" | "error";
  /** null on success. */
  readonly error: { readonly type: string; readonly message: string } | null;
  readonly attempt: number;
  readonly request: { readonly bodySize: number };
  readonly response: { readonly bodySize: number; readonly contentType: string };
  readonly tags: Readonly<Record<string, string>>;
}

export interface MessageJson {
  readonly headers: readonly (readonly [string, string])[];
  /** Text; null where there is none or where it is not text (then `bodyBase64`). */
  readonly body: string | null;
  readonly bodyBase64?: string;
  readonly bodySize: number;
  readonly bodyTruncated: boolean;
  readonly bodySha256: string | null;
  readonly chunks: readonly (readonly [offsetMs: number, bytes: number])[];
}

/** `GET /api/calls/<id>`. */
export interface CallJson extends Omit<CallSummaryJson, "request" | "response" | "error"> {
  readonly sampled: boolean;
  readonly port: number;
  readonly statusText: string;
  readonly error: {
    readonly type: string;
    readonly message: string;
    readonly causes: readonly { readonly name: string; readonly code: string; readonly message: string }[];
  } | null;
  readonly previous: { readonly traceId: string; readonly spanId: string } | null;
  readonly request: MessageJson;
  readonly response: MessageJson;
  readonly timings: Readonly<Record<string, number>>;
  readonly network: { readonly protocol: string; readonly peerAddress: string; readonly peerPort: number; readonly localPort: number };
  readonly resource: Readonly<Record<string, string>>;
  readonly callSite: string;
  readonly redacted: readonly string[];
  readonly dropped: readonly string[];
}

export interface CallsPageJson {
  readonly calls: readonly CallSummaryJson[];
  readonly nextCursor: string | null;
  readonly scanned: number;
}

/** `GET /api/status`: what the page's header shows. */
export interface StatusJson {
  readonly version: string;
  readonly calls: number;
  readonly bytesOnDisk: number;
  readonly oldest: string | null;
  readonly newest: string | null;
  /** Records lost by senders in the last 24 h, newest first. */
  readonly losses: readonly {
    readonly reason: string;
    readonly what: "call" | "body";
    readonly host: string;
    readonly service: string;
    readonly count: number;
    readonly bytes: number;
    readonly from: string;
    readonly to: string;
  }[];
}

/** Every answer that is not 2xx. */
export interface ErrorJson {
  readonly error: {
    /**
     * `bad-filter`, `bad-parameter`, `not-found`, `store-unavailable`, `query-failed`, `forbidden`, `unauthorized`,
     * `method-not-allowed`, `overloaded`, `internal`.
     */
    readonly code: string;
    readonly message: string;
    /** For `bad-filter`: where in the filter, in UTF-16 units, end excluded. */
    readonly start?: number;
    readonly end?: number;
    readonly remedy?: string;
  };
}

/**
 * `GET /api/tail`: SSE. Event `call` carries a `CallSummaryJson`, event `skipped` `{count}` when the reader is too slow
 * or comes back too late: so many calls, matching or not, were not looked at; 0 when nobody knows how many.
 */
export interface TailSkippedJson {
  readonly count: number;
}

/** `GET /api/filter?q=…&cursor=…`: the filter language for a filter bar. Always 200; a mistake is an answer. */
export interface FilterJson {
  /** The filter spelt in the one canonical way, times absolute; null when it cannot be read. */
  readonly canonical: string | null;
  readonly error: { readonly message: string; readonly remedy: string; readonly start: number; readonly end: number } | null;
  /** What can stand at the cursor: each `text` replaces the line from `start` to `end` (UTF-16 units, end excluded). */
  readonly suggestions: {
    readonly start: number;
    readonly end: number;
    readonly items: readonly { readonly text: string; readonly kind: "field" | "value" | "operator"; readonly about: string }[];
  };
}
