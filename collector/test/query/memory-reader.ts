import { type Call, callId, type Loss, type Message, type RedactedCall } from "#record";
import type { CallFilter } from "../../src/store/filter.ts";
import { matches } from "../../src/query/filter/index.ts";
import { summaryOf } from "../../src/query/json.ts";
import type { AcceptedListener, CallReader, SearchOptions, SearchPage, StoreStats } from "../../src/store/store.ts";

const utf8 = new TextEncoder();

/** A message with a text or bytes as its body. */
export function message(body: string | Uint8Array = "", headers: Message["headers"] = [], more: Partial<Message> = {}): Message {
  const bytes = typeof body === "string" ? utf8.encode(body) : body;
  return { headers, body: bytes, bodySize: bytes.length, bodyTruncated: false, bodySha256: "", chunks: [], ...more };
}

let counter = 0;

/** A plausible call; every call made has an id of its own and starts a second after the one before. */
export function makeCall(more: Partial<Call> = {}): RedactedCall {
  const number = ++counter;
  const call: Call = {
    traceId: number.toString(16).padStart(32, "a"),
    spanId: number.toString(16).padStart(16, "b"),
    parentSpanId: "",
    traceState: "",
    sampled: true,
    startTime: 1_795_000_000_000_000_000n + BigInt(number) * 1_000_000_000n + 123_456n,
    durationMs: 231.5,
    resource: {
      serviceName: "checkout",
      serviceVersion: "1.4.2",
      environment: "test",
      attributes: { "service.name": "checkout", "service.version": "1.4.2" },
    },
    source: "patch",
    client: "fetch",
    vendor: "stripe",
    operation: "",
    method: "POST",
    url: "https://api.stripe.com/v1/charges?expand=customer",
    host: "api.stripe.com",
    port: 443,
    route: "/v1/charges",
    status: 200,
    statusText: "OK",
    outcome: "complete",
    errorType: "",
    errors: [],
    attempt: 1,
    request: message('{"amount":4200}', [["content-type", "application/json"]]),
    response: message('{"id":"ch_1","paid":true}', [["Content-Type", "application/json; charset=utf-8"]]),
    timings: { connectMs: 3.1, firstByteMs: 220, lastByteMs: 231 },
    network: { protocol: "1.1", peerAddress: "127.0.0.1", peerPort: 443, localPort: 50_000 },
    callSite: "src/pay.ts:12:5",
    tags: { order: "42" },
    redacted: [],
    dropped: [],
    ...more,
  };
  return call as RedactedCall;
}

/** A store of a few calls in memory: a test double at the seam `CallReader`, with the meaning of `matches`. */
export class MemoryReader implements CallReader {
  readonly calls: RedactedCall[] = [];
  readonly lost: Loss[] = [];
  readonly #listeners = new Set<AcceptedListener>();
  /** Thrown by every read while it is set. */
  failure: Error | undefined;
  /** Reads go on only once this is settled. */
  gate: Promise<void> | undefined;
  searches = 0;
  aborted = 0;

  readonly onAccepted = (listener: AcceptedListener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Stores calls and tells the tail; `announceOnly`: not stored yet. */
  accept(calls: readonly RedactedCall[], announceOnly = false): void {
    if (!announceOnly) this.calls.push(...calls);
    for (const listener of this.#listeners) listener(calls);
  }

  async search(filter: CallFilter, options: SearchOptions): Promise<SearchPage> {
    this.searches++;
    options.signal?.addEventListener("abort", () => this.aborted++);
    await this.#ready();
    const from = filter.range.from ?? Number.NEGATIVE_INFINITY;
    const to = filter.range.to ?? Number.POSITIVE_INFINITY;
    const found = this.calls
      .filter((call) => inRange(Number(call.startTime / 1_000_000n), from, to) && matches(filter.where, call))
      .sort((a, b) => (a.startTime < b.startTime ? 1 : -1));
    const start = options.cursor === undefined ? 0 : Number(options.cursor);
    const end = start + options.limit;
    return {
      calls: found.slice(start, end).map((call) => summaryOf(call)),
      nextCursor: end < found.length ? String(end) : undefined,
      scanned: this.calls.length,
    };
  }

  async get(id: string): Promise<Call | undefined> {
    await this.#ready();
    return this.calls.find((call) => callId(call) === id);
  }

  async losses(): Promise<readonly Loss[]> {
    await this.#ready();
    return this.lost;
  }

  async stats(): Promise<StoreStats> {
    await this.#ready();
    const times = this.calls.map((call) => Number(call.startTime / 1_000_000n));
    return { calls: this.calls.length, bytesOnDisk: 1234, oldest: Math.min(...times), newest: Math.max(...times) };
  }

  async #ready(): Promise<void> {
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
  }
}

const inRange = (time: number, from: number, to: number): boolean => time >= from && time < to;
