import type { ReadableSpan, Span } from "@opentelemetry/sdk-trace";
import { type Agent, startInpooling } from "../agent.ts";
import { setSpanLookup } from "../capture/index.ts";
import { describeProcess } from "../deliver/facts.ts";
import { SpanBook } from "./span-book.ts";
import type { SpanEnricher } from "./span-enricher.ts";
import { isHttpCall, routeSpan } from "./span-route.ts";

/**
 * What instrumentation and span processor share: the thread's agent and the book of spans. The two can be used
 * apart, in any order, and more than once.
 */
export class Bridge {
  readonly book = new SpanBook();
  /** Set while `enrichSpans` is on. */
  enricher: SpanEnricher | undefined;
  #captures = 0;
  #undo: (() => void)[] = [];
  #described = false;

  get agent(): Agent {
    return startInpooling();
  }

  /** Hooks the HTTP clients and links each call to its span. @returns its undo; the last one takes the hooks out. */
  capture(enrich: ((agent: Agent) => SpanEnricher) | undefined): () => void {
    const { agent } = this;
    if (this.#captures++ === 0) {
      this.enricher = enrich?.(agent);
      const { enricher } = this;
      this.#undo = [setSpanLookup(this.book.lookup), agent.capture(enricher === undefined ? undefined : () => enricher)];
    }
    let done = false;
    return () => {
      if (done) return;
      done = true;
      if (--this.#captures > 0) return;
      for (const undo of this.#undo) undo();
      this.#undo = [];
      this.enricher = undefined;
    };
  }

  /** The processor's part at a span's start. */
  started(span: Span): void {
    this.book.started(span);
    if (this.#described) return;
    this.#described = true;
    describeProcess(Object.fromEntries(Object.entries(span.resource.attributes).map(([name, value]) => [name, String(value)])));
  }

  /** The processor's part at a span's end: a call that capture does not see itself is recorded from its span. */
  ended(span: ReadableSpan): void {
    if (isHttpCall(span) && !this.book.isRecorded(span)) routeSpan(span, this.agent.sink);
  }
}

const key = Symbol.for("inpooling.opentelemetry.1");
const home = globalThis as { [key]?: Bridge };

/** The thread's bridge; one for all copies of this package. */
export function bridge(): Bridge {
  const found = home[key];
  if (found !== undefined) return found;
  const made = new Bridge();
  Object.defineProperty(home, key, { value: made, enumerable: false, configurable: true, writable: true });
  return made;
}
