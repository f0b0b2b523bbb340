import type { Call, HeaderPairs, Message, RedactedCall } from "@inpooling/record";

export { callId } from "@inpooling/record";

/** A message in short: a body as text or bytes, and what differs from an ordinary one. */
export interface MessageSketch extends Partial<Omit<Message, "body">> {
  readonly body?: string | Uint8Array;
  readonly type?: string;
}

export interface CallSketch extends Partial<Omit<Call, "request" | "response" | "startTime">> {
  readonly url: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly request?: MessageSketch;
  readonly response?: MessageSketch;
}

function message(sketch: MessageSketch | undefined): Message {
  const { body = "", type, headers = [], ...rest } = sketch ?? {};
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const typed: HeaderPairs = type === undefined ? headers : [["content-type", type], ...headers];
  return { headers: typed, body: bytes, bodySize: bytes.length, bodyTruncated: false, bodySha256: "", chunks: [], ...rest };
}

let made = 0;

/** A call as the store would give it. Ids are numbered, so that runs are alike. */
export function call(sketch: CallSketch): RedactedCall {
  made++;
  const { url, at, request, response, durationMs = 42, status = 200, resource, ...rest } = sketch;
  const { hostname, port, pathname, protocol } = new URL(url);
  const whole: Call = {
    traceId: made.toString(16).padStart(32, "4bf92f3577b34da6"),
    spanId: made.toString(16).padStart(16, "0"),
    parentSpanId: "",
    traceState: "",
    sampled: true,
    startTime: BigInt(Math.round(at * 1000)) * 1000n,
    durationMs,
    resource: resource ?? {
      serviceName: "shop",
      serviceVersion: "2.4.1",
      environment: "production",
      attributes: { "service.name": "shop", "service.version": "2.4.1", "process.pid": "4711" },
    },
    source: "patch",
    client: "fetch",
    vendor: "",
    operation: "",
    method: "GET",
    url,
    host: hostname,
    port: Number(port) || (protocol === "https:" ? 443 : 80),
    route: pathname,
    status,
    statusText: status === 200 ? "OK" : "",
    outcome: status === 0 ? "error" : "complete",
    errorType: status >= 400 ? String(status) : "",
    errors: [],
    attempt: 1,
    request: message(request),
    response: message(response),
    timings: {
      dnsMs: durationMs * 0.02,
      connectMs: durationMs * 0.06,
      tlsMs: durationMs * 0.15,
      requestSentMs: durationMs * 0.16,
      firstByteMs: durationMs * 0.9,
      lastByteMs: durationMs,
    },
    network: { protocol: "1.1", peerAddress: "203.0.113.7", peerPort: 443, localPort: 51_514 },
    callSite: "",
    tags: {},
    redacted: [],
    dropped: [],
    ...rest,
  };
  // The seam of these tests: redaction has tests of its own.
  return whole as RedactedCall;
}
