import type { Call, Resource } from "./call.ts";
import type { CallEvent, CallNumber } from "./event.ts";
import type { Identity } from "./open-call.ts";
import { nanoseconds, OpenCall } from "./open-call.ts";

/** What a builder is told about its process; it asks nobody for time or randomness itself. */
export interface CallBuilderOptions {
  /** Unix milliseconds of the monotonic clock's zero (`performance.timeOrigin`), fraction kept. */
  readonly timeOrigin: number;
  readonly resource: Resource;
  /** Bytes kept of each body. */
  readonly bodyLimit: number;
  /** 32 lower-case hex digits, not all zero; called when the application had no trace. */
  newTraceId(): string;
  /** 16 lower-case hex digits, not all zero; called when no span stands for the call. */
  newSpanId(): string;
}

/**
 * Events in, records out: a state machine per open call, without clock and I/O. No order and no loss of events
 * makes it throw; what did not come is told by the record (`bodyTruncated`, `dropped`).
 *
 * Bodies of the records are still content-coded as on the wire and `bodySha256` is "": both need the runtime.
 */
export class CallBuilder {
  readonly #options: CallBuilderOptions;
  readonly #origin: bigint;
  /** In order of opening: the first is the oldest. */
  readonly #open = new Map<CallNumber, OpenCall>();
  #bytes = 0;

  constructor(options: CallBuilderOptions) {
    this.#options = options;
    this.#origin = nanoseconds(options.timeOrigin);
  }

  /** Calls without an end. */
  get openCalls(): number {
    return this.#open.size;
  }

  /** Memory that open calls hold, in bytes: bodies exactly, the rest estimated. */
  get openBytes(): number {
    return this.#bytes;
  }

  /**
   * Takes one event; its chunk is copied.
   * @returns the finished call on `end`; on an `open` whose number is still open, the older call as far as it came
   *   (its end was lost); else undefined. Events of unknown numbers, late ones above all, are ignored.
   */
  push(event: CallEvent): Call | undefined {
    const { call: number } = event;
    if (number === 0) return undefined;
    const open = this.#open.get(number);
    if (event.type === "open") {
      const lost = open && this.#remove(number, open).abandon("lost", this.#identity(open));
      const started = new OpenCall(event.start, event.time, this.#options.bodyLimit);
      this.#open.set(number, started);
      this.#bytes += started.bytes;
      return lost;
    }
    if (open === undefined) return undefined;
    if (event.type === "end") return this.#remove(number, open).finish(event, this.#identity(open));
    const before = open.bytes;
    open.add(event);
    this.#bytes += open.bytes - before;
    return undefined;
  }

  /**
   * Frees memory by giving up bodies of open calls, oldest first, until `bytes` are freed or there are none.
   * Their records say so (`…body:memory`).
   * @returns bytes freed
   */
  releaseBodies(bytes: number): number {
    let freed = 0;
    for (const open of this.#open.values()) {
      if (freed >= bytes) break;
      freed += open.releaseBodies();
    }
    this.#bytes -= freed;
    return freed;
  }

  /** Closes the call that is open longest, for memory (`call.end:memory`); later events of it are ignored. */
  abandonOldest(): Call | undefined {
    for (const [number, open] of this.#open) return this.#remove(number, open).abandon("memory", this.#identity(open));
    return undefined;
  }

  /**
   * Closes every open call as far as it came.
   * @param reason stands in `dropped` as `call.end:<reason>`, e.g. `exit`
   */
  abandonAll(reason: string): Call[] {
    const calls: Call[] = [];
    for (const [number, open] of this.#open) calls.push(this.#remove(number, open).abandon(reason, this.#identity(open)));
    return calls;
  }

  #remove(number: CallNumber, open: OpenCall): OpenCall {
    this.#open.delete(number);
    this.#bytes -= open.bytes;
    return open;
  }

  #identity({ start }: OpenCall): Identity {
    return {
      traceId: start.traceId || this.#options.newTraceId(),
      spanId: start.spanId || this.#options.newSpanId(),
      origin: this.#origin,
      resource: this.#options.resource,
    };
  }
}
