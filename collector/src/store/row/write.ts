import type { Call, HeaderPairs, Loss, Message } from "#record";
import type { RowWriter } from "./binary.ts";

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
