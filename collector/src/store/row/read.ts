import { callId } from "#record";
import type { Call, CallSource, Loss, Message, Outcome } from "#record";
import type { CallSummary } from "../store.ts";
import type { RowReader } from "./binary.ts";

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
