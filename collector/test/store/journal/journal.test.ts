import { copyFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { callId } from "#record";
import { SinkRefused } from "../../../src/sink.ts";
import type { Block } from "../../../src/store/journal/block.ts";
import { Journal, type JournalOptions } from "../../../src/store/journal/journal.ts";
import { RowReader } from "../../../src/store/row/binary.ts";
import { readCall, readLoss } from "../../../src/store/row/read.ts";
import { testFolder } from "../folder.ts";
import { bytes, sampleCall, sampleCalls, sampleLoss } from "../samples.ts";

function openJournal(folder: string, options: Partial<JournalOptions> = {}): { journal: Journal; warnings: string[] } {
  const warnings: string[] = [];
  const journal = new Journal({
    folder,
    limit: 1e9,
    sync: false,
    block: { calls: 5_000, bytes: 16e6, wait: 0, busy: { calls: 5_000, bytes: 16e6 } },
    onWarning: (message) => warnings.push(message),
    ...options,
  });
  onTestFinished(() => journal.close());
  return { journal, warnings };
}

function spanIds(block: Block): string[] {
  const reader = new RowReader(Buffer.concat([...block.callRows().chunks()]));
  const ids: string[] = [];
  while (!reader.done) ids.push(readCall(reader).spanId);
  return ids;
}

async function take(journal: Journal): Promise<Block> {
  const block = await journal.nextBlock();
  if (block === undefined) throw new Error("the journal is closed");
  return block;
}

/** What a killed process leaves: the files as they are now. */
function snapshot(from: string): string {
  const to = testFolder();
  for (const name of readdirSync(from)) copyFileSync(join(from, name), join(to, name));
  return to;
}

function segments(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".journal"))
    .toSorted()
    .map((name) => join(folder, name));
}

const span = (index: number): string => index.toString(16).padStart(16, "0");

describe("what was accepted", () => {
  test("is in the files at once, and comes out as one block after a kill", async () => {
    const folder = testFolder();
    const { journal } = openJournal(folder);
    await journal.accept({ calls: sampleCalls(3), losses: [sampleLoss()] });
    await journal.accept({ calls: sampleCalls(2, 3), losses: [] });

    const { journal: second } = openJournal(snapshot(folder));
    const block = await take(second);
    expect(spanIds(block)).toEqual([0, 1, 2, 3, 4].map(span));
    expect(readLoss(new RowReader(Buffer.concat([...block.lossRows().chunks()])))).toEqual(sampleLoss());
  });

  test("is flushed to the disk first where that is asked for", async () => {
    const folder = testFolder();
    const { journal } = openJournal(folder, { sync: true });
    await Promise.all(sampleCalls(20).map(async (call) => await journal.accept({ calls: [call], losses: [] })));
    const { journal: second } = openJournal(snapshot(folder), { sync: true });
    expect(spanIds(await take(second))).toHaveLength(20);
  });

  test("can be found by id before the store has it", async () => {
    const { journal } = openJournal(testFolder());
    const calls = [sampleCall(1), sampleCall(2, { response: { body: bytes('{"ok":true}') } })];
    await journal.accept({ calls, losses: [] });
    expect(journal.find(callId(sampleCall(2)))).toEqual(calls[1]);
    expect(journal.find("019ab697ebe6-ffffffffffffffff")).toBeUndefined();
    await journal.commit(await take(journal));
    expect(journal.find(callId(sampleCall(2)))).toBeUndefined();
  });

  test("is cut into the same blocks under the same tokens by a replay, and into new ones behind them", async () => {
    const folder = testFolder();
    const { journal } = openJournal(folder, { block: { calls: 10, bytes: 1e9, wait: 3_600_000, busy: { calls: 10, bytes: 1e9 } } });
    for (let part = 0; part < 5; part++) await journal.accept({ calls: sampleCalls(5, part * 5), losses: [] });
    const first = await take(journal);
    expect(spanIds(first)).toHaveLength(10);

    const { journal: second } = openJournal(snapshot(folder));
    const again = await take(second);
    expect([again.token, spanIds(again)]).toEqual([first.token, spanIds(first)]);
    const tokens = [again.token];
    const ids = spanIds(again);
    await second.commit(again);
    while (ids.length < 25) {
      const block = await take(second);
      tokens.push(block.token);
      ids.push(...spanIds(block));
      await second.commit(block);
    }
    expect(ids).toEqual(Array.from({ length: 25 }, (_, index) => span(index)));
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  test("is not replayed once it is in the store", async () => {
    const folder = testFolder();
    const { journal } = openJournal(folder);
    await journal.accept({ calls: sampleCalls(3), losses: [] });
    await journal.commit(await take(journal));
    await journal.accept({ calls: sampleCalls(1, 10), losses: [] });
    const { journal: second } = openJournal(snapshot(folder));
    expect(spanIds(await take(second))).toEqual([span(10)]);
  });

  test("leaves no segment behind once the store has everything of it", async () => {
    const folder = testFolder();
    const { journal } = openJournal(folder);
    await journal.accept({ calls: sampleCalls(3), losses: [] });
    await journal.commit(await take(journal));
    await journal.close();
    const { journal: second } = openJournal(folder);
    expect(segments(folder)).toEqual([]);
    await second.close();
  });
});

describe("a repeated call", () => {
  test("is acknowledged and kept once: in one batch, at the same time, later, and after kills", async () => {
    const folder = testFolder();
    const { journal } = openJournal(folder);
    const calls = sampleCalls(4);
    const kept = await Promise.all([
      journal.accept({ calls: [...calls, ...calls], losses: [sampleLoss(), sampleLoss()] }),
      journal.accept({ calls, losses: [sampleLoss()] }),
    ]);
    expect(kept.map((part) => part.length)).toEqual([4, 0]);
    expect(await journal.accept({ calls: sampleCalls(6), losses: [] })).toHaveLength(2);

    const afterKill = snapshot(folder);
    const { journal: second } = openJournal(afterKill);
    expect(await second.accept({ calls, losses: [sampleLoss()] })).toEqual([]);
    const block = await take(second);
    expect([block.calls, block.losses]).toEqual([6, 1]);
    await second.commit(block);
    await second.close();

    // Started again and again, its segment long gone: the keys were left behind.
    for (let start = 0; start < 3; start++) {
      const { journal: later } = openJournal(afterKill);
      expect(await later.accept({ calls, losses: [sampleLoss()] })).toEqual([]);
      await later.close();
    }
  });
});

describe("damage", () => {
  async function filled(): Promise<string> {
    const folder = testFolder();
    const { journal } = openJournal(folder, { block: { calls: 1_000, bytes: 1e9, wait: 3_600_000, busy: { calls: 1_000, bytes: 1e9 } } });
    for (let part = 0; part < 4; part++) await journal.accept({ calls: sampleCalls(2, part * 2), losses: [] });
    return snapshot(folder);
  }

  test("at the end: what stands before it is replayed, the rest put aside, and the message says where", async () => {
    const folder = await filled();
    const [file = ""] = segments(folder);
    const whole = readFileSync(file);
    truncateSync(file, whole.length - 100);
    const { journal, warnings } = openJournal(folder);
    expect(spanIds(await take(journal))).toEqual([0, 1, 2, 3, 4, 5].map(span));
    const aside = readdirSync(folder).find((name) => name.endsWith(".corrupt")) ?? "";
    const offset = Number(aside.split(".")[1]);
    expect(readFileSync(join(folder, aside))).toEqual(whole.subarray(offset, whole.length - 100));
    expect(warnings).toEqual([expect.stringContaining(file)]);
    expect(warnings[0]).toContain(`${whole.length - 100 - offset} bytes from byte ${offset}`);
    expect(warnings[0]).toContain(aside);
  });

  test("in the middle: everything before and behind it is replayed, and it is told once", async () => {
    const folder = await filled();
    const [file = ""] = segments(folder);
    const content = readFileSync(file);
    content[content.indexOf("charges/3")] = 0x21;
    writeFileSync(file, content);
    const { journal, warnings } = openJournal(folder);
    expect(spanIds(await take(journal))).toEqual([0, 1, 4, 5, 6, 7].map(span));
    expect(warnings).toHaveLength(1);
    await journal.close();
    expect(openJournal(folder).warnings).toEqual([]);
  });

  test("anywhere: a call of an undamaged record is never lost", async () => {
    const folder = await filled();
    const [file = ""] = segments(folder);
    const content = readFileSync(file);
    for (let at = 0; at < content.length; at += 97) {
      const copy = Buffer.from(content);
      copy[at] = (copy[at] ?? 0) ^ 0x55;
      const damaged = testFolder();
      writeFileSync(join(damaged, "00000001.journal"), copy);
      const { journal } = openJournal(damaged);
      expect(spanIds(await take(journal)).length).toBeGreaterThanOrEqual(6);
      await journal.close();
    }
  });

  test("a journal of a newer version is refused with the remedy, and stays as it is", async () => {
    const folder = await filled();
    const [file = ""] = segments(folder);
    const { RowWriter } = await import("../../../src/store/row/binary.ts");
    const { writeHeader } = await import("../../../src/store/journal/record.ts");
    const writer = new RowWriter();
    writeHeader(writer, { format: 99, run: "0".repeat(32) });
    writeFileSync(file, writer.bytes());
    expect(() => openJournal(folder)).toThrow(/format 99.*newer version of @inpooling\/collector/s);
    expect(readFileSync(file)).toEqual(writer.bytes());
  });
});

describe("a batch that cannot be kept", () => {
  test("is refused as a whole beyond the limit, and taken again once there is room", async () => {
    const { journal } = openJournal(testFolder(), { limit: 100_000 });
    const large = { calls: [sampleCall(1, { response: { body: new Uint8Array(60_000) } })], losses: [] };
    const second = { calls: [sampleCall(2), sampleCall(3, { response: { body: new Uint8Array(60_000) } })], losses: [] };
    await journal.accept(large);
    await expect(journal.accept(second)).rejects.toThrow(/is full: \d+ bytes wait.*limit 100000.*Bring the database back/s);
    await expect(journal.accept(second)).rejects.toBeInstanceOf(SinkRefused);
    expect(journal.find(callId(sampleCall(2)))).toBeUndefined();
    await journal.commit(await take(journal));
    expect(await journal.accept(second)).toHaveLength(2);
  });

  test("is refused after close", async () => {
    const { journal } = openJournal(testFolder());
    await journal.close();
    await expect(journal.accept({ calls: sampleCalls(1), losses: [] })).rejects.toThrow(/stopping/);
  });
});

describe("a block", () => {
  test("is small for a store that waits, and as large as one may be for one that is busy", async () => {
    const { journal } = openJournal(testFolder(), { block: { calls: 10, bytes: 1e9, wait: 3_600_000, busy: { calls: 40, bytes: 1e9 } } });
    await journal.accept({ calls: sampleCalls(10), losses: [] });
    const first = await take(journal);
    expect(first.calls).toBe(10);
    // The store has the first block now: what comes meanwhile is gathered.
    for (let batch = 1; batch <= 6; batch++) await journal.accept({ calls: sampleCalls(10, batch * 10), losses: [] });
    await journal.commit(first);
    const second = await take(journal);
    expect(second.calls).toBe(40);
    await journal.commit(second);
    const third = await take(journal);
    expect(third.calls).toBe(20);
    expect([...spanIds(second), ...spanIds(third)]).toEqual(Array.from({ length: 60 }, (_, index) => span(10 + index)));
  });

  test("gives its bytes in chunks of at most 1 MiB, the same each time", async () => {
    const { journal } = openJournal(testFolder());
    const calls = sampleCalls(3).map((call) => ({ ...call, request: { ...call.request, body: new Uint8Array(1_500_000).fill(7) } }));
    await journal.accept({ calls, losses: [] });
    const rows = (await take(journal)).callRows();
    const chunks = [...rows.chunks()];
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(1024 * 1024);
    expect(chunks.reduce((sum, { length }) => sum + length, 0)).toBe(rows.length);
    expect(Buffer.concat(chunks).equals(Buffer.concat([...rows.chunks()]))).toBe(true);
  });
});
