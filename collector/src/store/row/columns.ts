/** Version of the row layout below; it stands beside every row in the journal. */
export const rowFormat = 1;

const messageColumns = (side: "request" | "response"): readonly string[] =>
  ["headers", "body", "body_size", "body_truncated", "body_sha256", "chunks"].map((name) => `${side}_${name}`);

/** Columns of `calls` in the order of the row's bytes. */
export const callColumns: readonly string[] = [
  "start_time",
  "span_id",
  "trace_id",
  "parent_span_id",
  "trace_state",
  "sampled",
  "duration_ms",
  "service_name",
  "service_version",
  "environment",
  "resource",
  "source",
  "client",
  "vendor",
  "operation",
  "method",
  "url",
  "host",
  "port",
  "route",
  "status",
  "status_text",
  "outcome",
  "error_type",
  "errors",
  "attempt",
  "previous_trace_id",
  "previous_span_id",
  ...messageColumns("request"),
  ...messageColumns("response"),
  "response_type",
  "dns_ms",
  "connect_ms",
  "tls_ms",
  "request_sent_ms",
  "first_byte_ms",
  "last_byte_ms",
  "network_protocol",
  "peer_address",
  "peer_port",
  "local_port",
  "call_site",
  "tags",
  "redacted",
  "dropped",
];

/** What `readSummary` reads, in this order. */
export const summaryColumns: readonly string[] = [
  "start_time",
  "span_id",
  "trace_id",
  "parent_span_id",
  "duration_ms",
  "service_name",
  "source",
  "client",
  "vendor",
  "operation",
  "method",
  "url",
  "host",
  "route",
  "status",
  "outcome",
  "error_type",
  "errors[1].message AS error_message",
  "attempt",
  "request_body_size",
  "response_body_size",
  "response_type",
  "tags",
];

/** Columns of `losses` in the order of the row's bytes. */
export const lossColumns: readonly string[] = ["`from`", "`to`", "reason", "what", "host", "service_name", "count", "bytes"];
