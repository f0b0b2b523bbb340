import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import { scopeName } from "#record";
import type { RedactedCall } from "#record";
import type { Batch } from "../config.ts";
import { diag } from "../diag.ts";
import { Item } from "./item.ts";
import { cut, maxRequestBytes } from "./parcel.ts";
import type { LooseParcel } from "./parcel.ts";

type ExportResult = Parameters<Parameters<SpanExporter["export"]>[1]>[0];
const success: ExportResult["code"] = 0;
/** W3C trace flag "sampled". The batch processor passes nothing else; the record keeps the application's own flag. */
const sampled = 1;
const clientKind = 2 as ReadableSpan["kind"];

type SpanResource = ReadableSpan["resource"];
const noResource: SpanResource = { attributes: {}, merge: () => noResource, getRawAttributes: () => [] } as unknown as SpanResource;
const scope = { name: scopeName };
const noAttributes = {};
const none: never[] = [];

/**
 * A record as OpenTelemetry's batch processor knows it. Its content travels encoded, beside the span interface, which
 * is answered when somebody asks: the processor itself reads the trace flags and nothing else.
 */
class CallSpan implements ReadableSpan {
  readonly item: Item;
  readonly name: string;
  readonly #startTime: bigint;
  readonly #duration: number;
  readonly #failed: boolean;
  readonly #context: ReturnType<ReadableSpan["spanContext"]>;

  constructor(call: RedactedCall, item: Item) {
    this.item = item;
    this.name = call.method;
    this.#startTime = call.startTime;
    this.#duration = call.durationMs;
    this.#failed = call.errorType !== "";
    this.#context = { traceId: call.traceId, spanId: call.spanId, traceFlags: sampled };
  }

  spanContext(): ReturnType<ReadableSpan["spanContext"]> {
    return this.#context;
  }

  get kind(): ReadableSpan["kind"] {
    return clientKind;
  }
  get startTime(): ReadableSpan["startTime"] {
    return hrTime(this.#startTime);
  }
  get duration(): ReadableSpan["duration"] {
    return hrTime(BigInt(Math.round(this.#duration * 1e6)));
  }
  get endTime(): ReadableSpan["endTime"] {
    return hrTime(this.#startTime + BigInt(Math.round(this.#duration * 1e6)));
  }
  get status(): ReadableSpan["status"] {
    return { code: this.#failed ? 2 : 0 };
  }
  get ended(): boolean {
    return true;
  }
  get attributes(): ReadableSpan["attributes"] {
    return noAttributes;
  }
  get links(): ReadableSpan["links"] {
    return none;
  }
  get events(): ReadableSpan["events"] {
    return none;
  }
  get resource(): SpanResource {
    return noResource;
  }
  get instrumentationScope(): ReadableSpan["instrumentationScope"] {
    return scope;
  }
  get droppedAttributesCount(): number {
    return 0;
  }
  get droppedEventsCount(): number {
    return 0;
  }
  get droppedLinksCount(): number {
    return 0;
  }
}

function hrTime(nanoseconds: bigint): [number, number] {
  return [Number(nanoseconds / 1_000_000_000n), Number(nanoseconds % 1_000_000_000n)];
}

/**
 * Collects records into parcels: by count and delay through OpenTelemetry's `BatchSpanProcessor`, and by bytes, which
 * that one does not count. Nothing is ever dropped here: before its queue overflows it is emptied.
 */
export class Batcher {
  readonly #maxQueueSize: number;
  readonly #processor: BatchSpanProcessor;
  readonly #out: (parcel: LooseParcel) => void;
  #waiting = 0;
  #bytes = 0;
  #encodedBytes = 0;

  constructor(options: Batch, out: (parcel: LooseParcel) => void) {
    this.#maxQueueSize = options.maxQueueSize;
    this.#out = out;
    const exporter: SpanExporter = {
      export: (spans, done) => {
        this.#export(spans as readonly ReadableSpan[] as readonly CallSpan[]);
        done({ code: success });
      },
      shutdown: () => Promise.resolve(),
      forceFlush: () => Promise.resolve(),
    };
    this.#processor = new BatchSpanProcessor({ exporter, ...options });
  }

  /** Memory held by records that are not yet handed on. */
  get bytes(): number {
    return this.#bytes;
  }

  get isIdle(): boolean {
    return this.#waiting === 0;
  }

  add(call: RedactedCall): void {
    const span = new CallSpan(call, Item.of(call));
    if (this.#waiting >= this.#maxQueueSize) this.flush();
    this.#waiting++;
    this.#bytes += span.item.bytes;
    this.#encodedBytes += span.item.full.length;
    this.#processor.onEnd(span);
    if (this.#encodedBytes >= maxRequestBytes / 2) this.flush();
  }

  /** Hands everything on at once, synchronously. */
  flush(): void {
    // Resolves with the exporter, which answers before it returns.
    this.#processor.forceFlush().catch((error: unknown) => diag.debug(`batch: ${String(error)}`));
  }

  #export(spans: readonly CallSpan[]): void {
    const items = spans.map(({ item }) => item);
    this.#waiting -= items.length;
    for (const item of items) {
      this.#bytes -= item.bytes;
      this.#encodedBytes -= item.full.length;
    }
    for (const parcel of cut(items)) this.#out(parcel);
  }
}
