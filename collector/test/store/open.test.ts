import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { callId } from "#record";
import type { RunningBackend } from "../../src/store/database.ts";
import { Driver } from "../../src/store/driver.ts";
import { embeddedBackend } from "../../src/store/embedded/launcher.ts";
import { openStore, type OpenStore, type StoreOptions } from "../../src/store/open.ts";
import { StoreUnavailable } from "../../src/store/store.ts";
import { testFolder } from "./folder.ts";
import { sampleCall, sampleCalls, sampleLoss } from "./samples.ts";

const memoryLimit = 600 * 1024 * 1024;

async function open(
  options: Omit<StoreOptions, "onWarning">,
): Promise<{ store: OpenStore; warnings: string[]; warned: (part: string) => Promise<void> }> {
  const warnings: string[] = [];
  const waiting = new Set<() => void>();
  const store = await openStore({
    ...options,
    onWarning: (message) => {
      warnings.push(message);
      for (const look of waiting) look();
    },
  });
  onTestFinished(async () => await store.close());
  const warned = async (part: string): Promise<void> =>
    await new Promise((resolve) => {
      const look = (): void => {
        if (!warnings.some((warning) => warning.includes(part))) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { store, warnings, warned };
}

/** An address that stays while the database behind it comes and goes. */
class Address {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private target: number | undefined;

  constructor() {
    this.server = createServer((socket) => {
      if (this.target === undefined) {
        socket.destroy();
        return;
      }
      const onward = connect(this.target, "127.0.0.1");
      socket.pipe(onward).pipe(socket);
      for (const end of [socket, onward]) {
        this.sockets.add(end);
        end.on("error", () => undefined);
        end.on("close", () => {
          this.sockets.delete(end);
          socket.destroy();
          onward.destroy();
        });
      }
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    onTestFinished(() => void this.server.close());
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  leadTo(backend: RunningBackend | undefined): void {
    this.target = backend === undefined ? undefined : Number(new URL(backend.target.origin).port);
    for (const socket of this.sockets) socket.destroy();
  }
}

const everything = { where: { kind: "all" }, range: {} } as const;

describe("a store on a server of its own (--store)", () => {
  test("absorbs its absence, from the start and in between, and catches up with nothing lost or doubled", async () => {
    const address = new Address();
    const host = await address.listen();
    const backend = await embeddedBackend({ dataDir: testFolder(), memoryLimit, retentionDays: 0 }).start();
    onTestFinished(async () => await backend.stop());
    const { username, password } = backend.target;

    // Absent: calls are accepted and can be looked at; the list says why it cannot be read.
    const { store, warnings, warned } = await open({ dataDir: testFolder(), store: `http://${username}:${password}@${host}/traffic` });
    await store.sink.accept({ calls: sampleCalls(10), losses: [sampleLoss()] });
    expect(await store.reader.get(callId(sampleCall(3)))).toEqual(sampleCall(3));
    await expect(store.reader.search(everything, { limit: 10 })).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.reader.stats()).rejects.toThrow(/does not answer now.*Calls are still accepted and kept in the journal/s);
    await warned("is not available");

    address.leadTo(backend);
    await store.whenReady;
    await store.flush();
    expect((await store.reader.search(everything, { limit: 100 })).calls).toHaveLength(10);
    expect(await store.reader.get(callId(sampleCall(3)))).toEqual(sampleCall(3));

    // Gone in between.
    address.leadTo(undefined);
    await store.sink.accept({ calls: sampleCalls(500, 1_000), losses: [] });
    await store.sink.accept({ calls: sampleCalls(10), losses: [] });
    await warned("bytes wait in the journal; it is tried again until they are in");
    await expect(store.reader.search(everything, { limit: 10 })).rejects.toBeInstanceOf(StoreUnavailable);
    address.leadTo(backend);
    await store.flush();
    expect((await store.reader.stats()).calls).toBe(510);
    expect(warnings.at(-1)).toContain("The store takes calls again");
  });

  test("that was down when the collector stopped gets the rest from the next collector on the same folder", async () => {
    const dataDir = testFolder();
    const { store } = await open({ dataDir, store: "http://127.0.0.1:1/traffic" });
    await store.sink.accept({ calls: sampleCalls(700), losses: [sampleLoss()] });
    await store.close();

    const backend = await embeddedBackend({ dataDir: testFolder(), memoryLimit, retentionDays: 0 }).start();
    onTestFinished(async () => await backend.stop());
    const url = new URL(backend.target.origin);
    url.username = backend.target.username;
    url.password = backend.target.password;
    url.pathname = "/traffic";
    const { store: next } = await open({ dataDir, store: url.href });
    await next.sink.accept({ calls: sampleCalls(700), losses: [sampleLoss()] });
    await next.flush();
    expect((await next.reader.stats()).calls).toBe(700);
    expect(await next.reader.losses({ from: 0, to: Date.now() })).toHaveLength(1);
  });
});

test("a crash between a block's insert and its commit marker, however often: the block is in the store once, and in the overview once", async () => {
  const dataDir = testFolder();
  const journal = join(dataDir, "journal");
  // Cut, and no database to take it: what a collector leaves that dies right after the insert.
  const { store } = await open({ dataDir, store: "http://127.0.0.1:1/x" });
  await store.sink.accept({ calls: sampleCalls(5_000), losses: [sampleLoss()] });
  await store.close();
  const uncommitted = testFolder();
  cpSync(journal, uncommitted, { recursive: true });

  for (let crash = 0; crash < 3; crash++) {
    const { store: next } = await open({ dataDir, memoryLimit });
    await next.whenReady;
    await next.flush();
    expect((await next.reader.stats()).calls).toBe(5_000);
    expect(await next.reader.losses({ from: 0, to: Date.now() })).toHaveLength(1);
    await next.close();
    rmSync(journal, { recursive: true });
    cpSync(uncommitted, journal, { recursive: true });
  }
  const backend = await embeddedBackend({ dataDir, memoryLimit, retentionDays: 0 }).start();
  const driver = new Driver(backend.target);
  expect((await driver.rows("SELECT toUInt32(sum(calls)) FROM inpooling.calls_per_minute")).data).toEqual([[5_000]]);
  await driver.close();
  await backend.stop();
});

test("a server that takes connections and never answers does not hold up a stop", async () => {
  const mute = createServer(() => undefined);
  mute.listen(0, "127.0.0.1");
  await once(mute, "listening");
  onTestFinished(() => void mute.close());
  const { store } = await open({ dataDir: testFolder(), store: `http://127.0.0.1:${(mute.address() as AddressInfo).port}/x` });
  await store.sink.accept({ calls: sampleCalls(1), losses: [] });
  await store.close();
}, 20_000);

describe("opening", () => {
  test("is refused for a folder in use, and that folder's owner is not disturbed", async () => {
    const dataDir = testFolder();
    const { store } = await open({ dataDir, store: "http://127.0.0.1:1/x" });
    await expect(openStore({ dataDir, onWarning: () => undefined })).rejects.toThrow(/is in use by this very process/);
    await store.sink.accept({ calls: sampleCalls(1), losses: [] });
    expect(await store.reader.get(callId(sampleCall(0)))).toEqual(sampleCall(0));
  });

  test("is refused for a bad --store, and leaves the folder free", async () => {
    const dataDir = testFolder();
    await expect(openStore({ dataDir, store: "mysql://db", onWarning: () => undefined })).rejects.toThrow(/scheme "mysql"/);
    await open({ dataDir, store: "http://127.0.0.1:1/x" });
  });

  test("of a database with a newer schema: calls are kept, reading says what to do, nothing is changed", async () => {
    const dataDir = testFolder();
    const backend = await embeddedBackend({ dataDir, memoryLimit, retentionDays: 0 }).start();
    const driver = new Driver(backend.target);
    await driver.command("CREATE DATABASE inpooling");
    await driver.command(
      "CREATE TABLE inpooling.schema_version (version UInt32, applied_at DateTime64(3, 'UTC'), applied_by String) ENGINE = MergeTree ORDER BY version",
    );
    await driver.command("INSERT INTO inpooling.schema_version VALUES (2, now64(3), 'a newer collector')");
    await driver.close();
    await backend.stop();

    const { store, warnings } = await open({ dataDir, memoryLimit });
    await expect(store.whenReady).rejects.toThrow(/schema 2.*knows schemas up to 1/s);
    await store.sink.accept({ calls: sampleCalls(5), losses: [] });
    await expect(store.reader.search(everything, { limit: 1 })).rejects.toThrow(/schema 2/);
    expect(warnings).toEqual([expect.stringContaining("Start the newer version of @inpooling/collector")]);
  });

  test("of a journal with a damaged end: it is told, and the rest is served", async () => {
    const dataDir = testFolder();
    const { store } = await open({ dataDir, store: "http://127.0.0.1:1/x" });
    await store.sink.accept({ calls: sampleCalls(5), losses: [] });
    await store.close();
    writeFileSync(join(dataDir, "journal", "00000001.journal"), "half a record", { flag: "a" });
    const { store: next, warnings } = await open({ dataDir, memoryLimit });
    expect(warnings).toEqual([expect.stringMatching(/00000001\.journal: 13 bytes from byte \d+ to its end are damaged/)]);
    await next.whenReady;
    await next.flush();
    expect((await next.reader.stats()).calls).toBe(5);
  });
});
