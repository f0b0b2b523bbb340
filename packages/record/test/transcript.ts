// Transcripts: a call as the events it was (>>) and the record it became (<<).
import type { Call, CallEvent, CallStart, ErrorInfo, HeaderPairs, Outcome } from "../src/index.ts";
import { CallBuilder } from "../src/index.ts";

const utf8 = new TextEncoder();
const text = new TextDecoder();

export const resource = { serviceName: "shop", serviceVersion: "1.4", environment: "test", attributes: { "service.name": "shop" } };

/** A builder whose ids count up: trace ids end in 1, 2, 3 …, span ids too. */
export function newBuilder(bodyLimit = 65_536): CallBuilder {
  let traces = 0;
  let spans = 0;
  return new CallBuilder({
    timeOrigin: 1_700_000_000_000,
    resource,
    bodyLimit,
    newTraceId: () => (++traces).toString(16).padStart(32, "0"),
    newSpanId: () => (++spans).toString(16).padStart(16, "0"),
  });
}

export type Step = (call: number) => CallEvent;

/** `>> open`. Times are milliseconds; the builder's zero is 1,700,000,000,000 ms. */
export function open(time: number, method: string, url: string, more: Partial<CallStart> = {}): Step {
  const start = {
    source: "patch",
    client: "fetch",
    method,
    url,
    headers: [],
    traceId: "",
    spanId: "",
    parentSpanId: "",
    sampled: true,
    ...more,
  } as const;
  return (call) => ({ type: "open", call, time, start });
}

export function head(time: number, ...lines: string[]): Step {
  return (call) => ({ type: "request-head", call, time, head: lines.map((line) => `${line}\r\n`).join("") });
}

export function sent(time: number, chunk: string | Uint8Array, size?: number): Step {
  const bytes = typeof chunk === "string" ? utf8.encode(chunk) : chunk;
  return (call) => ({ type: "request-body", call, time, chunk: bytes, size: size ?? bytes.length });
}

export function sentAll(time: number): Step {
  return (call) => ({ type: "request-end", call, time });
}

export function network(time: number, protocol: string, peerAddress: string, peerPort: number, localPort: number): Step {
  return (call) => ({ type: "network", call, time, protocol, peerAddress, peerPort, localPort });
}

export function response(time: number, status: number, statusText: string, headers: HeaderPairs = []): Step {
  return (call) => ({ type: "response", call, time, status, statusText, headers });
}

export function got(time: number, chunk: string | Uint8Array, size?: number): Step {
  const bytes = typeof chunk === "string" ? utf8.encode(chunk) : chunk;
  return (call) => ({ type: "response-body", call, time, chunk: bytes, size: size ?? bytes.length });
}

export function end(
  time: number,
  outcome: Outcome = "complete",
  errors: readonly ErrorInfo[] = [],
  sizes: readonly [number, number] = [-1, -1],
): Step {
  return (call) => ({ type: "end", call, time, outcome, errors, requestSize: sizes[0], responseSize: sizes[1] });
}

/** Plays one call and gives its record. */
export function record(steps: readonly Step[], builder = newBuilder(), number = 1): Call {
  const calls = steps.map((step) => builder.push(step(number))).filter((call) => call !== undefined);
  const [call] = calls;
  if (call === undefined || calls.length !== 1) throw new Error(`expected one record, got ${calls.length}`);
  return call;
}

export function body(message: { readonly body: Uint8Array }): string {
  return text.decode(message.body);
}
