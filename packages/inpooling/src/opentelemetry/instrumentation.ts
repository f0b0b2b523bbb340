import { InstrumentationBase, type InstrumentationConfig } from "@opentelemetry/instrumentation";
import type { Agent } from "../agent.ts";
import { Clock, readClock } from "../deliver/clock.ts";
import { Finisher } from "../deliver/finish.ts";
import { version } from "../version.ts";
import { bridge } from "./bridge.ts";
import { SpanEnricher } from "./span-enricher.ts";

export interface InpoolingInstrumentationConfig extends InstrumentationConfig {
  /**
   * Also put `http.request.body.content` and `http.response.body.content` (redacted, at most the body limit) on the
   * application's own CLIENT spans, for its own backend. Copies, decodes and redacts on the main thread, and makes
   * every exporter carry the payloads. Needs `InpoolingSpanProcessor` among the span processors. Default: false.
   */
  readonly enrichSpans?: boolean;
}

function enricherFor(agent: Agent): SpanEnricher {
  const finisher = new Finisher(agent.config, new Clock(readClock()));
  return new SpanEnricher(agent.sink, agent.config.bodyLimit, (call) => finisher.finish(call, false));
}

/**
 * Records every outgoing HTTP call with its payload, as an OpenTelemetry instrumentation: for
 * `new NodeSDK({ instrumentations })` and `registerInstrumentations`, beside any others. It makes no spans of its own
 * and adds nothing to requests; with `InpoolingSpanProcessor` each record carries the id of the span that
 * `@opentelemetry/instrumentation-http` or `-undici` made for the call.
 */
export class InpoolingInstrumentation extends InstrumentationBase<InpoolingInstrumentationConfig> {
  // `declare`: the base class calls enable() before fields would be initialised.
  declare private undo: (() => void) | undefined;

  constructor(config: InpoolingInstrumentationConfig = {}) {
    super("inpooling", version, config);
  }

  /** Nothing is patched by module name; capture hooks channels and prototypes. */
  protected override init(): undefined {
    return undefined;
  }

  override enable(): void {
    super.enable();
    this.undo ??= bridge().capture(this.getConfig().enrichSpans === true ? enricherFor : undefined);
  }

  override disable(): void {
    super.disable();
    this.undo?.();
    this.undo = undefined;
  }

  /** A changed `enrichSpans` takes effect at once, `enabled` as everywhere through `enable()` and `disable()`. */
  override setConfig(config: InpoolingInstrumentationConfig): void {
    const before = this.getConfig()?.enrichSpans === true;
    super.setConfig(config);
    if (this.undo === undefined || before === (config.enrichSpans === true)) return;
    this.disable();
    this.enable();
  }
}
