import { createRequire } from "node:module";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { ConsoleSpanExporter, ParentBasedSampler, SimpleSpanProcessor, TraceIdRatioBasedSampler } from "@opentelemetry/sdk-trace";
import { InpoolingInstrumentation, InpoolingSpanProcessor, recordClientSpans } from "inpooling/opentelemetry";

/** The application's setup as it was, and the three marked lines that record its calls. */
export function startTracing(): NodeSDK {
  const sdk = new NodeSDK({
    serviceName: "existing-opentelemetry",
    instrumentations: [
      new HttpInstrumentation(),
      new UndiciInstrumentation(),
      new InpoolingInstrumentation(), // 1: records payloads; the spans stay as they are
    ],
    spanProcessors: [
      new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() }),
      new InpoolingSpanProcessor(), // 2: gives each record its span's identity
    ],
    // 3: half of the traces are exported as before; every call is recorded.
    sampler: recordClientSpans(new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) })),
  });
  sdk.start();
  // OpenTelemetry patches node:http when it is required; ES modules alone would not trigger that.
  createRequire(import.meta.url)("node:http");
  return sdk;
}
