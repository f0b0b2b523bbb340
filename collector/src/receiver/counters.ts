/** What a receiver has done since it started. */
export interface ReceiverCounters {
  requests: number;
  /** Calls handed to the sink and kept. */
  calls: number;
  /** Reports of senders about records they lost. */
  losses: number;
  /** Spans that are not outgoing HTTP calls (INTERNAL, SERVER …): accepted and not kept. */
  otherSpans: number;
  /** Spans, log records and data points answered as rejected in a `partial_success`. */
  rejected: number;
  /** Requests answered with 4xx. */
  refused: number;
  /** Requests answered with 503: the sender was asked to come again. */
  deferred: number;
  /** Requests whose sender went away before they were complete. */
  abandoned: number;
  /** Body bytes as they came, and after decompression. */
  wireBytes: number;
  bodyBytes: number;
  /** Connections closed at once because too many were open. */
  connectionsDropped: number;
}

export function newCounters(): ReceiverCounters {
  return {
    requests: 0,
    calls: 0,
    losses: 0,
    otherSpans: 0,
    rejected: 0,
    refused: 0,
    deferred: 0,
    abandoned: 0,
    wireBytes: 0,
    bodyBytes: 0,
    connectionsDropped: 0,
  };
}

/** Something that was not kept, told to the collector's operator because senders seldom show it to theirs. */
export interface Rejection {
  /** `/v1/traces`, or "" where no request could be read. */
  readonly endpoint: string;
  /** The HTTP status answered; 200 when only a part was rejected; 0 when there was no answer. */
  readonly status: number;
  /** Spans, log records or data points; 0 when they could not be counted. */
  readonly count: number;
  readonly reason: string;
  /** Address of the sender. */
  readonly remote: string;
}
