import { assumeRedacted } from "#record";
import type { Call, Loss, Message, RedactedCall } from "#record";

const empty = new Uint8Array();

function message(part: Partial<Message>): Message {
  return { headers: [], body: empty, bodySize: part.body?.length ?? 0, bodyTruncated: false, bodySha256: "", chunks: [], ...part };
}

/** Parts of a call that a test cares about; bodies as text or bytes. */
export type SamplePart = Partial<Omit<Call, "request" | "response">> & {
  readonly request?: Partial<Message>;
  readonly response?: Partial<Message>;
};

/** Nanoseconds of a moment in 2026, so that ids sort as in real life. */
export const sampleTime = 1_764_000_000_000_000_000n;

/** The `index`th of a row of calls, a millisecond apart. */
export function sampleCall(index: number, part: SamplePart = {}): RedactedCall {
  const { request, response, ...rest } = part;
  const call: Call = {
    traceId: index.toString(16).padStart(32, "a"),
    spanId: index.toString(16).padStart(16, "0"),
    parentSpanId: "",
    traceState: "",
    sampled: false,
    startTime: sampleTime + BigInt(index) * 1_000_000n,
    durationMs: 12.5,
    resource: { serviceName: "shop", serviceVersion: "1.0.0", environment: "test", attributes: { "service.name": "shop" } },
    source: "patch",
    client: "fetch",
    vendor: "stripe",
    operation: "",
    method: "POST",
    url: `https://api.stripe.com/v1/charges/${index}`,
    host: "api.stripe.com",
    port: 443,
    route: "/v1/charges/{id}",
    status: 200,
    statusText: "OK",
    outcome: "complete",
    errorType: "",
    errors: [],
    attempt: 1,
    timings: {},
    network: { protocol: "1.1", peerAddress: "", peerPort: 0, localPort: 0 },
    callSite: "",
    tags: {},
    redacted: [],
    dropped: [],
    ...rest,
    request: message(request ?? {}),
    response: message(response ?? {}),
  };
  return assumeRedacted(call);
}

export function sampleCalls(count: number, from = 0): RedactedCall[] {
  return Array.from({ length: count }, (_, index) => sampleCall(from + index));
}

export function sampleLoss(part: Partial<Loss> = {}): Loss {
  return {
    reason: "ring-full",
    what: "call",
    host: "api.stripe.com",
    count: 3,
    bytes: 4096,
    from: sampleTime,
    to: sampleTime + 1_000_000_000n,
    serviceName: "shop",
    ...part,
  };
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
