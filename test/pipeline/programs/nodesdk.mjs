// A NodeSDK application: sampling 10 %, http and undici instrumentation, an exporter of its own that prints what it gets.
// MODE=without | with | processor-only | enrich. Ids come from a counter, so that runs can be compared.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { trace } from "@opentelemetry/api";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { ParentBasedSampler, SimpleSpanProcessor, TraceIdRatioBasedSampler } from "@opentelemetry/sdk-trace";

const { MODE, ORIGIN, OURS = "last" } = process.env;
const exported = [];
const exporter = {
  export(spans, done) {
    for (const span of spans) {
      const { name, kind, attributes, status, events, links } = span;
      exported.push({
        name,
        kind,
        context: span.spanContext(),
        parent: span.parentSpanContext?.spanId,
        attributes: { ...attributes },
        status,
        events: events.length,
        links,
      });
    }
    done({ code: 0 });
  },
  shutdown: async () => {},
};

let [traces, spans] = [0, 0];
// Spread like random ids (the ratio sampler looks at the value), yet the same in every run.
const idGenerator = {
  generateTraceId: () => createHash("md5").update(`trace ${++traces}`).digest("hex"),
  generateSpanId: () => (++spans).toString(16).padStart(16, "0"),
};

const theirs = [new HttpInstrumentation(), new UndiciInstrumentation()];
const sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.1) });
const own = new SimpleSpanProcessor({ exporter });
let options = { instrumentations: theirs, spanProcessors: [own], sampler };
if (MODE !== "without") {
  const { InpoolingInstrumentation, InpoolingSpanProcessor, recordClientSpans } = await import("inpooling/opentelemetry");
  const instrumentation = MODE === "processor-only" ? [] : [new InpoolingInstrumentation(MODE === "enrich" ? { enrichSpans: true } : {})];
  const ours = new InpoolingSpanProcessor();
  options = {
    instrumentations: OURS === "last" ? [...theirs, ...instrumentation] : [...instrumentation, ...theirs],
    spanProcessors: OURS === "last" ? [own, ours] : [ours, own],
    sampler: recordClientSpans(sampler),
  };
}
const sdk = new NodeSDK({
  ...options,
  serviceName: process.env.SERVICE,
  resourceDetectors: [],
  metricReaders: [],
  logRecordProcessors: [],
  idGenerator,
});
sdk.start();

// The instrumentation patches node:http when it is required.
const http = createRequire(import.meta.url)("node:http");
const byHttp = (path) =>
  new Promise((resolve, reject) => http.get(ORIGIN + path, (answer) => answer.resume().on("end", resolve)).on("error", reject));
const byFetch = (path) =>
  fetch(ORIGIN + path, { method: "POST", body: '{"items":[1]}', headers: { "content-type": "application/json" } }).then((answer) =>
    answer.text(),
  );

const tracer = trace.getTracer("app");
const made = [];
for (let n = 0; n < 30; n++) {
  await tracer.startActiveSpan(`work ${n}`, async (span) => {
    made.push({
      traceId: span.spanContext().traceId,
      parent: span.spanContext().spanId,
      sampled: (span.spanContext().traceFlags & 1) === 1,
    });
    await byHttp(`/v1/balance?n=${n}`);
    await byFetch(`/api/v2/orders?n=${n}`);
    span.end();
  });
}
await sdk.shutdown();
process.stdout.write(JSON.stringify({ exported, made }));
