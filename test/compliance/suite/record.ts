import { createHash } from "node:crypto";
import type { Call } from "@inpooling/record";
import type { Expected } from "./case.ts";
import type { Ran } from "./run.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** `POST /path 200 complete CODE`: the code of the last link of the cause chain that has one, else its name. */
export function lineOf(call: Call): string {
  const { pathname, search } = new URL(call.url);
  const last = call.errors.findLast(({ code }) => code !== "" && !/^\d+$/.test(code)) ?? call.errors.at(-1);
  const error = last === undefined ? "" : ` ${last.code === "" || /^\d+$/.test(last.code) ? last.name : last.code}`;
  return `${call.method} ${pathname}${search} ${call.status} ${call.outcome}${error}`;
}

/** The calls of one case: those to its own server, closed port or dead host. */
export function callsOf(calls: readonly Call[], ran: Ran): Call[] {
  const ports = new Set([ran.address.port, ran.address.closedPort]);
  return calls.filter(({ port, url, network }) => ports.has(port) || ports.has(network.peerPort) || url.includes(ran.address.deadHost));
}

function content(what: "request" | "response", expected: string | number | null, call: Call): string | undefined {
  if (expected === null) return undefined;
  const { body, bodySize, bodySha256, bodyTruncated } = call[what];
  if (typeof expected === "number") return bodySize === expected ? undefined : `${what}: ${bodySize} bytes, not ${expected}`;
  const bytes = Buffer.from(expected, "latin1");
  if (bodySize !== bytes.byteLength) return `${what}: ${bodySize} bytes, not ${bytes.byteLength}`;
  if (bytes.byteLength === 0) return undefined;
  // Of content that was cut, no hash of the whole can be known.
  const cut = call.outcome !== "complete";
  if (bodySha256 !== sha256(bytes) && !(cut && bodySha256 === "")) return `${what}: SHA-256 is of other bytes`;
  const coded = call[what].headers.some(([name]) => name.toLowerCase() === "content-encoding");
  if (!coded && (cut || !bodyTruncated) && !bytes.equals(body))
    return `${what}: ${JSON.stringify(Buffer.from(body).toString("latin1").slice(0, 80))}`;
  return undefined;
}

/** What a case's record lacks, in a few words; undefined when it says everything it must. */
export function recordProblem(expected: readonly Expected[], calls: readonly Call[]): string | undefined {
  const lines = calls.map(lineOf);
  const wanted = expected.map(({ line }) => line);
  const same =
    lines.length === wanted.length &&
    wanted.every((line, at) => (line.endsWith("*") ? (lines[at] ?? "").startsWith(line.slice(0, -1)) : line === lines[at]));
  if (!same) return `recorded ${JSON.stringify(lines)}, not ${JSON.stringify(wanted)}`;
  for (const [at, { request = "", response = "" }] of expected.entries()) {
    const call = calls[at] as Call;
    const problem = content("request", request, call) ?? content("response", response, call);
    if (problem !== undefined) return `${lines[at]}: ${problem}`;
  }
  return undefined;
}
