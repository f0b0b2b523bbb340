// The peer: OpenTelemetry's own http and undici instrumentation, W3C propagator, batch processor, OTLP/protobuf over HTTP.
// INPOOLING=beside adds Inpooling's parts, INPOOLING=enrich with enrichSpans. BODIES=1 adds both payloads as span attributes, the way it is usually done by hand.
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";
import { createRequire } from "node:module";

const bodies = process.env.BODIES === "1";

function requestHook(span, request) {
  if (!bodies || typeof request.end !== "function") return;
  const { end } = request;
  request.end = function (chunk, ...rest) {
    if (typeof chunk === "string") span.setAttribute("http.request.body.content", chunk);
    return end.call(this, chunk, ...rest);
  };
}
function responseHook(span, response) {
  if (!bodies || typeof response.on !== "function") return;
  const chunks = [];
  response.on("data", (chunk) => chunks.push(chunk));
  response.on("end", () => span.setAttribute("http.response.body.content", Buffer.concat(chunks).toString()));
}

const { INPOOLING } = process.env;
const ours = INPOOLING === undefined ? undefined : await import("inpooling/opentelemetry");
const sdk = new NodeSDK({
  spanProcessors: [
    new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${process.env.SINK_ORIGIN}/v1/traces` }) }),
    ...(ours === undefined ? [] : [new ours.InpoolingSpanProcessor()]),
  ],
  instrumentations: [
    new HttpInstrumentation({ requestHook, responseHook }),
    new UndiciInstrumentation(),
    ...(ours === undefined ? [] : [new ours.InpoolingInstrumentation({ enrichSpans: INPOOLING === "enrich" })]),
  ],
});
sdk.start();
if (bodies) {
  // For fetch: the usual wrapper that clones the response.
  const { trace } = await import("@opentelemetry/api");
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const tracer = trace.getTracer("bodies");
    return tracer.startActiveSpan("fetch", async (span) => {
      if (typeof init?.body === "string") span.setAttribute("http.request.body.content", init.body);
      const answer = await fetch(input, init);
      void answer
        .clone()
        .text()
        .then((text) => span.setAttribute("http.response.body.content", text).end());
      return answer;
    });
  };
}
// ESM programs load node:http before any patch; requiring it once lets the instrumentation patch the module.
createRequire(import.meta.url)("node:http");
