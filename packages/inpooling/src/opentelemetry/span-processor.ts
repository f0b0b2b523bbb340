import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace";
import { startInpooling } from "../agent.ts";
import type { InpoolingOptions } from "../config.ts";
import { bridge } from "./bridge.ts";

/**
 * Routes the application's CLIENT HTTP spans to Inpooling and gives each record the identity of its span. With
 * `InpoolingInstrumentation` records have their payloads; alone, they hold what the span says. It never changes a
 * span (except for `enrichSpans`), never throws, and exports on Inpooling's own way, not through the SDK's exporters.
 */
export class InpoolingSpanProcessor implements SpanProcessor {
  /** @throws TypeError on a wrong option, naming it */
  constructor(options: InpoolingOptions = {}) {
    startInpooling(options);
  }

  onStart(span: Span): void {
    this.#guarded("onStart", () => bridge().started(span));
  }

  /** The last moment at which a span can be changed; only `enrichSpans` does. */
  onEnding(span: Span): void {
    const { enricher } = bridge();
    if (enricher === undefined) return;
    // Attribute values of the SDK may be bytes and lists since 3.0; its type says the same by another name.
    this.#guarded(
      "onEnding",
      () => void span.setAttributes(enricher.payloadsOf(span.spanContext().spanId) as Parameters<Span["setAttributes"]>[0]),
    );
  }

  onEnd(span: ReadableSpan): void {
    this.#guarded("onEnd", () => bridge().ended(span));
  }

  /** Resolves when what was recorded until now is delivered, or cannot be for the moment. */
  forceFlush(): Promise<void> {
    return bridge().agent.flush();
  }

  /** Like `forceFlush`: the SDK that shuts down is not the process's end, and calls go on being recorded. */
  shutdown(): Promise<void> {
    return this.forceFlush();
  }

  #guarded(where: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      bridge().agent.countHookError(`InpoolingSpanProcessor.${where}`, error);
    }
  }
}
