import type { Call, ErrorInfo, HeaderPairs, Message, RedactedCall, Resource } from "../call.ts";
import { Fields } from "./fields.ts";
import { Findings } from "./findings.ts";
import { DEFAULT_RULES } from "./rules.ts";
import type { RedactionRules } from "./rules.ts";

/**
 * Takes every secret out of a call: header and field values by name, URL userinfo, query and path, credentials
 * and card numbers wherever they stand. The only way to a `RedactedCall` for a call that was captured.
 * Bodies must be decoded (no content-coding). Never throws: a field whose redaction fails is dropped and
 * `dropped` says `<place>:redaction-failed`. `bodySize` and `bodySha256` stay those of the original.
 * Linear in the size of the call.
 * @param rules rules beyond the default ones.
 */
export function redact(call: Call, rules: RedactionRules = DEFAULT_RULES): RedactedCall {
  const findings = new Findings(call.redacted, call.dropped);
  const fields = new Fields(rules, findings);
  return brand({
    ...call,
    traceState: fields.text("traceState", call.traceState),
    resource: resource(fields, call.resource),
    client: fields.text("client", call.client),
    vendor: fields.text("vendor", call.vendor),
    operation: fields.text("operation", call.operation),
    method: fields.text("method", call.method),
    url: fields.url("url", call.url),
    host: fields.text("host", call.host),
    route: fields.route(call.host, call.route),
    statusText: fields.text("statusText", call.statusText),
    errorType: fields.text("errorType", call.errorType),
    errors: call.errors.length === 0 ? call.errors : call.errors.map((error, i) => errorInfo(fields, error, i)),
    request: message(fields, "request", call.request),
    response: message(fields, "response", call.response),
    callSite: fields.text("callSite", call.callSite),
    tags: record(fields, "tag.", call.tags),
    // Last, when all fields have been through.
    redacted: findings.redactedList,
    dropped: findings.droppedList,
  });
}

/** For calls that one of our own workers has redacted already: the collector's way to a `RedactedCall`. */
export function assumeRedacted(call: Call): RedactedCall {
  return brand(call);
}

function brand(call: Call): RedactedCall {
  return call as RedactedCall;
}

function message(fields: Fields, side: "request" | "response", from: Message): Message {
  if (isStillEncoded(from)) {
    fields.drop(`${side}.body`, "still-encoded");
    return { ...from, headers: headers(fields, side, from.headers), body: new Uint8Array(0), bodyTruncated: true };
  }
  const contentType = from.headers.find(isContentType)?.[1] ?? "";
  return {
    ...from,
    headers: headers(fields, side, from.headers),
    body: fields.body(`${side}.body`, from.body, contentType, from.bodyTruncated),
  };
}

function isContentType([name]: readonly [name: string, value: string]): boolean {
  return name.length === 12 && name.toLowerCase() === "content-type";
}

/** What redaction cannot look into must not go out: a gzip (RFC 1952) or zstd (RFC 8878) body that nobody decoded. */
function isStillEncoded({ headers: pairs, body }: Message): boolean {
  const isGzip = body[0] === 0x1f && body[1] === 0x8b;
  const coding = isGzip ? "gzip" : body[0] === 0x28 && body[1] === 0xb5 && body[2] === 0x2f && body[3] === 0xfd ? "zstd" : "";
  return coding !== "" && pairs.some(([name, value]) => name.toLowerCase() === "content-encoding" && value.toLowerCase().includes(coding));
}

function headers(fields: Fields, side: "request" | "response", pairs: HeaderPairs): HeaderPairs {
  const place = `${side}.header.`;
  return pairs.map(([name, value]) => [name, fields.header(place, name, value)] as const);
}

function errorInfo(fields: Fields, error: ErrorInfo, index: number): ErrorInfo {
  return {
    name: fields.text(`errors.${index}.name`, error.name),
    code: fields.text(`errors.${index}.code`, error.code),
    message: fields.text(`errors.${index}.message`, error.message),
  };
}

/** Names are other people's text too: a secret in one is replaced like any other. */
function record(fields: Fields, place: string, values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(values);
  if (entries.length === 0) return values;
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const safeName = fields.label(`${place}*`, name);
      return [safeName, fields.named(place, safeName, value)];
    }),
  );
}

function resource(fields: Fields, from: Resource): Resource {
  return {
    serviceName: fields.text("resource.service.name", from.serviceName),
    serviceVersion: fields.text("resource.service.version", from.serviceVersion),
    environment: fields.text("resource.deployment.environment.name", from.environment),
    attributes: record(fields, "resource.", from.attributes),
  };
}
