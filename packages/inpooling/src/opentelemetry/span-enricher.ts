import {
  attributesOf,
  type AttributeValue,
  type BufferEncodingName,
  type Call,
  CallBuilder,
  type CallEvent,
  type CallNumber,
  type CallStart,
  type ErrorInfo,
  type EventSink,
  type HeaderPairs,
  type Outcome,
  type RedactedCall,
} from "#record";

const BODIES: ReadonlySet<string> = new Set(["http.request.body.content", "http.response.body.content"]);
const WAITING = 256;
const NOBODY = { serviceName: "", serviceVersion: "", environment: "", attributes: {} };

/**
 * `enrichSpans`: passes every event on to the real sink and keeps a second copy of the payloads on the main thread
 * until the application's own span ends. This is what the option costs; without it nothing of this runs.
 */
export class SpanEnricher implements EventSink {
  readonly #sink: EventSink;
  readonly #finish: (call: Call) => RedactedCall;
  readonly #builder: CallBuilder;
  readonly #callOf = new Map<string, CallNumber>();
  readonly #spanOf = new Map<CallNumber, string>();
  /** Calls that are over while their span is not, oldest first. */
  readonly #ended = new Set<CallNumber>();

  /** @param finish decodes and redacts, as the worker does. */
  constructor(sink: EventSink, bodyLimit: number, finish: (call: Call) => RedactedCall) {
    this.#sink = sink;
    this.#finish = finish;
    const noId = (): string => "";
    this.#builder = new CallBuilder({ timeOrigin: performance.timeOrigin, resource: NOBODY, bodyLimit, newTraceId: noId, newSpanId: noId });
  }

  /** The payloads of the call that the span stands for, redacted; `{}` when there is none. Can be asked once. */
  payloadsOf(spanId: string): Record<string, AttributeValue> {
    const call = this.#callOf.get(spanId);
    if (call === undefined) return {};
    const built = this.#close(call, "complete");
    return built === undefined ? {} : Object.fromEntries(attributesOf(this.#finish(built)).filter(([name]) => BODIES.has(name)));
  }

  #close(call: CallNumber, outcome: Outcome): Call | undefined {
    const spanId = this.#spanOf.get(call);
    if (spanId === undefined) return undefined;
    this.#spanOf.delete(call);
    this.#ended.delete(call);
    this.#callOf.delete(spanId);
    return this.#builder.push({ type: "end", call, time: performance.now(), outcome, errors: [], requestSize: -1, responseSize: -1 });
  }

  #push(event: CallEvent): void {
    if (this.#spanOf.has(event.call)) this.#builder.push(event);
  }

  open(start: CallStart): CallNumber {
    const call = this.#sink.open(start);
    if (call !== 0 && start.spanId !== "") {
      this.#spanOf.set(call, start.spanId);
      this.#callOf.set(start.spanId, call);
      this.#builder.push({ type: "open", call, time: start.time ?? performance.now(), start });
    }
    return call;
  }

  requestHead(call: CallNumber, head: string, tail?: string): void {
    this.#sink.requestHead(call, head, tail);
    this.#push({ type: "request-head", call, time: performance.now(), head: head + (tail ?? "") });
  }

  requestBody(call: CallNumber, chunk: Uint8Array | string, encoding?: BufferEncodingName): void {
    this.#sink.requestBody(call, chunk, encoding);
    const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
    this.#push({ type: "request-body", call, time: performance.now(), chunk: bytes, size: bytes.length });
  }

  requestEnd(call: CallNumber): void {
    this.#sink.requestEnd(call);
  }

  network(call: CallNumber, protocol: string, peerAddress: string, peerPort: number, localPort: number): void {
    this.#sink.network(call, protocol, peerAddress, peerPort, localPort);
  }

  response(call: CallNumber, status: number, statusText: string, fields: readonly (string | Uint8Array)[]): void {
    this.#sink.response(call, status, statusText, fields);
    this.#push({ type: "response", call, time: performance.now(), status, statusText, headers: pairsOf(fields) });
  }

  responseBody(call: CallNumber, chunk: Uint8Array | string, encoding?: BufferEncodingName): void {
    this.#sink.responseBody(call, chunk, encoding);
    const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
    this.#push({ type: "response-body", call, time: performance.now(), chunk: bytes, size: bytes.length });
  }

  /** The span may end after its call (its subscriber ran later): the payloads of the last 256 such calls wait for it. */
  end(call: CallNumber, outcome: Outcome, errors?: readonly ErrorInfo[], time?: number): void {
    this.#sink.end(call, outcome, errors, time);
    if (this.#spanOf.has(call)) this.#ended.add(call);
    if (this.#ended.size <= WAITING) return;
    for (const oldest of this.#ended) {
      this.#ended.delete(oldest);
      this.#close(oldest, "aborted");
      break;
    }
  }
}

const latin1 = (field: string | Uint8Array): string => (typeof field === "string" ? field : Buffer.from(field).toString("latin1"));

function pairsOf(fields: readonly (string | Uint8Array)[]): HeaderPairs {
  return Array.from({ length: fields.length >> 1 }, (_, at): [string, string] => [
    latin1(fields[at * 2] ?? ""),
    latin1(fields[at * 2 + 1] ?? ""),
  ]);
}
