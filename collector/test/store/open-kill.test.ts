import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { embeddedBackend } from "../../src/store/embedded/launcher.ts";
import { Driver } from "../../src/store/driver.ts";
import { openStore } from "../../src/store/open.ts";
import { testFolder } from "./folder.ts";
import { sampleCall, sampleCalls } from "./samples.ts";

const program = fileURLToPath(new URL("./ingest-program.ts", import.meta.url));
const batchSize = 500;
/** After how many answers each kill comes. */
const moments = [3, 17, 25, 8, 31, 12, 22, 5, 28, 14];

interface Ingest {
  readonly child: ChildProcess;
  readonly acked: Set<number>;
  readonly lines: string[];
  readonly exited: Promise<void>;
  /** Resolves at the first line that passes, also one that came already. */
  seen(passes: (line: string) => boolean): Promise<string>;
}

function ingest(folder: string, from: number, to: number): Ingest {
  const child = spawn(process.execPath, ["--conditions=inpooling-source", program, folder, String(from), String(to), String(batchSize)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const acked = new Set<number>();
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith("ack ")) acked.add(Number(line.slice(4)));
    lines.push(line);
    for (const look of waiting) look();
  });
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const seen = async (passes: (line: string) => boolean): Promise<string> =>
    await new Promise((resolve, reject) => {
      const look = (): void => {
        const line = lines.find(passes);
        if (line === undefined) return;
        waiting.delete(look);
        resolve(line);
      };
      waiting.add(look);
      look();
      void exited.then(() => reject(new Error(`the program ended: ${lines.join(" | ")}`)));
    });
  return { child, acked, lines, exited, seen };
}

/** Resolves when a process that is not our child is gone. */
async function gone(pid: number): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await wait(10);
  }
  throw new Error(`process ${pid} is still there`);
}

async function everySpanId(folder: string): Promise<string[]> {
  const store = await openStore({ dataDir: folder, onWarning: () => undefined });
  await store.whenReady;
  await store.flush();
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.reader.search({ where: { kind: "all" }, range: {} }, { limit: 1000, cursor });
    ids.push(...page.calls.map((call) => call.spanId));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  await store.close();
  return ids;
}

async function rollup(folder: string): Promise<unknown> {
  const backend = await embeddedBackend({ dataDir: folder, memoryLimit: 700 * 1024 * 1024, retentionDays: 0 }).start();
  const driver = new Driver(backend.target);
  const { data } = await driver.rows(
    "SELECT toUInt32((SELECT sum(calls) FROM inpooling.calls_per_minute)), toUInt32((SELECT count() FROM inpooling.losses))",
  );
  await driver.close();
  await backend.stop();
  return data[0];
}

describe("kill -9", () => {
  test("of the collector, ten times during ingest: nothing acknowledged is lost, nothing is doubled, the overview agrees", async () => {
    const folder = testFolder();
    let confirmed = 0;
    for (let kill = 0; kill < moments.length; kill++) {
      // The sender repeats what it got no answer for, and three batches that were answered.
      const target = confirmed + (moments[kill] ?? 0);
      const run = ingest(folder, Math.max(0, confirmed - 3), target + 20);
      await run.seen((line) => line === `ack ${target}`);
      // Every second one dies while its database is at work as well.
      const database = kill % 2 === 0 ? undefined : Number((await run.seen((line) => line.startsWith("database "))).slice(9));
      run.child.kill("SIGKILL");
      await run.exited;
      if (database !== undefined) await gone(database);
      while (run.acked.has(confirmed)) confirmed += 1;
      expect(run.lines.filter((line) => line.startsWith("warning") && !line.includes("damaged or were only half written"))).toEqual([]);
    }
    const total = confirmed + 20;
    const last = ingest(folder, Math.max(0, confirmed - 50), total);
    await last.seen((line) => line === "sent");
    last.child.stdin?.write("end\n");
    await last.seen((line) => line === "closed");
    await last.exited;

    const prefix = `inpooling-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`;
    expect(existsSync("/dev/shm") ? readdirSync("/dev/shm").filter((name) => name.startsWith(prefix)) : []).toEqual([]);

    const ids = await everySpanId(folder);
    expect(new Set(ids).size).toBe(ids.length);
    const present = new Set(ids);
    expect(sampleCalls(total * batchSize).filter((call) => !present.has(call.spanId))).toEqual([]);
    expect(await rollup(folder)).toEqual([ids.length, ids.length / batchSize]);
  }, 180_000);

  test("of the embedded database alone: it comes back, and no call is lost or doubled", async () => {
    const warnings: string[] = [];
    const store = await openStore({ dataDir: testFolder(), onWarning: (message) => warnings.push(message) });
    await store.whenReady;
    for (let kill = 0; kill < 3; kill++) {
      const pid = store.databasePid();
      expect(pid).toBeGreaterThan(0);
      await store.sink.accept({ calls: sampleCalls(6_000, kill * 6_000), losses: [] });
      process.kill(pid ?? 0, "SIGKILL");
      await store.sink.accept({ calls: [sampleCall(100_000 + kill)], losses: [] });
      await store.flush();
    }
    const { calls } = await store.reader.stats();
    expect(calls).toBe(3 * 6_001);
    expect(warnings.some((warning) => warning.includes("the embedded database is not available: it ended (SIGKILL)"))).toBe(true);
    await store.close();
  });
});
