import type { BufferEncodingName, CallNumber, CallStart, ErrorInfo, EventSink, Outcome } from "#record";
import { activeTrace, parseTraceparent, suppressed, type TraceContext } from "./context.ts";
import type { SocketNetwork } from "./network.ts";
import type { Owner, Registry } from "./registry.ts";
import type { CallSpan } from "./spans.ts";

/** What a client's hook knows when a request is made. */
export interface Beginning {
  readonly client: string;
  readonly method: string;
  readonly url: string;
  readonly traceparent: unknown;
}

const noHeaders: CallStart["headers"] = [];

/** One request and its response, seen by the hooks of its client; knows which events it has sent already. */
export class Exchange {
  readonly #sink: EventSink;
  #call: CallNumber = 0;
  #closed = false;
  /** Set while the call waits for its span, see `SpanLookup`. */
  #waiting: CallStart | undefined;
  headSent = false;
  responseSeen = false;
  /** The head left over HTTP/2. */
  http2 = false;
  #networkSent = false;
  /** The application gave up; with the error it gave. */
  abandoned = false;
  abandonedWith: unknown = undefined;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  /** False once the call ended, or was never recorded. */
  get open(): boolean {
    return !this.#closed;
  }

  /** True until the span lookup had its second chance. */
  get waiting(): boolean {
    return this.#waiting !== undefined;
  }

  begin(start: CallStart, wait: boolean): void {
    if (wait) this.#waiting = start;
    else this.#open(start);
  }

  /** Opens a call that waited for its span. */
  settle(span: CallSpan | undefined): void {
    const start = this.#waiting;
    if (!start) return;
    this.#waiting = undefined;
    this.#open(span ? { ...start, ...span } : start);
  }

  #open(start: CallStart): void {
    this.#call = this.#sink.open(start);
    if (this.#call === 0) this.#closed = true;
  }

  requestHead(head: string, tail?: string): void {
    if (this.#closed || this.headSent) return;
    this.headSent = true;
    this.#sink.requestHead(this.#call, head, tail);
  }

  requestBody(chunk: Uint8Array | string, encoding?: BufferEncodingName): void {
    if (!this.#closed) this.#sink.requestBody(this.#call, chunk, encoding);
  }

  requestEnd(): void {
    if (!this.#closed) this.#sink.requestEnd(this.#call);
  }

  network(network: SocketNetwork | undefined): void {
    if (this.#closed || this.#networkSent || !network) return;
    this.#networkSent = true;
    this.#sink.network(this.#call, network.protocol, network.peerAddress, network.peerPort, network.localPort);
  }

  response(status: number, statusText: string, fields: readonly (string | Uint8Array)[]): void {
    if (this.#closed) return;
    this.responseSeen = true;
    this.#sink.response(this.#call, status, statusText, fields);
  }

  responseBody(chunk: Uint8Array | string): void {
    if (!this.#closed) this.#sink.responseBody(this.#call, chunk);
  }

  end(outcome: Outcome, errors?: readonly ErrorInfo[]): void {
    if (this.#closed) return;
    this.settle(undefined);
    if (this.#closed) return;
    this.#closed = true;
    this.#sink.end(this.#call, outcome, errors);
  }

  /** A hook failed: nothing more of this call is captured. The worker closes it when it gives up waiting. */
  drop(): void {
    this.#closed = true;
  }
}

/**
 * Opens an exchange for a request that was just made, with the ids of the span that stands for it or of the
 * context it was made in.
 * @returns undefined when the call is not to be recorded.
 */
export function beginExchange(
  shared: Registry,
  owner: Owner,
  request: object,
  beginning: Beginning,
  mayWait: boolean,
): Exchange | undefined {
  const active = activeTrace();
  if (active === suppressed) return undefined;
  const lookup = shared.spanLookup;
  const span = lookup?.(request, "start");
  const wait = mayWait && lookup !== undefined && span === undefined;
  const exchange = new Exchange(owner.sink);
  exchange.begin(startOf(beginning, span, active ?? parseTraceparent(beginning.traceparent), wait), wait);
  return exchange.open ? exchange : undefined;
}

function startOf(beginning: Beginning, span: CallSpan | undefined, parent: TraceContext | undefined, past: boolean): CallStart {
  return {
    source: "patch",
    client: beginning.client,
    method: beginning.method,
    url: beginning.url,
    headers: noHeaders,
    time: past ? performance.now() : undefined,
    traceId: span?.traceId ?? parent?.traceId ?? "",
    spanId: span?.spanId ?? "",
    parentSpanId: span ? span.parentSpanId : (parent?.spanId ?? ""),
    sampled: span?.sampled ?? parent?.sampled ?? false,
  };
}
