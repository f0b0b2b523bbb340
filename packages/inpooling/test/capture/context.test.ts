import { context, createContextKey, ROOT_CONTEXT, trace, type Context, type ContextManager } from "@opentelemetry/api";
import { afterEach, describe, expect, it } from "vitest";
import { activeTrace, parseTraceparent, suppressed } from "../../src/capture/context.ts";

/** The smallest context manager: one context, set by hand. */
class Fixed implements ContextManager {
  current: Context = ROOT_CONTEXT;
  active(): Context {
    return this.current;
  }
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    _context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return fn.apply(thisArg, args);
  }
  bind<T>(_context: Context, target: T): T {
    return target;
  }
  enable(): this {
    return this;
  }
  disable(): this {
    return this;
  }
}

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";

describe("activeTrace", () => {
  afterEach(() => context.disable());

  it("reads the active span as the installed @opentelemetry/api keeps it", () => {
    expect(activeTrace()).toBeUndefined();
    const manager = new Fixed();
    context.setGlobalContextManager(manager);
    expect(activeTrace()).toBeUndefined();
    manager.current = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1 });
    expect(activeTrace()).toEqual({ traceId, spanId, sampled: true });
    manager.current = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 0 });
    expect(activeTrace()).toEqual({ traceId, spanId, sampled: false });
    manager.current = trace.setSpanContext(ROOT_CONTEXT, { traceId: "0".repeat(32), spanId: "0".repeat(16), traceFlags: 0 });
    expect(activeTrace()).toBeUndefined();
  });

  it("knows an exporter's own calls", () => {
    // The key by which @opentelemetry/core marks its exporters' context (core/src/trace/suppress-tracing.ts).
    const key = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");
    const manager = new Fixed();
    context.setGlobalContextManager(manager);
    manager.current = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1 }).setValue(key, true);
    expect(activeTrace()).toBe(suppressed);
  });
});

describe("parseTraceparent", () => {
  it("takes what the W3C header allows and nothing else", () => {
    expect(parseTraceparent(`00-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId, sampled: true });
    expect(parseTraceparent(`00-${traceId}-${spanId}-00`)).toEqual({ traceId, spanId, sampled: false });
    for (const wrong of [
      undefined,
      7,
      "",
      "00-x",
      `00-${"0".repeat(32)}-${spanId}-01`,
      `00-${traceId}-${"0".repeat(16)}-01`,
      [`00-${traceId}-${spanId}-01`],
    ]) {
      expect(parseTraceparent(wrong)).toBeUndefined();
    }
  });
});
