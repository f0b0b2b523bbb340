import type { RpcCode } from "./refusal.ts";

/** OTLP/HTTP answers in the encoding of the request (OTLP, "OTLP/HTTP Response"). */
export type Encoding = "protobuf" | "json";

export type Signal = "traces" | "logs" | "metrics";

/** Media type of an answer, the one the request came with. */
export const MEDIA_TYPE: Readonly<Record<Encoding, string>> = { protobuf: "application/x-protobuf", json: "application/json" };

const REJECTED: Readonly<Record<Signal, string>> = { traces: "rejectedSpans", logs: "rejectedLogRecords", metrics: "rejectedDataPoints" };
const BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    out.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
  return out;
}

function field(number: number, content: Uint8Array | string): Buffer {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  return bytes.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
}

function integer(number: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : Buffer.from([...varint(number * 8), ...varint(value)]);
}

/**
 * The `google.rpc.Status` that every answer of 4xx and 5xx carries. `violated` names the field that could not
 * be decoded and becomes a `google.rpc.BadRequest` detail.
 */
export function encodeStatus(encoding: Encoding, code: RpcCode, message: string, violated = ""): Buffer {
  if (encoding === "json") {
    const details =
      violated === "" ? {} : { details: [{ "@type": BAD_REQUEST, fieldViolations: [{ field: violated, description: message }] }] };
    return Buffer.from(JSON.stringify({ code, message, ...details }), "utf8");
  }
  const violation = violated === "" ? Buffer.alloc(0) : field(1, Buffer.concat([field(1, violated), field(2, message)]));
  const detail = violation.length === 0 ? Buffer.alloc(0) : field(3, Buffer.concat([field(1, BAD_REQUEST), field(2, violation)]));
  return Buffer.concat([integer(1, code), field(2, message), detail]);
}

/**
 * An `Export*ServiceResponse`: empty on full success; with `partial_success` when items were rejected, or as a
 * warning when none were but `message` says something.
 */
export function encodeExportResponse(encoding: Encoding, signal: Signal, rejected: number, message: string): Buffer {
  const full = rejected === 0 && message === "";
  if (encoding === "json") {
    if (full) return Buffer.from("{}");
    // 64-bit integers are strings in OTLP's JSON.
    return Buffer.from(JSON.stringify({ partialSuccess: { [REJECTED[signal]]: String(rejected), errorMessage: message } }), "utf8");
  }
  return full ? Buffer.alloc(0) : field(1, Buffer.concat([integer(1, rejected), field(2, message)]));
}
