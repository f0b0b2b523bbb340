// Makes a few calls under an OpenTelemetry SDK that prints its spans, with Inpooling beside it:
// `node src/main.ts http://127.0.0.1:4400`, the address that SuperApi (examples/superapi) printed.
import { startTracing } from "./tracing.ts";

const origin = process.argv[2];
if (origin === undefined) {
  console.error("usage: node src/main.ts <origin of SuperApi>, e.g. http://127.0.0.1:4400");
  process.exit(2);
}
const sdk = startTracing();
const { trace } = await import("@opentelemetry/api");
const { default: http } = await import("node:http");

const read = (url: string): Promise<void> =>
  new Promise((resolve, reject) => {
    http.get(url, (answer) => void answer.resume().on("end", resolve)).on("error", reject);
  });

await trace.getTracer("example").startActiveSpan("nightly sync", async (span) => {
  await read(`${origin}/v1/balance`);
  await (
    await fetch(`${origin}/api/v2/orders`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ items: ["prod_1"] }),
    })
  ).json();
  span.end();
});
await sdk.shutdown();
