import { Buffer } from "node:buffer";
import type { BufferEncodingName, CallNumber, CallStart, ErrorInfo, EventSink, Outcome } from "#record";

/** What one call's events say, put together; bodies as latin1 text so that every byte is visible. */
export interface Recorded {
  start: CallStart;
  head: string;
  requestBody: string;
  requestEnds: number;
  network: string[];
  status: number;
  statusText: string;
  fields: string[];
  responseBody: string;
  responseChunks: number[];
  outcome: Outcome | "open";
  errors: readonly ErrorInfo[];
}

const bytesOf = (chunk: Uint8Array | string, encoding?: BufferEncodingName): Buffer =>
  typeof chunk === "string" ? Buffer.from(chunk, encoding) : Buffer.from(chunk);

/** An `EventSink` in memory. Events after a call's end are errors, as are events of calls that were never opened. */
export class Recorder implements EventSink {
  readonly calls: Recorded[] = [];
  readonly #waiting: { readonly count: number; readonly done: () => void }[] = [];

  open(start: CallStart): CallNumber {
    return this.calls.push({
      start,
      head: "",
      requestBody: "",
      requestEnds: 0,
      network: [],
      status: 0,
      statusText: "",
      fields: [],
      responseBody: "",
      responseChunks: [],
      outcome: "open",
      errors: [],
    });
  }

  #call(call: CallNumber): Recorded {
    const recorded = this.calls[call - 1];
    if (!recorded) throw new RangeError(`event for call ${call}, which was never opened`);
    if (recorded.outcome !== "open") throw new RangeError(`event for call ${call}, which has ended`);
    return recorded;
  }

  requestHead(call: CallNumber, head: string, tail = ""): void {
    this.#call(call).head = head + tail;
  }

  requestBody(call: CallNumber, chunk: Uint8Array | string, encoding?: BufferEncodingName): void {
    this.#call(call).requestBody += bytesOf(chunk, encoding).toString("latin1");
  }

  requestEnd(call: CallNumber): void {
    this.#call(call).requestEnds += 1;
  }

  network(call: CallNumber, protocol: string, peerAddress: string, peerPort: number, localPort: number): void {
    this.#call(call).network.push(protocol, peerAddress, String(peerPort), String(localPort));
  }

  response(call: CallNumber, status: number, statusText: string, fields: readonly (string | Uint8Array)[]): void {
    const recorded = this.#call(call);
    recorded.status = status;
    recorded.statusText = statusText;
    recorded.fields = fields.map((field) => bytesOf(field, "latin1").toString("latin1"));
  }

  responseBody(call: CallNumber, chunk: Uint8Array | string, encoding?: BufferEncodingName): void {
    const recorded = this.#call(call);
    const bytes = bytesOf(chunk, encoding);
    recorded.responseBody += bytes.toString("latin1");
    recorded.responseChunks.push(bytes.byteLength);
  }

  end(call: CallNumber, outcome: Outcome, errors: readonly ErrorInfo[] = []): void {
    const recorded = this.#call(call);
    recorded.outcome = outcome;
    recorded.errors = errors;
    const ended = this.calls.filter((each) => each.outcome !== "open").length;
    for (const { count, done } of this.#waiting) if (ended >= count) done();
  }

  /** Resolves once so many calls have ended. */
  async ended(count: number): Promise<void> {
    if (this.calls.filter((each) => each.outcome !== "open").length >= count) return;
    await new Promise<void>((done) => this.#waiting.push({ count, done }));
  }
}
