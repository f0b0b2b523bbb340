import type { AttributeValue } from "../attributes.ts";
import type { CallDraft } from "../draft.ts";
import { routeOf } from "../route.ts";
import { targetOf } from "../url.ts";
import { vendorOf } from "../vendor.ts";
import type { OtlpSpan } from "./span.ts";
import { textOf } from "./span.ts";

/** Reads the attributes of other senders that mean a field of the call under another name. */
type Reader = (draft: CallDraft, value: AttributeValue) => void;

const text =
  (write: (draft: CallDraft, value: string) => void): Reader =>
  (draft, value) =>
    write(draft, textOf(value));

const integer =
  (write: (draft: CallDraft, value: number) => void): Reader =>
  (draft, value) => {
    const number = Number(textOf(value));
    if (Number.isSafeInteger(number) && number >= 0) write(draft, number);
  };

const encoder = new TextEncoder();
const body =
  (side: "request" | "response"): Reader =>
  (draft, value) => {
    if (draft[side].body.length === 0) draft[side].body = value instanceof Uint8Array ? value : encoder.encode(textOf(value));
  };

/** HTTP conventions before 1.23, HyperDX's bodies, OpenTelemetry's generative AI names. Current names win. */
const aliases: ReadonlyMap<string, Reader> = new Map([
  ["http.method", text((d, v) => (d.call.method ||= v))],
  ["http.url", text((d, v) => (d.call.url ||= v))],
  ["http.status_code", integer((d, v) => (d.call.status ||= v))],
  ["http.status_text", text((d, v) => (d.call.statusText ||= v))],
  ["http.flavor", text((d, v) => (d.call.network.protocol ||= v.replace(/\.0$/, "")))],
  ["http.request_content_length", integer((d, v) => (d.request.bodySize ||= v))],
  ["http.response_content_length", integer((d, v) => (d.response.bodySize ||= v))],
  ["http.resend_count", integer((d, v) => (d.call.attempt = v + 1))],
  ["http.retry_count", integer((d, v) => (d.call.attempt = v + 1))],
  ["http.request.body", body("request")],
  ["http.response.body", body("response")],
  ["net.peer.name", text((d, v) => (d.call.host ||= v))],
  ["net.peer.port", integer((d, v) => (d.call.port ||= v))],
  ["net.sock.peer.addr", text((d, v) => (d.call.network.peerAddress ||= v))],
  ["net.peer.ip", text((d, v) => (d.call.network.peerAddress ||= v))],
  ["net.sock.peer.port", integer((d, v) => (d.call.network.peerPort ||= v))],
  ["net.sock.host.port", integer((d, v) => (d.call.network.localPort ||= v))],
  ["peer.service", text((d, v) => (d.call.vendor ||= v))],
  ["gen_ai.provider.name", text((d, v) => (d.call.vendor ||= v))],
  ["gen_ai.operation.name", text((d, v) => (d.call.operation ||= v))],
]);

/** Parts of a URL that some instrumentations send instead of the whole, and what says the same as another field. */
const parts = new Set([
  "url.scheme",
  "url.path",
  "url.query",
  "http.scheme",
  "http.target",
  "http.host",
  "http.error_name",
  "http.error_message",
  "http.response_content_length_uncompressed",
  "http.request_content_length_uncompressed",
  "net.transport",
  "network.protocol.name",
  "network.transport",
  "code.file.path",
  "code.line.number",
  "code.filepath",
  "code.lineno",
]);

/** Whether `completeForeign` knows what to do with the attribute. */
export function isForeignName(name: string): boolean {
  return aliases.has(name) || parts.has(name);
}

/** Fills the fields of a call from a span of another sender, from what was put aside. */
export function completeForeign(draft: CallDraft, span: OtlpSpan, aside: ReadonlyMap<string, AttributeValue>): void {
  for (const [name, value] of aside) aliases.get(name)?.(draft, value);
  const part = (...names: string[]): string => textOf(names.map((name) => aside.get(name)).find((value) => value !== undefined) ?? "");
  if (draft.call.method === "") return;
  draft.call.source = "span";
  draft.call.client = clientOfScope(span.scopeName);
  draft.call.url ||= composeUrl(draft, part);
  const target = targetOf(draft.call.url);
  draft.call.host ||= target.host;
  draft.call.port ||= target.port;
  draft.call.route ||= routeOf(target.path);
  draft.call.vendor ||= vendorOf(draft.call.host);
  const file = part("code.file.path", "code.filepath");
  const line = part("code.line.number", "code.lineno");
  if (file !== "") draft.call.callSite ||= line === "" ? file : `${file}:${line}`;
  for (const message of [draft.request, draft.response]) {
    message.bodySize ||= message.body.length;
    if (message.bodySize > 0 && message.body.length === 0) message.bodyTruncated = true;
  }
  readFailure(draft, span, part("http.error_name"), part("http.error_message"));
}

const clientNames = new Map([
  ["@opentelemetry/instrumentation-undici", "undici"],
  ["@opentelemetry/instrumentation-http", "node:http"],
  ["@opentelemetry/instrumentation-fetch", "fetch"],
  ["@opentelemetry/instrumentation-xml-http-request", "xhr"],
]);

/** The library behind an instrumentation scope, as records name it; the scope's own name where it is not known. */
export function clientOfScope(scope: string): string {
  return clientNames.get(scope) ?? scope;
}

function composeUrl(draft: CallDraft, part: (...names: string[]) => string): string {
  const authority =
    draft.call.host === ""
      ? part("http.host")
      : `${draft.call.host.includes(":") ? `[${draft.call.host}]` : draft.call.host}${draft.call.port > 0 ? `:${draft.call.port}` : ""}`;
  if (authority === "") return "";
  const scheme = part("url.scheme", "http.scheme") || (draft.call.port === 443 ? "https" : "http");
  const query = part("url.query");
  const path = part("url.path", "http.target") + (query === "" ? "" : `?${query}`);
  const url = URL.parse(path.startsWith("/") ? path : `/${path}`, `${scheme}://${authority}`);
  return url === null ? "" : url.href;
}

/** `error.type`, the error chain and the outcome: from the status, the `exception` event, or the old names. */
function readFailure(draft: CallDraft, span: OtlpSpan, oldName: string, oldMessage: string): void {
  const exception = new Map(span.events?.find(({ name }) => name === "exception")?.attributes);
  const name = textOf(exception.get("exception.type") ?? oldName);
  const message = textOf(exception.get("exception.message") ?? (oldMessage || span.status.message));
  const failed = span.status.code === 2;
  if (name !== "" || (failed && message !== "")) draft.errorParts = { names: [name], codes: [""], messages: [message] };
  if (draft.call.status === 0 && (failed || name !== "")) draft.call.outcome = "error";
  if (draft.call.errorType !== "") return;
  if (draft.call.status >= 400) draft.call.errorType = String(draft.call.status);
  else if (failed) draft.call.errorType = name || "_OTHER";
}
