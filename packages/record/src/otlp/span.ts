import type { AttributeValue } from "../attributes.ts";
import type { Resource } from "../call.ts";

/** Attributes as a decoder meets them: in order, names may repeat (the last one counts). */
export type Attributes = readonly (readonly [name: string, value: AttributeValue])[];

/**
 * One OTLP span, decoded. A decoder may hand over `http.*.body.content` string values as their UTF-8 bytes
 * (`Uint8Array`): they become bytes anyway, and a text decoder would take a byte order mark away.
 */
export interface OtlpSpan {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** "" for a root span. */
  readonly parentSpanId: string;
  readonly traceState: string;
  /** Bits 0-7: W3C trace flags (bit 0 sampled). */
  readonly flags: number;
  readonly name: string;
  /** `SpanKind`: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  /** Nanoseconds since the Unix epoch. */
  readonly startTime: bigint;
  readonly endTime: bigint;
  readonly attributes: Attributes;
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }[];
  /** Needed for `exception` events of other senders; absent when there are none. */
  readonly events?: readonly { readonly name: string; readonly attributes: Attributes }[] | undefined;
  /** `Status.code`: 0 unset, 1 ok, 2 error. */
  readonly status: { readonly code: number; readonly message: string };
  /** Name of the instrumentation scope. */
  readonly scopeName: string;
}

export const spanKindInternal = 1;
export const spanKindClient = 3;

/** The resource of an OTLP batch. Values that are no strings become JSON. */
export function resourceFromAttributes(attributes: Attributes): Resource {
  const all = Object.fromEntries(attributes.map(([name, value]) => [name, textOf(value)]));
  return {
    serviceName: all["service.name"] ?? "",
    serviceVersion: all["service.version"] ?? "",
    environment: all["deployment.environment.name"] ?? all["deployment.environment"] ?? "",
    attributes: all,
  };
}

/** An attribute value as text: strings as they are, numbers in decimal, everything else as JSON (bytes as hex). */
export function textOf(value: AttributeValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "bigint") return inner.toString();
    if (inner instanceof Uint8Array) return Array.from(inner, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return inner;
  });
}
