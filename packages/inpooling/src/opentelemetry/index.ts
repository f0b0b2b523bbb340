/** Inpooling inside an OpenTelemetry setup that the application already has. */
export { InpoolingInstrumentation } from "./instrumentation.ts";
export type { InpoolingInstrumentationConfig } from "./instrumentation.ts";
export { InpoolingSpanProcessor } from "./span-processor.ts";
export { recordClientSpans } from "./sampler.ts";
