import { callId } from "#record";
import type { Call, CallSource, HeaderPairs, Loss, Message, Outcome } from "#record";
import type { RowReader, RowWriter } from "./rowbinary.ts";
import type { CallSummary } from "./store.ts";

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

const latestTime = 2n ** 63n - 1n;

/** DateTime64(9) holds 1970 … 2262; a sender's impossible clock must not make a whole block unreadable. */
function storableTime(time: bigint): bigint {
  return time < 0n ? 0n : time > latestTime ? latestTime : time;
}

/** A whole number in [0, limit]; what is none of that counts as unknown. */
function whole(value: number, limit: number): number {
  if (!(value > 0)) return 0;
  return value > limit ? limit : Math.trunc(value);
}

function lowerHost(host: string): string {
  // RFC 3986 6.2.2.1: hosts are case-insensitive; one spelling lets the primary key find them.
  return /[A-Z]/.test(host) ? host.toLowerCase() : host;
}

/** `content-type` of the response as sent, at most 200 characters. */
function contentType(headers: HeaderPairs): string {
  for (const [name, value] of headers) {
    if (name.length === 12 && name.toLowerCase() === "content-type") return value.slice(0, 200);
  }
  return "";
}

function writeRecord(to: RowWriter, record: Readonly<Record<string, string>>): void {
  const names = Object.keys(record);
  to.varint(names.length);
  for (const name of names) {
    to.string(name);
    to.string(record[name] ?? "");
  }
}

function writeStrings(to: RowWriter, values: readonly string[]): void {
  to.varint(values.length);
  for (const value of values) to.string(value);
}

function writeMessage(to: RowWriter, message: Message): void {
  to.varint(message.headers.length);
  for (const [name, value] of message.headers) {
    to.string(name);
    to.string(value);
  }
  to.blob(message.body);
  to.uint64(whole(message.bodySize, Number.MAX_SAFE_INTEGER));
  to.bool(message.bodyTruncated);
  to.string(message.bodySha256);
  to.varint(message.chunks.length);
  for (const [offsetMs, bytes] of message.chunks) {
    to.float64(offsetMs);
    to.uint64(whole(bytes, Number.MAX_SAFE_INTEGER));
  }
}

function writeOutcome(to: RowWriter, call: Call): void {
  to.uint16(whole(call.status, 65_535));
  to.string(call.statusText);
  to.string(call.outcome);
  to.string(call.errorType);
  to.varint(call.errors.length);
  for (const error of call.errors) {
    to.string(error.name);
    to.string(error.code);
    to.string(error.message);
  }
  to.uint32(whole(call.attempt, 4_294_967_295));
  to.string(call.previous?.traceId ?? "");
  to.string(call.previous?.spanId ?? "");
}

function writeConnection(to: RowWriter, call: Call): void {
  const { timings, network } = call;
  to.nullableFloat64(timings.dnsMs);
  to.nullableFloat64(timings.connectMs);
  to.nullableFloat64(timings.tlsMs);
  to.nullableFloat64(timings.requestSentMs);
  to.nullableFloat64(timings.firstByteMs);
  to.nullableFloat64(timings.lastByteMs);
  to.string(network.protocol);
  to.string(network.peerAddress);
  to.uint16(whole(network.peerPort, 65_535));
  to.uint16(whole(network.localPort, 65_535));
}

/** Appends one row of `calls`. Numbers outside of their column's range are brought to its nearest end. */
export function writeCall(to: RowWriter, call: Call): void {
  to.int64(storableTime(call.startTime));
  to.string(call.spanId);
  to.string(call.traceId);
  to.string(call.parentSpanId);
  to.string(call.traceState);
  to.bool(call.sampled);
  to.float64(call.durationMs);
  to.string(call.resource.serviceName);
  to.string(call.resource.serviceVersion);
  to.string(call.resource.environment);
  writeRecord(to, call.resource.attributes);
  to.string(call.source);
  to.string(call.client);
  to.string(call.vendor);
  to.string(call.operation);
  to.string(call.method);
  to.string(call.url);
  to.string(lowerHost(call.host));
  to.uint16(whole(call.port, 65_535));
  to.string(call.route);
  writeOutcome(to, call);
  writeMessage(to, call.request);
  writeMessage(to, call.response);
  to.string(contentType(call.response.headers));
  writeConnection(to, call);
  to.string(call.callSite);
  writeRecord(to, call.tags);
  writeStrings(to, call.redacted);
  writeStrings(to, call.dropped);
}

const readString = (from: RowReader): string => from.string();
const readPair = (from: RowReader): [string, string] => [from.string(), from.string()];
const readRecord = (from: RowReader): Record<string, string> => Object.fromEntries(from.list(readPair));

function readMessage(from: RowReader): Message {
  return {
    headers: from.list(readPair),
    body: from.blob(),
    bodySize: from.uint64(),
    bodyTruncated: from.bool(),
    bodySha256: from.string(),
    chunks: from.list((reader): [number, number] => [reader.float64(), reader.uint64()]),
  };
}

function readTimings(from: RowReader): Call["timings"] {
  return {
    dnsMs: from.nullableFloat64(),
    connectMs: from.nullableFloat64(),
    tlsMs: from.nullableFloat64(),
    requestSentMs: from.nullableFloat64(),
    firstByteMs: from.nullableFloat64(),
    lastByteMs: from.nullableFloat64(),
  };
}

/** Reads one row of `callColumns`. Bodies are views of the reader's bytes. */
export function readCall(from: RowReader): Call {
  const identity = {
    startTime: from.int64(),
    spanId: from.string(),
    traceId: from.string(),
    parentSpanId: from.string(),
    traceState: from.string(),
    sampled: from.bool(),
    durationMs: from.float64(),
  };
  const resource = { serviceName: from.string(), serviceVersion: from.string(), environment: from.string(), attributes: readRecord(from) };
  // Both columns hold what `writeCall` put there, so their texts are of these unions.
  const source = from.string() as CallSource;
  const target = {
    client: from.string(),
    vendor: from.string(),
    operation: from.string(),
    method: from.string(),
    url: from.string(),
    host: from.string(),
    port: from.uint16(),
    route: from.string(),
    status: from.uint16(),
    statusText: from.string(),
  };
  const outcome = from.string() as Outcome;
  const errorType = from.string();
  const errors = from.list((reader) => ({ name: reader.string(), code: reader.string(), message: reader.string() }));
  const attempt = from.uint32();
  const previous = { traceId: from.string(), spanId: from.string() };
  const request = readMessage(from);
  const response = readMessage(from);
  from.string(); // response_type repeats a header
  const timings = readTimings(from);
  const network = { protocol: from.string(), peerAddress: from.string(), peerPort: from.uint16(), localPort: from.uint16() };
  return {
    ...identity,
    resource,
    source,
    ...target,
    outcome,
    errorType,
    errors,
    attempt,
    ...(previous.spanId === "" ? {} : { previous }),
    request,
    response,
    timings,
    network,
    callSite: from.string(),
    tags: readRecord(from),
    redacted: from.list(readString),
    dropped: from.list(readString),
  };
}

/** Reads one row of `summaryColumns`. */
export function readSummary(from: RowReader): CallSummary {
  const startTime = from.int64();
  const spanId = from.string();
  return {
    id: callId({ startTime, spanId }),
    traceId: from.string(),
    spanId,
    parentSpanId: from.string(),
    startTime: Number(startTime / 1000n) / 1000,
    durationMs: from.float64(),
    service: from.string(),
    source: from.string(),
    client: from.string(),
    vendor: from.string(),
    operation: from.string(),
    method: from.string(),
    url: from.string(),
    host: from.string(),
    route: from.string(),
    status: from.uint16(),
    outcome: from.string(),
    error: from.string(),
    errorMessage: from.string(),
    attempt: from.uint32(),
    requestSize: from.uint64(),
    responseSize: from.uint64(),
    responseType: from.string(),
    tags: readRecord(from),
  };
}

/** Appends one row of `losses`. */
export function writeLoss(to: RowWriter, loss: Loss): void {
  to.int64(storableTime(loss.from));
  to.int64(storableTime(loss.to));
  to.string(loss.reason);
  to.string(loss.what);
  to.string(loss.host);
  to.string(loss.serviceName);
  to.uint64(whole(loss.count, Number.MAX_SAFE_INTEGER));
  to.uint64(whole(loss.bytes, Number.MAX_SAFE_INTEGER));
}

/** Reads one row of `lossColumns`. */
export function readLoss(from: RowReader): Loss {
  return {
    from: from.int64(),
    to: from.int64(),
    reason: from.string(),
    what: from.string() === "body" ? "body" : "call",
    host: from.string(),
    serviceName: from.string(),
    count: from.uint64(),
    bytes: from.uint64(),
  };
}
