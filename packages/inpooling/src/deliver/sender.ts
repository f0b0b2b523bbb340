import * as zlib from "node:zlib";
import { createOtlpNetworkExportDelegate, ExporterMetrics } from "@opentelemetry/otlp-exporter-base";
import type { IOtlpExportDelegate } from "@opentelemetry/otlp-exporter-base";
import { encodeTraceRequest, scopeName } from "#record";
import type { Resource } from "#record";
import { Refused, TryAgain } from "./connection.ts";
import type { Connection, ContentCoding } from "./connection.ts";

/** What became of one request. `refused` will not be taken however often it is sent. */
export type Sent =
  | { readonly result: "taken" }
  | { readonly result: "later"; readonly status: number; readonly afterMs: number | undefined; readonly why: string }
  | { readonly result: "refused"; readonly status: number; readonly why: string };

/** zstd and gzip at their fastest: gzip's default costs twice as much for a tenth less (capture-prototype.md, 2). */
const level = 1;

export function compress(bytes: Uint8Array, coding: ContentCoding): Uint8Array {
  if (coding === "zstd") return zlib.zstdCompressSync(bytes, { params: { [zlib.constants.ZSTD_c_compressionLevel]: level } });
  return coding === "gzip" ? zlib.gzipSync(bytes, { level }) : bytes;
}

/** `ExportTracePartialSuccess` of an ExportTraceServiceResponse: `partial_success` = 1 { `rejected_spans` = 1, `error_message` = 2 }. */
export function rejectedSpans(response: Uint8Array): { readonly count: number; readonly message: string } {
  const view = new ProtoView(response);
  let count = 0;
  let message = "";
  for (const [field, value] of view.fields()) {
    if (field !== 1 || !(value instanceof Uint8Array)) continue;
    for (const [inner, part] of new ProtoView(value).fields()) {
      if (inner === 1 && typeof part === "number") count = part;
      if (inner === 2 && part instanceof Uint8Array) message = Buffer.from(part).toString("utf8").slice(0, 300);
    }
  }
  return { count, message };
}

/** Just enough protobuf for a response of two fields; whatever is malformed ends the reading. */
class ProtoView {
  readonly #bytes: Uint8Array;
  #at = 0;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  *fields(): Generator<readonly [field: number, value: number | Uint8Array]> {
    while (this.#at < this.#bytes.length) {
      const tag = this.#varint();
      if ((tag & 7) === 0) yield [tag >>> 3, this.#varint()];
      else if ((tag & 7) === 2) {
        const length = this.#varint();
        if (length > this.#bytes.length - this.#at) return;
        yield [tag >>> 3, this.#bytes.subarray(this.#at, (this.#at += length))];
      } else return;
    }
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  }
}

type Delegate = IOtlpExportDelegate<readonly Uint8Array[]>;

/** Sends spans through OpenTelemetry's export delegate: our serializer before it, our connection behind it. */
export class Sender {
  readonly connection: Connection;
  readonly #resource: Resource;
  readonly #version: string;
  readonly #onRejected: (count: number, message: string) => void;
  readonly #delegates = new Map<ContentCoding, Delegate>();

  /** @param onRejected a 200 that took only a part (OTLP "Partial Success"): how many spans it did not take, and why */
  constructor(connection: Connection, resource: Resource, version: string, onRejected: (count: number, message: string) => void) {
    this.connection = connection;
    this.#resource = resource;
    this.#version = version;
    this.#onRejected = onRejected;
  }

  /** @param spans results of `encodeSpan` and `encodeLoss`. Never rejects. */
  send(spans: readonly Uint8Array[]): Promise<Sent> {
    return new Promise((resolve) => {
      try {
        this.#delegate(this.connection.coding).export(spans, ({ error }) =>
          resolve(error === undefined ? { result: "taken" } : sentOf(error)),
        );
      } catch (error) {
        resolve({ result: "refused", status: 0, why: `it cannot be encoded: ${(error as Error).message}` });
      }
    });
  }

  #serialize(spans: readonly Uint8Array[], coding: ContentCoding): Uint8Array {
    return compress(encodeTraceRequest(this.#resource, { name: scopeName, version: this.#version }, spans), coding);
  }

  #delegate(coding: ContentCoding): Delegate {
    let delegate = this.#delegates.get(coding);
    if (delegate === undefined) {
      const { url, timeoutMs } = this.connection.endpoint;
      delegate = createOtlpNetworkExportDelegate<readonly Uint8Array[], Record<string, never>>(
        // The serializer compresses: the delegate knows no zstd.
        { timeoutMillis: timeoutMs, concurrencyLimit: 64, compression: "none" },
        { serializeRequest: (spans) => this.#serialize(spans, coding), deserializeResponse: (data) => this.#read(data) },
        new ExporterMetrics({
          componentType: "inpooling_exporter",
          metricsHelper: { name: "span", countItems: (spans: readonly Uint8Array[]) => spans.length },
          url,
          meterProvider: undefined,
          responseAttributesFromError: () => ({}),
        }),
        this.connection.transport(coding),
      );
      this.#delegates.set(coding, delegate);
    }
    return delegate;
  }

  /** Counted here rather than logged by the delegate, so that losses are delivered and not only said. */
  #read(response: Uint8Array): Record<string, never> {
    const { count, message } = rejectedSpans(response);
    if (count > 0 || message !== "") this.#onRejected(count, message);
    return {};
  }
}

function sentOf(error: Error): Sent {
  if (error instanceof TryAgain) return { result: "later", status: error.status, afterMs: error.afterMs, why: error.message };
  if (error instanceof Refused) return { result: "refused", status: error.status, why: error.message };
  return { result: "later", status: 0, afterMs: undefined, why: error.message };
}
