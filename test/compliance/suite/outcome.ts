import { createHash } from "node:crypto";
import type { Lanes } from "./channel.ts";
import type { RawRequest } from "./raw-server.ts";

/** Everything a case's run showed, steady from run to run: equal outcomes mean that nothing could tell the runs apart. */
export interface Outcome {
  /** False when the case hung. */
  readonly ended: boolean;
  /** The process died in this case: with this code or signal. */
  readonly died?: string;
  readonly lanes: Lanes;
  /** One line per request that reached the server. */
  readonly wire: readonly string[];
  readonly connections: number;
  /** Whether a reader that did not read was left alone: the megabytes (powers of two) that left the server. */
  readonly taken: string;
}

/** Fields that carry a trace on to the callee: what a tracing tool is asked to add, and no part of the comparison. */
const PROPAGATION = /^(?:traceparent|tracestate|baggage|sentry-trace|b3|x-b3-.*|x-datadog-.*|x-lumigo-.*)$/i;

/** Whether a field carries a trace on to the callee. */
export function isPropagation(name: string): boolean {
  return PROPAGATION.test(name);
}

/** The propagation fields of a head. */
export function propagationFields(head: string): string[] {
  return head
    .split("\r\n")
    .slice(1)
    .map((line) => line.slice(0, line.indexOf(":")))
    .filter((name) => PROPAGATION.test(name));
}

function withoutPropagation(head: string): string {
  return head
    .split("\r\n")
    .filter((line, at) => at === 0 || !PROPAGATION.test(line.slice(0, line.indexOf(":"))))
    .join("\r\n");
}

/** What is random in a request: multipart boundaries, WebSocket keys. Ports are replaced by the caller's `steady`. */
function normalised(head: string, wire: string): { head: string; wire: string } {
  const boundary = /boundary=([^\s;]+)/i.exec(head)?.[1];
  const steady = (text: string): string => (boundary === undefined ? text : text.replaceAll(boundary, "B".repeat(boundary.length)));
  return { head: steady(head).replace(/(\r\nsec-websocket-key: )[^\r]*/i, "$1KEY"), wire: steady(wire) };
}

/** A request as one comparable line: its whole head, and the SHA-256 and size of everything behind it. */
export function wireLine(request: RawRequest, steady: (text: string) => string): string {
  const { head, wire } = normalised(withoutPropagation(request.head), request.wire);
  const hash = createHash("sha256").update(wire, "latin1").digest("hex").slice(0, 16);
  // Of a request that was cut, only the head is certain: how much followed is the kernel's business.
  const rest = request.complete ? `${wire.length} bytes ${hash}` : "cut";
  return `${steady(head).replaceAll("\r\n", "|")} ${rest}`;
}

/** How much left the server, coarse: what stays in buffers differs, a drained 20 MB does not. */
export function takenOf(bytes: number): string {
  return bytes < 8 * 1024 ** 2 ? "< 8 MB" : ">= 8 MB";
}

/** What differs between two outcomes, in a few words; undefined when nothing does. */
export function difference(bare: Outcome, tool: Outcome): string | undefined {
  if (tool.died !== undefined && bare.died === undefined) return `process died (${tool.died})`;
  if (bare.ended && !tool.ended) return "hangs";
  const found: string[] = [];
  if (JSON.stringify(bare.wire) !== JSON.stringify(tool.wire)) found.push(`wire: ${firstOf(bare.wire, tool.wire)}`);
  for (const lane of new Set([...Object.keys(bare.lanes), ...Object.keys(tool.lanes)])) {
    const [mine = [], theirs = []] = [bare.lanes[lane], tool.lanes[lane]];
    if (JSON.stringify(mine) !== JSON.stringify(theirs)) found.push(`${lane}: ${firstOf(mine, theirs)}`);
  }
  if (bare.taken !== tool.taken) found.push(`taken from the server: ${bare.taken} -> ${tool.taken}`);
  if (bare.connections !== tool.connections) found.push(`connections: ${bare.connections} -> ${tool.connections}`);
  if (bare.ended !== tool.ended || bare.died !== tool.died) found.push(`ended: ${bare.ended} -> ${tool.ended}`);
  return found.length === 0 ? undefined : found.join("; ");
}

function firstOf(mine: readonly string[], theirs: readonly string[]): string {
  const at =
    Array.from({ length: Math.max(mine.length, theirs.length) }, (_, index) => index).find((index) => mine[index] !== theirs[index]) ?? 0;
  return `#${at} ${mine[at] ?? "(nothing)"} -> ${theirs[at] ?? "(nothing)"}`;
}
