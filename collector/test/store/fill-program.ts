// Accepts batches into a journal until it is refused, on a file system that refuses to grow a file; then once more
// with little. Says which were kept.
import { Journal } from "../../src/store/journal/journal.ts";
import { SinkRefused } from "../../src/sink.ts";
import { sampleCall } from "./samples.ts";

// A file beyond the process's limit is an error like that of a full disk; the signal beside it would end the process.
process.on("SIGXFSZ", () => undefined);
const [folder = ""] = process.argv.slice(2);
const journal = new Journal({
  folder,
  limit: 1e9,
  sync: false,
  block: { calls: 1e6, bytes: 1e9, wait: 3_600_000, busy: { calls: 1e6, bytes: 1e9 } },
  onWarning: (message) => process.stdout.write(`warning ${message}\n`),
});
let number = 0;
let refused = 0;
for (const size of [...Array.from({ length: 40 }, () => 50_000), ...Array.from({ length: 5 }, () => 10)]) {
  number += 1;
  const calls = [sampleCall(number * 2), sampleCall(number * 2 + 1, { response: { body: new Uint8Array(size) } })];
  try {
    await journal.accept({ calls, losses: [] });
    process.stdout.write(`kept ${number}\n`);
  } catch (error) {
    if (!(error instanceof SinkRefused)) throw error;
    if (refused++ === 0) process.stdout.write(`refused ${error.message}\n`);
  }
}
process.exit(0);
