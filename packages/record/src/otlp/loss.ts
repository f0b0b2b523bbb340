import type { AttributeValue } from "../attributes.ts";
import { scopeName } from "../attributes.ts";
import type { Loss, Resource } from "../call.ts";
import { hashText } from "../hash.ts";
import { integerOf } from "./decode.ts";
import type { OtlpSpan } from "./span.ts";
import { spanKindInternal, textOf } from "./span.ts";

/** Name of the INTERNAL span that carries a `Loss`; its start and end are the first and the last loss. */
export const lossSpanName = "inpooling.loss";

export const lossAttributeNames = [
  ["inpooling.loss.reason", "string"],
  ["inpooling.loss.what", "string"],
  ["inpooling.loss.host", "string"],
  ["inpooling.loss.count", "int"],
  ["inpooling.loss.bytes", "int"],
] as const;

/** The attributes of a loss; the service's name is the resource's. */
export function lossAttributes(loss: Loss): [name: string, value: string | number][] {
  const values = [loss.reason, loss.what, loss.host, loss.count, loss.bytes];
  return lossAttributeNames.map(([name], i) => [name, values[i] ?? ""]);
}

/**
 * The loss a span carries.
 * @returns undefined when the span is something else
 */
export function lossFromSpan(span: OtlpSpan, resource: Resource): Loss | undefined {
  if (span.name !== lossSpanName || span.kind !== spanKindInternal || span.scopeName !== scopeName) return undefined;
  const values = new Map<string, AttributeValue>(span.attributes);
  const text = (name: string): string => textOf(values.get(`inpooling.loss.${name}`) ?? "");
  return {
    reason: text("reason"),
    what: text("what") === "body" ? "body" : "call",
    host: text("host"),
    count: integerOf(values.get("inpooling.loss.count") ?? 0),
    bytes: integerOf(values.get("inpooling.loss.bytes") ?? 0),
    from: span.startTime,
    to: span.endTime,
    serviceName: resource.serviceName,
  };
}

/** Trace and span id of a loss: OTLP wants ids, and the same loss sent twice must be the same span. */
export function lossIds(loss: Loss): { readonly traceId: string; readonly spanId: string } {
  const text = [loss.serviceName, loss.reason, loss.what, loss.host, loss.count, loss.bytes, loss.from, loss.to].join("\n");
  const hex = [1, 2, 3, 4].map((seed) => hashText(text, seed).toString(16).padStart(14, "0")).join("");
  return { traceId: hex.slice(0, 32), spanId: `1${hex.slice(32, 47)}` };
}
