// A collector's store that a test kills: accepts batches from number `from` up to `to`, three at a time, and says
// "ack <number>" for each. "end" on standard input closes it in good order.
import { openStore } from "../../src/store/open.ts";
import { sampleCalls, sampleLoss } from "./samples.ts";

const [dataDir = "", from = "0", to = "0", size = "1"] = process.argv.slice(2);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const store = await openStore({ dataDir, memoryLimit: 700 * 1024 * 1024, onWarning: (message) => say(`warning ${message}`) });
say("open");
store.whenReady.then(
  () => say(`database ${store.databasePid()}`),
  (error: unknown) => say(`failed ${String(error)}`),
);

let next = Number(from);
async function send(): Promise<void> {
  while (next < Number(to)) {
    const number = next++;
    await store.sink.accept({ calls: sampleCalls(Number(size), number * Number(size)), losses: [sampleLoss({ count: number + 1 })] });
    say(`ack ${number}`);
  }
}
process.stdin.once("data", () => {
  void store.close().then(() => {
    say("closed");
    process.exit(0);
  });
});
await Promise.all([send(), send(), send()]);
say("sent");
