import type { createOtlpNetworkExportDelegate, ExporterMetrics } from "@opentelemetry/otlp-exporter-base";
import type { BatchSpanProcessor } from "@opentelemetry/sdk-trace";

/** The parts of OpenTelemetry that delivery goes through. */
export interface OpenTelemetry {
  readonly BatchSpanProcessor: typeof BatchSpanProcessor;
  readonly createOtlpNetworkExportDelegate: typeof createOtlpNetworkExportDelegate;
  readonly ExporterMetrics: typeof ExporterMetrics;
}

let loaded: OpenTelemetry | undefined;
let loading: Promise<OpenTelemetry> | undefined;

/**
 * OpenTelemetry's SDK takes 100 ms of a core to load, more than everything else of a worker together. It is loaded
 * beside the first calls, and a process that ends sooner delivers without it.
 */
export function loadOpenTelemetry(): Promise<OpenTelemetry> {
  loading ??= (async () => {
    const [sdk, exporter] = await Promise.all([import("@opentelemetry/sdk-trace"), import("@opentelemetry/otlp-exporter-base")]);
    loaded = {
      BatchSpanProcessor: sdk.BatchSpanProcessor,
      createOtlpNetworkExportDelegate: exporter.createOtlpNetworkExportDelegate,
      ExporterMetrics: exporter.ExporterMetrics,
    };
    return loaded;
  })();
  return loading;
}

/** What is loaded by now. */
export function loadedOpenTelemetry(): OpenTelemetry | undefined {
  return loaded;
}
