// How much later an event of a stream reaches the application: `node test/overhead/sse.ts [pairs]`. 1,000 events, 2 ms apart.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const EVENTS = 1_000;
const pairs = Number(process.argv[2] ?? 5);
const server = createServer((request, response) => {
  if (request.method === "POST") {
    request
      .resume()
      .on("end", () => response.writeHead(200, { "content-type": "application/x-protobuf", "inpooling-collector": "0.1.0" }).end());
    return;
  }
  const send = async (): Promise<void> => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (let event = 0; event < EVENTS; event++) {
      response.write(`data: ${process.hrtime.bigint()}\n\n`);
      await delay(2);
    }
    response.end();
  };
  void send();
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function delays(flags: readonly string[]): Promise<number[]> {
  const program = fileURLToPath(new URL("programs/sse-delay.mjs", import.meta.url));
  const env = { ...process.env, ORIGIN: origin, INPOOLING_ENDPOINT: origin };
  const child = spawn(process.execPath, [...flags, program], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  await once(child, "close");
  return (JSON.parse(text) as number[]).toSorted((a, b) => a - b);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const at = (sorted: readonly number[], share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
const measured: { bare: number[]; with: number[] }[] = [];
for (let pair = 0; pair < pairs; pair++) measured.push({ bare: await delays([]), with: await delays(["--require", "inpooling/register"]) });
console.log(`\nDelay of an event, ${EVENTS} events 2 ms apart, ${pairs} pairs, medians, ms`);
console.table(
  Object.fromEntries(
    [0.5, 0.99].map((share) => [
      `p${share * 100}`,
      {
        bare: Number(median(measured.map(({ bare }) => at(bare, share))).toFixed(3)),
        recorded: Number(median(measured.map((pair) => at(pair.with, share))).toFixed(3)),
        added: Number(median(measured.map((pair) => at(pair.with, share) - at(pair.bare, share))).toFixed(3)),
      },
    ]),
  ),
);
server.close();
