// Calls as services make them: 2 KiB of JSON up, 4 KiB down, 10 headers each way, all ids different.
import { type Call, encodeSpan, encodeTraceRequest, redact, type RedactedCall, resourceFromAttributes, scopeName } from "#record";

const resource = resourceFromAttributes([
  ["service.name", "shop"],
  ["service.version", "1.4.2"],
  ["host.name", "shop-7f9c"],
]);
const words =
  "alpha bravo charge customer delivery euro failed gold harbour invoice jacket kettle ledger market north order paid quay refund status ticket".split(
    " ",
  );

/** Small linear congruential generator (Numerical Recipes' constants): runs are reproducible. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

function json(next: () => number, bytes: number): Uint8Array {
  const items: string[] = [];
  let size = 2;
  while (size < bytes) {
    const item = `{"id":"it_${Math.floor(next() * 1e9).toString(36)}","${words[Math.floor(next() * words.length)]}":"${words[Math.floor(next() * words.length)]}","amount":${Math.floor(next() * 1e5)},"ok":${next() > 0.5}}`;
    items.push(item);
    size += item.length + 1;
  }
  return Buffer.from(`[${items.join(",")}]`);
}

const host = ["api.stripe.com", "api.openai.com", "api.github.com", "hooks.example.test"] as const;

/** Call number `number`; `start` is its time in nanoseconds. */
export function sampleCall(number: number, start: bigint): RedactedCall {
  const next = random(number);
  const request = json(next, 2_048);
  const response = json(next, 4_096);
  const target = host[number % host.length] ?? host[0];
  const headers = (side: string, length: number): [string, string][] => [
    ["Content-Type", "application/json"],
    ["Content-Length", String(length)],
    ["Date", "Tue, 24 Nov 2026 15:00:00 GMT"],
    ["X-Request-Id", `req_${number.toString(36)}`],
    ["Cache-Control", "no-store"],
    ["User-Agent", "shop/1.4.2"],
    ["Accept", "application/json"],
    ["Accept-Encoding", "gzip, br"],
    ["Connection", "keep-alive"],
    [`X-${side}-Region`, "eu-central-1"],
  ];
  const body = (side: string, bytes: Uint8Array) => ({
    headers: headers(side, bytes.length),
    body: bytes,
    bodySize: bytes.length,
    bodyTruncated: false,
    bodySha256: "",
    chunks: [],
  });
  const status = number % 50 === 0 ? 503 : 200;
  const call: Call = {
    traceId: `a${number.toString(16).padStart(31, "0")}`,
    spanId: `b${number.toString(16).padStart(15, "0")}`,
    parentSpanId: "c".repeat(16),
    traceState: "",
    sampled: true,
    startTime: start,
    durationMs: 10 + next() * 200,
    resource,
    source: "patch",
    client: "fetch",
    vendor: target.split(".")[1] ?? "",
    operation: "",
    method: "POST",
    url: `https://${target}/v1/orders/${number}`,
    host: target,
    port: 443,
    route: "/v1/orders/{id}",
    status,
    statusText: status === 200 ? "OK" : "Service Unavailable",
    outcome: "complete",
    errorType: status === 200 ? "" : "503",
    errors: [],
    attempt: 1,
    request: body("Request", request),
    response: body("Response", response),
    timings: { requestSentMs: 1.5, firstByteMs: 9.25, lastByteMs: 10.5 },
    network: { protocol: "1.1", peerAddress: "203.0.113.7", peerPort: 443, localPort: 50_000 },
    callSite: "src/orders.ts:42",
    tags: { order: String(number) },
    redacted: [],
    dropped: [],
  };
  return redact(call);
}

/** An export request with calls `first` … `first + count - 1`, as our own sender encodes it. */
export function sampleRequest(first: number, count: number): Uint8Array {
  const now = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: count }, (_, offset) => encodeSpan(sampleCall(first + offset, now + BigInt(offset) * 1_000n)));
  return encodeTraceRequest(resource, { name: scopeName, version: "bench" }, spans);
}
