import type { Call, HeaderPairs, Message } from "../../src/call.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A message with a body of that type. */
export function message(body: string | Uint8Array, contentType = "application/json", headers: HeaderPairs = []): Message {
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  return {
    headers: contentType === "" ? headers : [["Content-Type", contentType], ...headers],
    body: bytes,
    bodySize: bytes.length,
    bodyTruncated: false,
    bodySha256: "0".repeat(64),
    chunks: [],
  };
}

/** An ordinary call, with what a test changes. */
export function call(change: Partial<Call> = {}): Call {
  return {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    parentSpanId: "",
    traceState: "",
    sampled: true,
    startTime: 1_763_990_000_000_000_000n,
    durationMs: 12,
    resource: { serviceName: "shop", serviceVersion: "1.0.0", environment: "test", attributes: { "service.name": "shop" } },
    source: "patch",
    client: "fetch",
    vendor: "example",
    operation: "",
    method: "POST",
    url: "https://api.example.com/v1/orders/100001",
    host: "api.example.com",
    port: 443,
    route: "/v1/orders/{id}",
    status: 200,
    statusText: "OK",
    outcome: "complete",
    errorType: "",
    errors: [],
    attempt: 1,
    request: message(""),
    response: message(""),
    timings: {},
    network: { protocol: "1.1", peerAddress: "127.0.0.1", peerPort: 443, localPort: 50_000 },
    callSite: "",
    tags: {},
    redacted: [],
    dropped: [],
    ...change,
  };
}

/** Everything a call holds, bodies as Latin-1 and UTF-8, for a search. */
export function everything(of: Call): string {
  const bodies = [of.request.body, of.response.body].flatMap((body) => [
    decoder.decode(body),
    Array.from(body, (byte) => String.fromCharCode(byte)).join(""),
  ]);
  const rest = JSON.stringify(of, (key, value: unknown) =>
    key === "body" ? undefined : typeof value === "bigint" ? String(value) : value,
  );
  return [rest, ...bodies].join("\n");
}

/** The request body as text. */
export function requestText(of: Call): string {
  return decoder.decode(of.request.body);
}
