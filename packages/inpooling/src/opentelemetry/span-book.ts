import { type Span as ApiSpan, trace, context } from "@opentelemetry/api";
import type { ReadableSpan, Span } from "@opentelemetry/sdk-trace";
import { parseTraceparent } from "../capture/context.ts";
import type { CallSpan, SpanLookup } from "../capture/spans.ts";

const CLIENT = 2;
const HTTP_SCOPE = "@opentelemetry/instrumentation-http";
const UNDICI_SCOPE = "@opentelemetry/instrumentation-undici";
/** How many ids are remembered to notice one that stands for more than one call, i.e. is a parent's. */
const REMEMBERED_IDS = 1_024;

interface UndiciRequest {
  readonly origin?: unknown;
  readonly path?: unknown;
}
interface NodeRequest {
  getHeader(name: string): unknown;
}

/**
 * Knows which CLIENT span stands for which request. Spans of undici's instrumentation start inside the very publish
 * that also reaches our capture, before or after it, depending on who subscribed first; both orders meet here.
 */
export class SpanBook {
  /** Spans whose call has a record of its own; the processor leaves these alone. */
  readonly #recorded = new WeakSet<object>();
  readonly #spanOf = new WeakMap<object, Span>();
  readonly #parentOf = new WeakMap<object, string>();
  readonly #usedIds = new Set<string>();
  #justStarted: Span | undefined;
  #awaiting: object | undefined;

  /** A span started: told by the processor, synchronously. */
  started(span: Span): void {
    if (span.kind !== CLIENT || span.instrumentationScope.name !== UNDICI_SCOPE) return;
    const request = this.#awaiting;
    this.#awaiting = undefined;
    if (request !== undefined && isFor(span, request)) this.#spanOf.set(request, span);
    else this.#justStarted = span;
  }

  /** Whether capture records the call that the span stands for. */
  isRecorded(span: ReadableSpan | ApiSpan): boolean {
    return this.#recorded.has(span);
  }

  /** What capture asks for each request. */
  readonly lookup: SpanLookup = (request, moment, head) => {
    if (moment === "head") return this.#late(request, head ?? "");
    return isNodeRequest(request) ? this.#ofNodeRequest(request) : this.#ofUndiciRequest(request);
  };

  #ofUndiciRequest(request: object): CallSpan | undefined {
    const span = this.#justStarted;
    this.#justStarted = undefined;
    if (span !== undefined && isFor(span, request)) return this.#claim(span);
    this.#awaiting = request;
    this.#parentOf.set(request, trace.getActiveSpan()?.spanContext().spanId ?? "");
    return undefined;
  }

  /** The head leaves: the span that started after our hook ran, else the `traceparent` that an instrumentation added. */
  #late(request: object, head: string): CallSpan | undefined {
    const span = this.#spanOf.get(request);
    if (span !== undefined) return this.#claim(span);
    const carried = parseTraceparent(/^traceparent:[ \t]*(\S+)/im.exec(head)?.[1]);
    const parent = this.#parentOf.get(request) ?? "";
    if (carried === undefined || carried.spanId === parent || this.#isUsed(carried.spanId)) return undefined;
    return { ...carried, parentSpanId: parent };
  }

  /** instrumentation-http makes the request inside its span's context; without it the active span is the parent. */
  #ofNodeRequest(request: NodeRequest): CallSpan | undefined {
    const active = trace.getSpan(context.active());
    if (active === undefined) return undefined;
    if (isSdkSpan(active))
      return active.kind === CLIENT && active.instrumentationScope.name === HTTP_SCOPE ? this.#claim(active) : undefined;
    // A span that the sampler dropped says nothing of itself; its id in the request's own header does.
    const carried = parseTraceparent(request.getHeader("traceparent"));
    if (carried === undefined || carried.spanId !== active.spanContext().spanId || this.#isUsed(carried.spanId)) return undefined;
    return { ...carried, parentSpanId: "" };
  }

  #claim(span: Span): CallSpan | undefined {
    if (this.#recorded.has(span)) return undefined;
    this.#recorded.add(span);
    const { traceId, spanId, traceFlags } = span.spanContext();
    return { traceId, spanId, parentSpanId: span.parentSpanContext?.spanId ?? "", sampled: (traceFlags & 1) === 1 };
  }

  #isUsed(spanId: string): boolean {
    if (this.#usedIds.has(spanId)) return true;
    this.#usedIds.add(spanId);
    if (this.#usedIds.size > REMEMBERED_IDS) {
      for (const oldest of this.#usedIds) {
        this.#usedIds.delete(oldest);
        break;
      }
    }
    return false;
  }
}

function isNodeRequest(request: object): request is NodeRequest {
  return "getHeader" in request && typeof request.getHeader === "function";
}

function isSdkSpan(span: ApiSpan | Span): span is Span {
  return "instrumentationScope" in span && "kind" in span;
}

/** Whether an undici span was made for this request: the instrumentation derives `url.full` from origin and path. */
function isFor(span: Span, request: UndiciRequest): boolean {
  const url = span.attributes["url.full"];
  try {
    return url === new URL(String(request.path), String(request.origin)).toString();
  } catch {
    return false;
  }
}
