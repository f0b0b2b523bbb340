import type { Encoding, Signal } from "./status.ts";

interface Magic {
  readonly bytes: readonly number[];
  readonly what: string;
  readonly remedy: string;
}

const MAGICS: readonly Magic[] = [
  { bytes: [0x1f, 0x8b], what: "gzip data", remedy: "say so with the header Content-Encoding: gzip" },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: "zstd data", remedy: "say so with the header Content-Encoding: zstd" },
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: "a zip file", remedy: "send an OTLP export request" },
  { bytes: [0x3c], what: "markup (HTML or XML)", remedy: "send an OTLP export request" },
];

/** Top-level keys that tell which request a JSON body is; the sender chose the wrong address. */
const JSON_KEYS: readonly (readonly [key: string, belongs: Signal | "zipkin"])[] = [
  ["resourceSpans", "traces"],
  ["resourceLogs", "logs"],
  ["resourceMetrics", "metrics"],
  ["localEndpoint", "zipkin"],
];
const LOOK_AHEAD = 4096;

/** For a body that could not be decoded: what it is instead, and the remedy; "" when that cannot be told. */
export function describeBody(body: Buffer, encoding: Encoding, signal: Signal): string {
  const magic = MAGICS.find(({ bytes }) => bytes.every((byte, at) => body[at] === byte));
  if (magic !== undefined) return `the body is ${magic.what}, not OTLP: ${magic.remedy}`;
  const head = body.toString("latin1", 0, LOOK_AHEAD).trimStart();
  const json = head.startsWith("{") || head.startsWith("[");
  if (json && encoding === "protobuf") return "the body is JSON, but Content-Type says protobuf: send Content-Type: application/json";
  if (json) return misdirected(head, signal);
  if (encoding === "json" && head !== "" && !/^[\x20-\x7e\s]/.test(head)) {
    return "the body is binary, but Content-Type says JSON: send Content-Type: application/x-protobuf";
  }
  if (/^[\x20-\x7e\s]{4,}$/.test(head)) return "the body is plain text, not OTLP: send an OTLP export request";
  return "";
}

function misdirected(head: string, signal: Signal): string {
  const key = JSON_KEYS.find(
    ([key]) => head.includes(`"${key}"`) || head.includes(`"${key.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`)}"`),
  );
  if (key === undefined || key[1] === signal) return "";
  if (key[1] === "zipkin") return "the body is Zipkin JSON, not OTLP: use an OTLP exporter";
  return `the body is an OTLP ${key[1]} export: post it to /v1/${key[1]}, not /v1/${signal}`;
}
