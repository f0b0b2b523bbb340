import { type Call, type Loss, type Message, type RedactedCall, callId } from "#record";
import type { CallSummary } from "../store/store.ts";
import type { CallJson, CallSummaryJson, MessageJson, StatusJson } from "./api.ts";
import { bodyText } from "./body-text.ts";

/** RFC 3339 in UTC with microseconds. `milliseconds` since the Unix epoch, fraction kept to the microsecond. */
export function rfc3339(milliseconds: number): string {
  const micros = Math.round(milliseconds * 1000);
  const whole = Math.floor(micros / 1000);
  return new Date(whole).toISOString().replace("Z", `${String(micros - whole * 1000).padStart(3, "0")}Z`);
}

const toMilliseconds = (nanoseconds: bigint): number => Number(nanoseconds / 1000n) / 1000;

/** A row of a list. */
export function summaryJson(call: CallSummary): CallSummaryJson {
  return {
    id: call.id,
    traceId: call.traceId,
    spanId: call.spanId,
    parentSpanId: call.parentSpanId === "" ? null : call.parentSpanId,
    startTime: rfc3339(call.startTime),
    durationMs: call.durationMs,
    service: call.service,
    source: call.source,
    client: call.client,
    vendor: call.vendor,
    operation: call.operation,
    method: call.method,
    url: call.url,
    host: call.host,
    route: call.route,
    status: call.status,
    outcome: call.outcome as CallSummaryJson["outcome"],
    error: call.error === "" ? null : { type: call.error, message: call.errorMessage },
    attempt: call.attempt,
    request: { bodySize: call.requestSize },
    response: { bodySize: call.responseSize, contentType: call.responseType },
    tags: call.tags,
  };
}

/** What the store would list of a call that just came in. */
export function summaryOf(call: Call | RedactedCall): CallSummary {
  return {
    id: callId(call),
    traceId: call.traceId,
    spanId: call.spanId,
    parentSpanId: call.parentSpanId,
    startTime: toMilliseconds(call.startTime),
    durationMs: call.durationMs,
    service: call.resource.serviceName,
    source: call.source,
    client: call.client,
    vendor: call.vendor,
    operation: call.operation,
    method: call.method,
    url: call.url,
    host: call.host,
    route: call.route,
    status: call.status,
    outcome: call.outcome,
    error: call.errorType,
    errorMessage: call.errors[0]?.message ?? "",
    attempt: call.attempt,
    requestSize: call.request.bodySize,
    responseSize: call.response.bodySize,
    responseType: headerOf(call.response, "content-type"),
    tags: call.tags,
  };
}

/** The first value of a header field, "" where it is missing. */
export function headerOf(message: Message, name: string): string {
  return message.headers.find(([field]) => field.toLowerCase() === name)?.[1] ?? "";
}

/** The whole call, payloads included. */
export function callJson(call: Call): CallJson {
  const { request: _request, response: _response, error, ...summary } = summaryJson(summaryOf(call));
  return {
    ...summary,
    error: error === null ? null : { ...error, causes: call.errors },
    sampled: call.sampled,
    port: call.port,
    statusText: call.statusText,
    previous: call.previous ?? null,
    request: messageJson(call.request),
    response: messageJson(call.response),
    timings: Object.fromEntries(Object.entries(call.timings).filter(([, value]) => value !== undefined)) as Record<string, number>,
    network: call.network,
    resource: call.resource.attributes,
    callSite: call.callSite,
    redacted: call.redacted,
    dropped: call.dropped,
  };
}

function messageJson(message: Message): MessageJson {
  const text = message.body.length === 0 ? null : bodyText(message.body, headerOf(message, "content-type"), message.bodyTruncated);
  const binary = message.body.length > 0 && text === null;
  return {
    headers: message.headers,
    body: text,
    ...(binary && { bodyBase64: Buffer.from(message.body.buffer, message.body.byteOffset, message.body.byteLength).toString("base64") }),
    bodySize: message.bodySize,
    bodyTruncated: message.bodyTruncated,
    bodySha256: message.bodySha256 === "" ? null : message.bodySha256,
    chunks: message.chunks,
  };
}

/** A loss as the page's header shows it. */
export function lossJson(loss: Loss): StatusJson["losses"][number] {
  return {
    reason: loss.reason,
    what: loss.what,
    host: loss.host,
    service: loss.serviceName,
    count: loss.count,
    bytes: loss.bytes,
    from: rfc3339(toMilliseconds(loss.from)),
    to: rfc3339(toMilliseconds(loss.to)),
  };
}
