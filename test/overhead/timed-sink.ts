import type { BufferEncodingName, CallNumber, CallStart, ErrorInfo, EventSink, Outcome } from "../../packages/record/src/index.ts";

type Fields = readonly (string | Uint8Array)[];

/** A clock reading pair around nothing, in microseconds: what `TimedSink` adds to each event it times. */
function pairCost(): number {
  const costs: number[] = [];
  for (let index = 0; index < 20_000; index += 1) {
    const from = performance.now();
    costs.push(performance.now() - from);
  }
  return middleOf(costs.slice(10_000)) * 1000;
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/**
 * Passes every event on and keeps how long that took. Medians of events of well under a microsecond are deaf to
 * whatever else the machine does: a preempted event is an outlier, not a part of the result.
 */
export class TimedSink implements EventSink {
  readonly #sink: EventSink;
  readonly #times = new Map<string, number[]>();

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  /** Microseconds per call: the median of each kind of event times how often a call has it, without the clock's own. */
  perCall(): number {
    const calls = this.#times.get("open")?.length ?? 0;
    const clock = pairCost();
    let sum = 0;
    for (const times of this.#times.values()) sum += (times.length / calls) * Math.max(0, middleOf(times) * 1000 - clock);
    return sum;
  }

  #keep(event: string, from: number): void {
    const time = performance.now() - from;
    const times = this.#times.get(event);
    if (times) times.push(time);
    else this.#times.set(event, [time]);
  }

  open(start: CallStart): CallNumber {
    const from = performance.now();
    const call = this.#sink.open(start);
    this.#keep("open", from);
    return call;
  }

  requestHead(call: CallNumber, head: string, tail?: string): void {
    const from = performance.now();
    this.#sink.requestHead(call, head, tail);
    this.#keep("requestHead", from);
  }

  requestBody(call: CallNumber, chunk: Uint8Array | string, encoding?: BufferEncodingName): void {
    const from = performance.now();
    this.#sink.requestBody(call, chunk, encoding);
    this.#keep("requestBody", from);
  }

  requestEnd(call: CallNumber): void {
    const from = performance.now();
    this.#sink.requestEnd(call);
    this.#keep("requestEnd", from);
  }

  network(call: CallNumber, protocol: string, peerAddress: string, peerPort: number, localPort: number): void {
    const from = performance.now();
    this.#sink.network(call, protocol, peerAddress, peerPort, localPort);
    this.#keep("network", from);
  }

  response(call: CallNumber, status: number, statusText: string, fields: Fields): void {
    const from = performance.now();
    this.#sink.response(call, status, statusText, fields);
    this.#keep("response", from);
  }

  responseBody(call: CallNumber, chunk: Uint8Array | string, encoding?: BufferEncodingName): void {
    const from = performance.now();
    this.#sink.responseBody(call, chunk, encoding);
    this.#keep("responseBody", from);
  }

  end(call: CallNumber, outcome: Outcome, errors?: readonly ErrorInfo[], time?: number): void {
    const from = performance.now();
    this.#sink.end(call, outcome, errors, time);
    this.#keep("end", from);
  }
}
