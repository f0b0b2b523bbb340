import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Refusal, RpcCode } from "./refusal.ts";
import type { Encoding, Signal } from "./status.ts";

const SIGNALS: Readonly<Record<string, Signal>> = { "/v1/traces": "traces", "/v1/logs": "logs", "/v1/metrics": "metrics" };
const ENCODINGS: Readonly<Record<string, Encoding>> = {
  "application/x-protobuf": "protobuf",
  "application/protobuf": "protobuf",
  "application/json": "json",
};

/** The path of a request target, without its query. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?", 1)[0] ?? "";
}

/** @throws Refusal 404 for another path, 405 with `Allow` for another method. */
export function signalOf(request: IncomingMessage): Signal {
  const path = pathOf(request);
  const signal = Object.hasOwn(SIGNALS, path) ? SIGNALS[path] : undefined;
  if (signal === undefined) {
    const message =
      `this is an OTLP/HTTP receiver and has no ${JSON.stringify(path.slice(0, 80))}; POST to /v1/traces. ` +
      `OTEL_EXPORTER_OTLP_ENDPOINT takes the address without a path, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT the whole URL`;
    throw new Refusal(404, RpcCode.notFound, message);
  }
  if (request.method !== "POST") {
    throw new Refusal(405, RpcCode.unimplemented, `${path} takes POST, not ${request.method ?? "?"}`, { headers: { allow: "POST" } });
  }
  return signal;
}

/** The encoding that Content-Type names; undefined when it names none that OTLP knows. */
export function encodingOf(request: IncomingMessage): Encoding | undefined {
  const [type = "", ...parameters] = (request.headers["content-type"] ?? "").toLowerCase().split(";");
  const name = type.trim();
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith("charset="));
  if (charset !== undefined && !["charset=utf-8", 'charset="utf-8"', "charset=utf8"].includes(charset)) return undefined;
  return Object.hasOwn(ENCODINGS, name) ? ENCODINGS[name] : undefined;
}

/** @throws Refusal 415 when `encoding` is undefined. */
export function requireEncoding(request: IncomingMessage, encoding: Encoding | undefined): Encoding {
  if (encoding !== undefined) return encoding;
  const type = request.headers["content-type"];
  const found = type === undefined ? "no Content-Type" : `Content-Type ${JSON.stringify(type.slice(0, 80))}`;
  const remedy = type?.startsWith("application/grpc")
    ? "this port speaks OTLP/HTTP, not gRPC: set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"
    : "send application/x-protobuf or application/json (UTF-8)";
  throw new Refusal(415, RpcCode.invalidArgument, `${found}: ${remedy}`);
}

/** Checks the ingest key; with no key set everyone may send. */
export class KeyCheck {
  readonly #digest: Buffer | undefined;

  constructor(key: string | undefined) {
    this.#digest = key === undefined || key === "" ? undefined : digest(key);
  }

  /** @throws Refusal 401 unless the request carries `Authorization: Bearer <key>`. */
  check(request: IncomingMessage): void {
    if (this.#digest === undefined) return;
    const given = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1];
    // Digests have one length, so the comparison tells nothing about the key.
    if (given !== undefined && timingSafeEqual(digest(given), this.#digest)) return;
    const found = given === undefined ? "no ingest key came with the request" : "the ingest key is not the collector's";
    const message = `${found}; set INPOOLING_KEY to the collector's key (sent as "Authorization: Bearer <key>")`;
    throw new Refusal(401, RpcCode.unauthenticated, message, { headers: { "www-authenticate": 'Bearer realm="inpooling"' } });
  }
}

function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
