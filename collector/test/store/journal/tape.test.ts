import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Journal } from "../../../src/store/journal/journal.ts";
import { RowReader } from "../../../src/store/row/binary.ts";
import { readCall } from "../../../src/store/row/read.ts";
import { testFolder } from "../folder.ts";
import { sampleCall } from "../samples.ts";

test("a disk that takes no more: the batch is refused as a whole with the remedy, smaller ones still fit, nothing is damaged", async () => {
  const folder = testFolder();
  const program = fileURLToPath(new URL("../fill-program.ts", import.meta.url));
  // 1,000 KiB per file.
  const { stdout } = spawnSync(
    "bash",
    ["-c", `ulimit -f 1000; exec "$0" "$@"`, process.execPath, "--conditions=inpooling-source", program, folder],
    { encoding: "utf8" },
  );
  const lines = stdout.trim().split("\n");
  expect(lines.find((line) => line.startsWith("refused"))).toMatch(
    /The journal in .* cannot be written \(EFBIG.*Make room on its disk or give another --data folder; nothing of the batch was kept/,
  );
  const kept = lines.filter((line) => line.startsWith("kept")).map((line) => Number(line.slice(5)));
  expect(kept.length).toBeGreaterThan(15);
  expect(kept.slice(-5)).toEqual([41, 42, 43, 44, 45]);

  const warnings: string[] = [];
  const journal = new Journal({
    folder,
    limit: 1e9,
    sync: false,
    block: { calls: 1e6, bytes: 1e9, wait: 0, busy: { calls: 1e6, bytes: 1e9 } },
    onWarning: (message) => warnings.push(message),
  });
  const block = await journal.nextBlock();
  const reader = new RowReader(Buffer.concat([...(block?.callRows().chunks() ?? [])]));
  const ids: string[] = [];
  while (!reader.done) ids.push(readCall(reader).spanId);
  expect(ids).toEqual(kept.flatMap((number) => [sampleCall(number * 2).spanId, sampleCall(number * 2 + 1).spanId]));
  expect(warnings).toEqual([]);
  await journal.close();
});
