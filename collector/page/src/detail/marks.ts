import type { CallJson } from "../../../src/query/api.ts";
import { size } from "../../../src/query/present/size.ts";
import { lossReason } from "../status/reasons.ts";
import type { Side } from "./open.ts";

/** Something about a message that is not as it was on the wire, and why. */
export interface Mark {
  readonly kind: "cut" | "dropped" | "redacted";
  readonly label: string;
  readonly lines: readonly string[];
}

/** `response.body:memory` -> [`response.body`, `memory`]: the reason follows the last colon. */
function split(entry: string): readonly [place: string, reason: string] {
  const colon = entry.lastIndexOf(":");
  return [entry.slice(0, colon), entry.slice(colon + 1)];
}

function belongs(entry: string, side: Side): boolean {
  if (entry.startsWith(`${side}.`)) return true;
  // The end of a call that was not seen is missing from its response.
  return entry.startsWith(side === "request" ? "url" : "call.");
}

function rule(entry: string): string {
  const [place, name] = split(entry);
  return `${place}: rule ${name}`;
}

/** Bytes of the body that are kept, as far as the answer tells. */
export function keptBytes(message: CallJson[Side]): number {
  if (message.bodyBase64 !== undefined) return Math.floor((message.bodyBase64.length * 3) / 4);
  return message.body === null ? 0 : new Blob([message.body]).size;
}

/** What the reader must know before trusting what a side shows. */
export function marks(call: CallJson, side: Side): readonly Mark[] {
  const message = call[side];
  const dropped = call.dropped.filter((entry) => belongs(entry, side));
  const redacted = call.redacted.filter((entry) => belongs(entry, side));
  const found: Mark[] = [];
  if (message.bodyTruncated) {
    const reasons = dropped.filter((entry) => entry.startsWith(`${side}.body`)).map((entry) => lossReason(split(entry)[1]));
    found.push({
      kind: "cut",
      label: "Cut",
      lines: [
        `${size(keptBytes(message))} are kept; ${size(message.bodySize)} crossed the wire${isCoded(message) ? ", compressed" : ""}.`,
        ...(reasons.length > 0
          ? reasons
          : ["The body was longer than the body limit (INPOOLING_BODY_LIMIT), or the other side stopped in the middle."]),
      ],
    });
  }
  const others = dropped.filter((entry) => !message.bodyTruncated || !entry.startsWith(`${side}.body`));
  if (others.length > 0) {
    found.push({
      kind: "dropped",
      label: `${others.length} dropped`,
      lines: others.map((entry) => `${split(entry)[0]}: ${lossReason(split(entry)[1])}`),
    });
  }
  if (redacted.length > 0) {
    found.push({
      kind: "redacted",
      label: `${redacted.length} redacted`,
      lines: ["Taken out before anything left the application; nobody can bring it back.", ...redacted.map(rule)],
    });
  }
  return found;
}

function isCoded(message: CallJson[Side]): boolean {
  return message.headers.some(([name, value]) => name.toLowerCase() === "content-encoding" && value.toLowerCase() !== "identity");
}
