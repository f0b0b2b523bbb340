import type { BatchSpanProcessor, ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import { scopeName } from "#record";
import type { RedactedCall } from "#record";
import type { Batch } from "../config.ts";
import { diag } from "../diag.ts";
import { Item } from "./item.ts";
import { loadOpenTelemetry } from "./open-telemetry.ts";
import { cut, maxRequestBytes } from "./parcel.ts";
import type { LooseParcel } from "./parcel.ts";

/** How long a thread works without OpenTelemetry's SDK; what came meanwhile leaves when it is loaded. */
const loadAfterMs = 300;

type ExportResult = Parameters<Parameters<SpanExporter["export"]>[1]>[0];
const success: ExportResult["code"] = 0;
/** W3C trace flag "sampled". The batch processor passes nothing else; the record keeps the application's own flag. */
const sampled = 1;
const clientKind = 2;

/** A record as OpenTelemetry's batch processor knows it. Its content travels encoded, beside the span interface. */
class CallSpan implements ReadableSpan {
  readonly item: Item;
  readonly name: string;
  readonly kind = clientKind as ReadableSpan["kind"];
  readonly startTime: ReadableSpan["startTime"];
  readonly endTime: ReadableSpan["endTime"];
  readonly duration: ReadableSpan["duration"];
  readonly status: ReadableSpan["status"];
  readonly ended = true;
  readonly attributes = {};
  readonly links = [];
  readonly events = [];
  readonly resource = { attributes: {}, merge: () => this.resource, getRawAttributes: () => [] } as unknown as ReadableSpan["resource"];
  readonly instrumentationScope = { name: scopeName };
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  readonly #context: ReturnType<ReadableSpan["spanContext"]>;

  constructor(call: RedactedCall, item: Item) {
    this.item = item;
    this.name = call.method;
    this.startTime = hrTime(call.startTime);
    this.duration = hrTime(BigInt(Math.round(call.durationMs * 1e6)));
    this.endTime = hrTime(call.startTime + BigInt(Math.round(call.durationMs * 1e6)));
    this.status = { code: call.errorType === "" ? 0 : 2 };
    this.#context = { traceId: call.traceId, spanId: call.spanId, traceFlags: sampled };
  }

  spanContext(): ReturnType<ReadableSpan["spanContext"]> {
    return this.#context;
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
  readonly #options: Batch;
  readonly #mayLoad: () => boolean;
  readonly #out: (parcel: LooseParcel) => void;
  #processor: BatchSpanProcessor | undefined;
  /** What came before the SDK was loaded. */
  #early: CallSpan[] = [];
  #isLoading = false;
  #failed = false;
  #waiting = 0;
  #bytes = 0;
  #encodedBytes = 0;

  /** @param mayLoad whether there is time to load OpenTelemetry; false while the process ends */
  constructor(options: Batch, mayLoad: () => boolean, out: (parcel: LooseParcel) => void) {
    this.#options = options;
    this.#mayLoad = mayLoad;
    this.#out = out;
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
    if (this.#waiting >= this.#options.maxQueueSize) this.flush();
    this.#waiting++;
    this.#bytes += span.item.bytes;
    this.#encodedBytes += span.item.full.length;
    if (this.#processor === undefined) {
      this.#early.push(span);
      if (this.#failed) this.flush();
      else if (!this.#isLoading) this.#startLoading();
    } else {
      this.#processor.onEnd(span);
    }
    if (this.#encodedBytes >= maxRequestBytes / 2) this.flush();
  }

  /** Hands everything on at once, synchronously. */
  flush(): void {
    if (this.#early.length > 0) this.#export(this.#early.splice(0));
    // Resolves with the exporter, which answers before it returns.
    this.#processor?.forceFlush().catch((error: unknown) => diag.debug(`batch: ${String(error)}`));
  }

  async #load(): Promise<void> {
    const { BatchSpanProcessor } = await loadOpenTelemetry();
    const exporter: SpanExporter = {
      export: (spans, done) => {
        this.#export(spans as readonly ReadableSpan[] as readonly CallSpan[]);
        done({ code: success });
      },
      shutdown: () => Promise.resolve(),
      forceFlush: () => Promise.resolve(),
    };
    const processor = new BatchSpanProcessor({ exporter, ...this.#options });
    this.#processor = processor;
    // They have waited for a batch's delay already.
    this.flush();
  }

  /** Not at once: loading occupies this thread, and a short-lived process needs it for its last call. */
  #startLoading(): void {
    this.#isLoading = true;
    setTimeout(() => {
      if (this.#mayLoad()) this.#load().catch((error: unknown) => this.#loadFailed(error));
      else this.#isLoading = false;
    }, loadAfterMs).unref();
  }

  /** Without the SDK (a damaged installation) records still leave, one by one. */
  #loadFailed(error: unknown): void {
    this.#failed = true;
    diag.errorOnce(
      "sdk",
      `@opentelemetry/sdk-trace cannot be loaded: ${String(error)}. Install inpooling again; calls are sent unbatched.`,
    );
    this.flush();
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
