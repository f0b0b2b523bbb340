import type { Call, CallSource, HeaderPairs, Message, Outcome, RedactedCall } from "./call.ts";
import { textLength } from "./content.ts";
import type { CallDraft, MessageDraft } from "./draft.ts";

/** A value as OTLP's `AnyValue` carries it; 64-bit integers are bigint. */
export type AttributeValue =
  | string
  | bigint
  | number
  | boolean
  | Uint8Array
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

/** Scope name of the spans we send. */
export const scopeName = "inpooling";

/** Says that a span is one of our records, written by this table from a `RedactedCall`. The value is the table's version. */
export const recordVersionName = "inpooling.record.version";
export const recordVersion = 1;

/** Says on a span link what it links to; the value is `previous-attempt`. */
export const linkKindName = "inpooling.link.kind";
export const previousAttempt = "previous-attempt";

/** `http.request.method` has a closed list; another method is `_OTHER` and stands in `…method_original`. */
const methods = new Set(["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"]);

type Side = "request" | "response";

interface Row<Kind extends string, Read, Write> {
  readonly kind: Kind;
  /** The attribute's name; for `headers` and `tags` the prefix that the field's or tag's name follows. */
  readonly name: string;
  readonly read: (call: Call) => Read;
  readonly write: (draft: CallDraft, value: Write) => void;
}

/**
 * One attribute of the record. `read` returns "", 0, false, undefined or an empty list where the span does not
 * carry the attribute. Integers are safe integers >= 0.
 */
export type Attribute =
  | Row<"string", string, string>
  | Row<"int", number, number>
  | Row<"double", number | undefined, number>
  | Row<"bool", boolean, boolean>
  | Row<"strings", readonly string[], readonly string[]>
  | Row<"ints", readonly number[], readonly number[]>
  | Row<"doubles", readonly number[], readonly number[]>
  | Row<"body", Message, Uint8Array>
  | (Row<"header-names", HeaderPairs, readonly string[]> & { readonly side: Side })
  | (Row<"headers", HeaderPairs, readonly [lowerName: string, values: readonly string[]]> & { readonly side: Side })
  | Row<"tags", Readonly<Record<string, string>>, readonly [name: string, value: string]>;

const none: readonly never[] = [];

/** The rows of one direction. */
function message(side: Side, of: (call: Call) => Message, draft: (draft: CallDraft) => MessageDraft): Attribute[] {
  return [
    {
      kind: "header-names",
      side,
      name: `inpooling.${side}.header.names`,
      read: (c) => (namesAreTold(of(c).headers) ? none : of(c).headers),
      write: (d, v) => (draft(d).headerNames = v),
    },
    {
      kind: "headers",
      side,
      name: `http.${side}.header.`,
      read: (c) => of(c).headers,
      write: (d, [name, values]) => draft(d).headerValues.push([name, values]),
    },
    { kind: "int", name: `http.${side}.body.size`, read: (c) => of(c).bodySize, write: (d, v) => (draft(d).bodySize = v) },
    {
      kind: "bool",
      name: `inpooling.${side}.body.truncated`,
      read: (c) => of(c).bodyTruncated,
      write: (d, v) => (draft(d).bodyTruncated = v),
    },
    { kind: "string", name: `inpooling.${side}.body.sha256`, read: (c) => of(c).bodySha256, write: (d, v) => (draft(d).bodySha256 = v) },
    {
      kind: "doubles",
      name: `inpooling.${side}.chunk.offsets_ms`,
      read: (c) => (of(c).chunks.length === 0 ? none : of(c).chunks.map(([offset]) => offset)),
      write: (d, v) => (draft(d).chunkOffsets = v),
    },
    {
      kind: "ints",
      name: `inpooling.${side}.chunk.sizes`,
      read: (c) => (of(c).chunks.length === 0 ? none : of(c).chunks.map(([, size]) => size)),
      write: (d, v) => (draft(d).chunkSizes = v),
    },
    { kind: "body", name: `http.${side}.body.content`, read: (c) => of(c), write: (d, v) => (draft(d).body = v) },
  ];
}

/**
 * Every attribute of a call's span: semantic conventions 1.45 where they have a name, `inpooling.*` else.
 * Encoder and decoder both walk this table, so a field of `Call` has a place here or it does not travel.
 */
export const attributeTable: readonly Attribute[] = [
  { kind: "int", name: recordVersionName, read: () => recordVersion, write: () => undefined },
  { kind: "string", name: "inpooling.source", read: (c) => c.source, write: (d, v) => (d.call.source = sourceOf(v)) },
  { kind: "string", name: "inpooling.client", read: (c) => c.client, write: (d, v) => (d.call.client = v) },
  { kind: "string", name: "service.peer.name", read: (c) => c.vendor, write: (d, v) => (d.call.vendor = v) },
  { kind: "string", name: "inpooling.operation", read: (c) => c.operation, write: (d, v) => (d.call.operation = v) },
  {
    kind: "string",
    name: "http.request.method",
    read: (c) => (methods.has(c.method) || c.method === "" ? c.method : "_OTHER"),
    write: setMethod,
  },
  {
    kind: "string",
    name: "http.request.method_original",
    read: (c) => (methods.has(c.method) ? "" : c.method),
    write: (d, v) => (d.call.method = v),
  },
  { kind: "string", name: "url.full", read: (c) => c.url, write: (d, v) => (d.call.url = v) },
  { kind: "string", name: "url.template", read: (c) => c.route, write: (d, v) => (d.call.route = v) },
  { kind: "string", name: "server.address", read: (c) => c.host, write: (d, v) => (d.call.host = v) },
  { kind: "int", name: "server.port", read: (c) => c.port, write: (d, v) => (d.call.port = v) },
  { kind: "int", name: "http.response.status_code", read: (c) => c.status, write: (d, v) => (d.call.status = v) },
  { kind: "string", name: "inpooling.response.status_text", read: (c) => c.statusText, write: (d, v) => (d.call.statusText = v) },
  { kind: "string", name: "inpooling.outcome", read: (c) => c.outcome, write: (d, v) => (d.call.outcome = outcomeOf(v)) },
  { kind: "string", name: "error.type", read: (c) => c.errorType, write: (d, v) => (d.call.errorType = v) },
  { kind: "strings", name: "inpooling.error.names", read: (c) => c.errors.map((e) => e.name), write: (d, v) => (d.errorParts.names = v) },
  { kind: "strings", name: "inpooling.error.codes", read: (c) => c.errors.map((e) => e.code), write: (d, v) => (d.errorParts.codes = v) },
  {
    kind: "strings",
    name: "inpooling.error.messages",
    read: (c) => c.errors.map((e) => e.message),
    write: (d, v) => (d.errorParts.messages = v),
  },
  { kind: "int", name: "http.request.resend_count", read: (c) => c.attempt - 1, write: (d, v) => (d.call.attempt = v + 1) },
  ...message(
    "request",
    (call) => call.request,
    (draft) => draft.request,
  ),
  ...message(
    "response",
    (call) => call.response,
    (draft) => draft.response,
  ),
  { kind: "double", name: "inpooling.timing.dns_ms", read: (c) => c.timings.dnsMs, write: (d, v) => (d.call.timings.dnsMs = v) },
  {
    kind: "double",
    name: "inpooling.timing.connect_ms",
    read: (c) => c.timings.connectMs,
    write: (d, v) => (d.call.timings.connectMs = v),
  },
  { kind: "double", name: "inpooling.timing.tls_ms", read: (c) => c.timings.tlsMs, write: (d, v) => (d.call.timings.tlsMs = v) },
  {
    kind: "double",
    name: "inpooling.timing.request_sent_ms",
    read: (c) => c.timings.requestSentMs,
    write: (d, v) => (d.call.timings.requestSentMs = v),
  },
  {
    kind: "double",
    name: "inpooling.timing.first_byte_ms",
    read: (c) => c.timings.firstByteMs,
    write: (d, v) => (d.call.timings.firstByteMs = v),
  },
  {
    kind: "double",
    name: "inpooling.timing.last_byte_ms",
    read: (c) => c.timings.lastByteMs,
    write: (d, v) => (d.call.timings.lastByteMs = v),
  },
  { kind: "string", name: "network.protocol.version", read: (c) => c.network.protocol, write: (d, v) => (d.call.network.protocol = v) },
  { kind: "string", name: "network.peer.address", read: (c) => c.network.peerAddress, write: (d, v) => (d.call.network.peerAddress = v) },
  { kind: "int", name: "network.peer.port", read: (c) => c.network.peerPort, write: (d, v) => (d.call.network.peerPort = v) },
  { kind: "int", name: "network.local.port", read: (c) => c.network.localPort, write: (d, v) => (d.call.network.localPort = v) },
  { kind: "string", name: "inpooling.call_site", read: (c) => c.callSite, write: (d, v) => (d.call.callSite = v) },
  { kind: "tags", name: "inpooling.tag.", read: (c) => c.tags, write: (d, [name, value]) => d.tagPairs.push([name, value]) },
  { kind: "strings", name: "inpooling.redacted", read: (c) => c.redacted, write: (d, v) => (d.call.redacted = v) },
  { kind: "strings", name: "inpooling.dropped", read: (c) => c.dropped, write: (d, v) => (d.call.dropped = v) },
];

/**
 * The attributes of a call's span, bodies included: what the exporter writes, as values.
 * Integers are bigint; a body is a string when it is text, else bytes.
 */
export function attributesOf(call: RedactedCall): [name: string, value: AttributeValue][] {
  const pairs: [string, AttributeValue][] = [];
  for (const attribute of attributeTable) collect(attribute, call, pairs);
  return pairs;
}

function collect(attribute: Attribute, call: Call, pairs: [string, AttributeValue][]): void {
  const { name } = attribute;
  switch (attribute.kind) {
    case "string":
    case "bool": {
      const value = attribute.read(call);
      if (value !== "" && value !== false) pairs.push([name, value]);
      break;
    }
    case "double": {
      const value = attribute.read(call);
      if (value !== undefined) pairs.push([name, value]);
      break;
    }
    case "int": {
      const value = attribute.read(call);
      if (value > 0) pairs.push([name, BigInt(value)]);
      break;
    }
    case "strings":
    case "doubles": {
      const values = attribute.read(call);
      if (values.length > 0) pairs.push([name, values]);
      break;
    }
    case "ints": {
      const values = attribute.read(call);
      if (values.length > 0) pairs.push([name, values.map(BigInt)]);
      break;
    }
    case "body": {
      const { body } = attribute.read(call);
      if (body.length > 0) pairs.push([name, bodyValue(attribute.read(call))]);
      break;
    }
    case "header-names": {
      const names = attribute.read(call).map(([field]) => field);
      if (names.length > 0) pairs.push([name, names]);
      break;
    }
    case "headers":
      for (const [lowerName, values] of headerGroups(attribute.read(call))) pairs.push([name + lowerName, values]);
      break;
    case "tags":
      for (const [tag, value] of Object.entries(attribute.read(call))) pairs.push([name + tag, value]);
      break;
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function bodyValue(message: Message): string | Uint8Array {
  const length = textLength(message);
  return length < 0 ? message.body : decoder.decode(message.body.subarray(0, length));
}

/**
 * Whether the fields' own attributes, in their order, say everything about the names: all lower case (HTTP/2 and
 * undici), and none repeated. Then the list of names does not travel.
 */
function namesAreTold(headers: HeaderPairs): boolean {
  // The search for repetitions is quadratic, and a hostile server sends thousands of fields.
  if (headers.length > 64) return false;
  for (let i = 0; i < headers.length; i++) {
    const name = headers[i]![0];
    if (name !== name.toLowerCase()) return false;
    for (let j = 0; j < i; j++) if (headers[j]![0] === name) return false;
  }
  return true;
}

/** Values by lower-cased field name, in order of first appearance. */
export function headerGroups(headers: HeaderPairs): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const values = groups.get(key);
    if (values === undefined) groups.set(key, [value]);
    else values.push(value);
  }
  return groups;
}

/** The span's name (semantic conventions, HTTP client span): `{method} {url.template}`. */
export function spanNameOf(call: Call): string {
  const method = methods.has(call.method) ? call.method : "HTTP";
  return call.route === "" ? method : `${method} ${call.route}`;
}

function setMethod(draft: CallDraft, value: string): void {
  if (value !== "_OTHER") draft.call.method = value;
}

function sourceOf(value: string): CallSource {
  return value === "patch" || value === "manual" || value === "client" || value === "gateway" ? value : "span";
}

function outcomeOf(value: string): Outcome {
  return value === "aborted" || value === "error" ? value : "complete";
}
