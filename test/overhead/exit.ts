// How much later a process ends that made one call: `node test/overhead/exit.ts [pairs]`. Collector healthy, absent, hanging.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { fileURLToPath } from "node:url";

const pairs = Number(process.argv[2] ?? 11);
const program = fileURLToPath(new URL("../pipeline/programs/one-call.mjs", import.meta.url));
const cwd = fileURLToPath(new URL("..", import.meta.url));
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function listen(server: ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function run(flags: readonly string[], env: Record<string, string>): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, [...flags, program], { cwd, env: { ...process.env, ...env }, stdio: "ignore" });
  await once(child, "exit");
  return performance.now() - start;
}

const api = createServer((_request, response) => response.end('{"object":"balance"}'));
const healthy = createServer((request, response) => {
  request
    .resume()
    .on("end", () => response.writeHead(200, { "content-type": "application/x-protobuf", "inpooling-collector": "0.1.0" }).end());
});
const hanging = createTcpServer(() => undefined);
const origin = `http://127.0.0.1:${await listen(api)}`;
const absent = createTcpServer();
const closedPort = await listen(absent);
absent.close();
const COLLECTORS = { healthy: await listen(healthy), absent: closedPort, hanging: await listen(hanging) };

const table: Record<string, object> = {};
for (const [state, port] of Object.entries(COLLECTORS)) {
  const env = { ORIGIN: origin, ENDING: "exit-3", INPOOLING_ENDPOINT: `http://127.0.0.1:${port}` };
  const added: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const bare = await run([], env);
    added.push((await run(["--require", "inpooling/register"], env)) - bare);
  }
  table[`collector ${state}`] = { "later, median ms": Math.round(median(added)), "worst ms": Math.round(Math.max(...added)) };
}
console.log(`\nOne call, then process.exit(3): how much later it ends, ${pairs} pairs`);
console.table(table);
process.exit(0);
