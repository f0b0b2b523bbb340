import type { Attribute } from "./attributes.ts";
import { attributeTable, linkKindName } from "./attributes.ts";
import { lossAttributeNames } from "./otlp/loss.ts";

const typeNames: Readonly<Record<Attribute["kind"], string>> = {
  string: "string",
  int: "int",
  double: "double",
  bool: "boolean",
  strings: "string[]",
  ints: "int[]",
  doubles: "double[]",
  "header-names": "string[]",
  headers: "string[]",
  body: "string or bytes",
  tags: "string",
};

/** What each attribute that has no OpenTelemetry convention means. For people; nothing at run time reads it. */
const meanings: Readonly<Record<string, string>> = {
  "inpooling.record.version": "Version of this table; marks a span as one of our records, redacted before it left its process",
  "inpooling.source": "How the call became a record: `patch`, `manual`, `client`, `gateway`, `span`",
  "inpooling.client": "The library that sent it: `fetch`, `undici`, `node:http`, `node:https`, or what a caller named",
  "inpooling.operation": "The vendor's name of what was called, e.g. `charges.create`",
  "inpooling.response.status_text": "Reason phrase of the response",
  "inpooling.outcome": "`complete`: the whole response was seen; `aborted`: the application stopped; `error`: the exchange failed",
  "inpooling.error.names": 'The error\'s cause chain, outermost first: classes ("" where there is none)',
  "inpooling.error.codes": "The same errors' codes",
  "inpooling.error.messages": "The same errors' messages, redacted",
  "inpooling.request.header.names":
    "Names of the request's fields in their order and case, repeated ones repeated; absent where the header attributes tell it",
  "inpooling.response.header.names": "The same of the response",
  "inpooling.request.body.truncated": "Present when `http.request.body.content` is not the whole content",
  "inpooling.response.body.truncated": "The same of the response",
  "inpooling.request.body.sha256": "SHA-256 (hex) of the content as it crossed the wire; absent unless every byte was captured",
  "inpooling.response.body.sha256": "The same of the response",
  "inpooling.request.chunk.offsets_ms": "When chunks of the request's content passed: milliseconds since the start, at most 256",
  "inpooling.request.chunk.sizes": "The same chunks' bytes",
  "inpooling.response.chunk.offsets_ms": "When chunks of the response's content arrived: milliseconds since the start, at most 256",
  "inpooling.response.chunk.sizes": "The same chunks' bytes",
  "inpooling.timing.dns_ms": "Milliseconds from the start until the name was resolved",
  "inpooling.timing.connect_ms": "… until the connection stood",
  "inpooling.timing.tls_ms": "… until TLS stood",
  "inpooling.timing.request_sent_ms": "… until the request had left",
  "inpooling.timing.first_byte_ms": "… until the response head was there",
  "inpooling.timing.last_byte_ms": "… until the end of the response",
  "inpooling.call_site": "Where in the code the call was made",
  "inpooling.tag.": "A tag that the application gave the call, e.g. `inpooling.tag.order`",
  "inpooling.redacted": "What was redacted, `<place>:<rule>`",
  "inpooling.dropped": "What was not kept and why, `<place>:<reason>`, e.g. `response.body:memory`",
  "inpooling.link.kind": "On a span link: `previous-attempt`, the attempt or redirect that this call follows",
  "inpooling.loss.reason": "On an `inpooling.loss` span: why records are gone, e.g. `ring-full`, `export-failed`",
  "inpooling.loss.what": "… whether the record (`call`) or only its payload (`body`)",
  "inpooling.loss.host": "… whose calls they were, where that is known",
  "inpooling.loss.count": "… how many",
  "inpooling.loss.bytes": "… how many bytes of payload",
};

/**
 * The table of ARCHITECTURE.md: every `inpooling.*` attribute in the order of the code's table, its OTLP type and
 * its meaning.
 * @throws Error when an attribute has no entry here or an entry has no attribute
 */
export function attributeReference(): string {
  const rows = new Map<string, string>();
  for (const { name, kind } of attributeTable) if (name.startsWith("inpooling.")) rows.set(name, typeNames[kind]);
  rows.set(linkKindName, "string");
  for (const [name, type] of lossAttributeNames) rows.set(name, type);
  const stale = Object.keys(meanings).filter((name) => !rows.has(name));
  if (stale.length > 0)
    throw new Error(`attribute-reference.ts explains attributes that are not in the table: ${stale.join(", ")}; take them out`);
  const lines = [...rows].map(([name, type]) => {
    const meaning = meanings[name];
    if (meaning === undefined) throw new Error(`attribute ${name} has no meaning in attribute-reference.ts; add one`);
    return `| \`${name}${name.endsWith(".") ? "<name>" : ""}\` | ${type} | ${meaning} |`;
  });
  return ["| attribute | type | meaning |", "|---|---|---|", ...lines].join("\n");
}
