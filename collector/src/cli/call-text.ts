import type { CallJson, MessageJson } from "../query/api.ts";
import { duration } from "../query/present/duration.ts";
import { prettyJson } from "../query/present/json-text.ts";
import { size } from "../query/present/size.ts";
import { joinAnswer } from "../query/present/answer.ts";
import { parseSse } from "../query/present/sse.ts";
import { visible } from "../query/present/visible.ts";
import { statusText } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { pad } from "./width.ts";

/** Lines of a body that a terminal is given; a pipe gets all. */
const mostLines = 400;
const mostCharacters = 65_536;

/** A whole call for people to read. Everything of others is made visible: no character of it acts on the terminal. */
export function callText(call: CallJson, terminal: Terminal): string {
  const head = `${terminal.style("bold", visible(call.method))} ${visible(call.url)}`;
  const parts = [
    head,
    facts(call, terminal),
    message("Request", "--request", call.request, terminal),
    message("Response", "--response", call.response, terminal),
  ];
  if (call.redacted.length > 0) parts.push(listed("Redacted before it was recorded", call.redacted, terminal));
  if (call.dropped.length > 0) parts.push(listed("Not kept", call.dropped, terminal));
  return `${parts.join("\n\n")}\n`;
}

function listed(title: string, items: readonly string[], terminal: Terminal): string {
  return `${terminal.style("bold", title)}\n${items.map((item) => `  ${visible(item)}`).join("\n")}`;
}

function facts(call: CallJson, terminal: Terminal): string {
  const status = `${statusText(call)} ${call.statusText}`.trim();
  const peer = call.network.peerAddress === "" ? "" : `${call.network.peerAddress}:${call.network.peerPort}`;
  const rows: (readonly [string, string])[] = [
    ["status", `${status} in ${duration(call.durationMs)}`],
    ["started", call.startTime],
    ["timings", timings(call)],
    ["error", errorText(call)],
    ...causes(call),
    ["service", [call.service, call.resource["service.version"]].filter(Boolean).join(" ")],
    ["client", call.client + (call.source === "patch" ? "" : ` (${call.source})`)],
    ["vendor", [call.vendor, call.operation].filter((text) => text !== "").join(" ")],
    ["route", call.route],
    ["called at", call.callSite],
    [
      "attempt",
      call.attempt > 1 || call.previous !== null
        ? `${call.attempt}${call.previous === null ? "" : `, after span ${call.previous.spanId}`}`
        : "",
    ],
    ["network", [call.network.protocol === "" ? "" : `HTTP/${call.network.protocol}`, peer].filter((text) => text !== "").join(" to ")],
    [
      "tags",
      Object.entries(call.tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(" "),
    ],
    [
      "trace",
      `${call.traceId} span ${call.spanId}${call.parentSpanId === null ? "" : ` of ${call.parentSpanId}`}${call.sampled ? "" : " (not sampled)"}`,
    ],
    ["id", call.id],
  ];
  return rows
    .filter(([, value]) => value !== "")
    .map(
      ([name, value]) =>
        `${terminal.style("dim", pad(name, 10))}${name === "error" ? terminal.style("red", visible(value)) : visible(value)}`,
    )
    .join("\n");
}

/** A status that says everything is not said twice. */
function errorText({ error, status }: CallJson): string {
  if (error === null || (error.type === String(status) && error.message === "")) return "";
  return [error.type, error.message].filter((text) => text !== "").join(": ");
}

function causes(call: CallJson): (readonly [string, string])[] {
  const [, ...deeper] = call.error?.causes ?? [];
  return deeper.map((cause) => ["caused by", [cause.code || cause.name, cause.message].filter((text) => text !== "").join(": ")] as const);
}

const timingNames: Readonly<Record<string, string>> = {
  dnsMs: "DNS",
  connectMs: "connected",
  tlsMs: "TLS",
  requestSentMs: "sent",
  firstByteMs: "first byte",
  lastByteMs: "last byte",
};

function timings(call: CallJson): string {
  return Object.entries(call.timings)
    .map(([name, at]) => `${timingNames[name] ?? name} ${duration(at)}`)
    .join(" · ");
}

function message(title: string, flag: string, one: MessageJson, terminal: Terminal): string {
  const lines = [
    `${terminal.style("bold", title)}  ${size(one.bodySize)}${one.bodyTruncated ? terminal.style("yellow", "  not kept in full") : ""}`,
  ];
  for (const [name, value] of one.headers) lines.push(`  ${terminal.style("cyan", visible(name))}: ${visible(value)}`);
  const shown = bodyLines(one, flag, terminal);
  if (shown.length > 0) lines.push("", ...shown.map((line) => `  ${line}`));
  return lines.join("\n");
}

function bodyLines(one: MessageJson, flag: string, terminal: Terminal): string[] {
  if (one.bodyBase64 !== undefined)
    return [terminal.style("dim", `binary, ${size(Math.floor((one.bodyBase64.length * 3) / 4))}: ${flag} > file`)];
  if (one.body === null || one.body === "") return [];
  const cut = terminal.interactive && one.body.length > mostCharacters;
  const text = cut ? one.body.slice(0, mostCharacters) : one.body;
  const type = one.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const lines = visible(prettyJson(text) ?? text, "\n\t").split("\n");
  const shown = terminal.interactive ? lines.slice(0, mostLines) : lines;
  if (cut || shown.length < lines.length) shown.push(terminal.style("dim", `… the rest: ${flag}`));
  if (/^text\/event-stream/i.test(type)) shown.push(...joinedText(one.body, terminal));
  return shown;
}

function joinedText(body: string, terminal: Terminal): string[] {
  const answer = joinAnswer(parseSse(body).events.map(({ data }) => data));
  if (answer === undefined) return [];
  const calls = answer.tools.map((tool) => `${tool.name}(${tool.arguments})`);
  const usage = answer.usage.map(([name, count]) => `${name} ${count}`).join(", ");
  return [
    terminal.style(
      "dim",
      `The answer put together${answer.model === "" ? "" : `, ${visible(answer.model)}`}${usage === "" ? "" : ` (${visible(usage)})`}:`,
    ),
    ...[answer.text, ...calls].filter((part) => part !== "").flatMap((part) => visible(part, "\n\t").split("\n")),
  ];
}
