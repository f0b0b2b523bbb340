// Runs the cases of one file, with or without capture, and prints what the application, the server and the sink saw.
//   node run.ts bare|captured|ring http-cases|fetch-cases|library-cases
import { Buffer } from "node:buffer";
import { inspect } from "node:util";
import { installCapture } from "../../../src/capture/index.ts";
import { Recorder } from "../recorder.ts";
import type { Case } from "./case.ts";
import { RawServer } from "./server.ts";

export interface Seen {
  readonly name: string;
  readonly application: string[];
  readonly wire: string[];
  readonly calls: Recorder["calls"];
  readonly hookErrors: string[];
}

async function runCase(one: Case, captured: boolean): Promise<Seen> {
  const application: string[] = [];
  const hookErrors: string[] = [];
  const recorder = new Recorder();
  const remove = captured
    ? installCapture(recorder, { ignoreHosts: [], onHookError: (where, error) => hookErrors.push(`${where}: ${inspect(error)}`) })
    : () => {};
  const server = new RawServer((socket, head, body) => one.answer(socket, head, body));
  const port = await server.listen();
  const steady = (text: string): string => text.replaceAll(String(port), "PORT");
  await one.run({ port, server, note: (...what) => application.push(steady(what.map(String).join(" "))) });
  if (captured) await recorder.ended(one.calls);
  await server.close().catch(() => {});
  remove();
  const calls = JSON.parse(steady(JSON.stringify(recorder.calls))) as Recorder["calls"];
  return { name: one.name, application, wire: server.wire.map(steady), calls, hookErrors };
}

const [how, file] = process.argv.slice(2);
const cases = Object.values((await import(`./${file}.ts`)) as Record<string, readonly Case[]>).flat();
const results: Seen[] = [];
for (const one of cases) {
  const slow = setTimeout(() => {
    process.stderr.write(`case "${one.name}" did not end\n`);
    process.exit(1);
  }, 15_000);
  results.push(await runCase(one, how === "captured"));
  clearTimeout(slow);
}
await new Promise<void>((done) => process.stdout.write(Buffer.from(JSON.stringify(results)), () => done()));
process.exit();
