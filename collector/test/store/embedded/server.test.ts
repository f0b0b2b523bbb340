import { once } from "node:events";
import { readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { RunningBackend } from "../../../src/store/database.ts";
import { CommandFailed, Driver, type RowBytes } from "../../../src/store/driver.ts";
import { embeddedBackend } from "../../../src/store/embedded/launcher.ts";
import { RowWriter } from "../../../src/store/row/binary.ts";
import { laySchema, schemaParts, SchemaMismatch } from "../../../src/store/schema.ts";
import { statement } from "../../../src/store/sql.ts";
import { StoreUnavailable } from "../../../src/store/store.ts";

// The official client and our driver against the child process, as they would talk to a ClickHouse server.
let folder: string;
let backend: RunningBackend;
let driver: Driver;
let client: ClickHouseClient;
const mebibyte = 1024 * 1024;

function oneChunk(bytes: Uint8Array): RowBytes {
  return { length: bytes.length, chunks: () => [bytes] };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "inpooling-store-"));
  backend = await embeddedBackend({ dataDir: folder, memoryLimit: 600 * mebibyte, retentionDays: 0 }).start();
  driver = new Driver(backend.target);
  client = createClient({
    url: backend.target.origin,
    username: backend.target.username,
    password: backend.target.password,
    log: { level: ClickHouseLogLevel.OFF },
  });
});

afterAll(async () => {
  await client.close();
  await driver.close();
  await backend.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function selectOne(query: string, query_params: Record<string, unknown> = {}): Promise<unknown> {
  const result = await client.query({ query, query_params, format: "JSONEachRow" });
  const rows = await result.json<Record<string, unknown>>();
  return Object.values(rows[0] ?? {})[0];
}

describe("the official client", () => {
  test("gets parameters through unchanged, whatever they hold", async () => {
    const texts = [
      "",
      "plain",
      "it's",
      "a\\b",
      "\\'",
      "tab\tnl\nCR\r",
      "\0nul\0",
      "100%_*",
      "語🙂",
      "{x:String}",
      "'; SELECT 1 --",
      "\\x41",
      "\\N",
      '"',
      "`",
      "a".repeat(100_000),
    ];
    for (const text of texts) {
      expect(await selectOne("SELECT {x:String} AS value", { x: text })).toBe(text);
      expect(await selectOne("SELECT {x:Array(String)} AS value", { x: [text, text] })).toEqual([text, text]);
    }
  });

  test("runs queries with different parameters side by side", async () => {
    const answers = await Promise.all(
      Array.from(
        { length: 20 },
        async (_, index) => await selectOne("SELECT concat({x:String}, toString(sleepEachRow(0.01))) AS value", { x: `q${index}-` }),
      ),
    );
    expect(answers).toEqual(Array.from({ length: 20 }, (_, index) => `q${index}-0`));
  });

  test("gets settings that hold for its own query only", async () => {
    const one = await client.query({
      query: "SELECT getSetting('max_threads') AS value",
      format: "JSONEachRow",
      clickhouse_settings: { max_threads: 1 },
    });
    expect(await one.json()).toEqual([{ value: 1 }]);
    const many = await Promise.all(
      Array.from({ length: 4 }, async () => Number(await selectOne("SELECT toUInt32(getSetting('max_threads')) AS value"))),
    );
    expect(Math.min(...many)).toBeGreaterThanOrEqual(1);
    expect(await selectOne("SELECT getSetting('readonly') AS value")).not.toBe(2);
  });

  test("gets errors with ClickHouse's own codes", async () => {
    await expect(client.query({ query: "SELECT * FROM nowhere" })).rejects.toMatchObject({ code: "60", type: "UNKNOWN_TABLE" });
    await expect(client.query({ query: "SELEC" })).rejects.toMatchObject({ code: "62" });
    await expect(client.query({ query: "SELECT {x:String}" })).rejects.toMatchObject({ code: "456" });
    await expect(
      client.query({ query: "SELECT 1", clickhouse_settings: { "no such setting; DROP": 1 } as Record<string, number> }),
    ).rejects.toMatchObject({ code: "36" });
  });

  test("inserts JSON rows and pings", async () => {
    await client.command({ query: "CREATE TABLE rows (a UInt32, b String) ENGINE = MergeTree ORDER BY a" });
    await client.insert({
      table: "rows",
      values: [
        { a: 1, b: "x\n\ny" },
        { a: 2, b: "'" },
      ],
      format: "JSONEachRow",
    });
    expect(await selectOne("SELECT groupArray(b) AS value FROM (SELECT b FROM rows ORDER BY a)")).toEqual(["x\n\ny", "'"]);
    expect(await client.ping()).toEqual({ success: true });
  });
});

describe("the driver", () => {
  test("inserts RowBinary with any bytes, and the same token once", async () => {
    await driver.command(
      "CREATE TABLE bodies (id UInt32, body String) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100",
    );
    const rows = new RowWriter();
    rows.uint32(1);
    rows.blob(Uint8Array.from({ length: 512 }, (_, index) => index % 256));
    rows.uint32(2);
    rows.string("\n\n\0'");
    for (let time = 0; time < 3; time++) await driver.insert("INSERT INTO bodies (id, body)", oneChunk(rows.bytes()), "token-1");
    const bytes = await driver.bytes("SELECT id, body FROM bodies ORDER BY id");
    expect(bytes.equals(rows.bytes())).toBe(true);
    await driver.insert("INSERT INTO bodies (id, body)", oneChunk(rows.bytes()), "token-2");
    expect((await driver.rows("SELECT toUInt32(count()) FROM bodies")).data).toEqual([[4]]);
  });

  test("keeps nothing of an insert whose rows are cut, and says so", async () => {
    await driver.command("CREATE TABLE cut (id UInt32, body String) ENGINE = MergeTree ORDER BY id");
    await expect(
      driver.insert("INSERT INTO cut (id, body)", oneChunk(Buffer.from([1, 0, 0, 0, 1, 65, 2, 0, 0, 0, 9, 65])), "t"),
    ).rejects.toMatchObject({ name: "CommandFailed", code: 33 });
    expect((await driver.rows("SELECT toUInt32(count()) FROM cut")).data).toEqual([[0]]);
    expect(readdirSync(folder)).not.toContain("scratch");
  });

  test("reads cannot write", async () => {
    for (const query of ["DROP TABLE IF EXISTS bodies", "CREATE TABLE evil (a UInt8) ENGINE = Memory", "INSERT INTO bodies SELECT 1, ''"]) {
      await expect(driver.rows(query)).rejects.toMatchObject({ code: 164 });
    }
  });

  test("a query that its asker gave up makes room for others at once", async () => {
    const endless = "SELECT count() FROM numbers(100000000000) WHERE NOT ignore(sipHash64(number))";
    for (let round = 0; round < 2; round++) {
      const gone = [0, 1, 2].map(async () => {
        const abort = new AbortController();
        const query = driver.rows(endless, {}, { signal: abort.signal, settings: { max_threads: 1 } });
        setTimeout(() => abort.abort(), 150);
        await expect(query).rejects.toThrow(/abort/i);
      });
      await Promise.all(gone);
    }
    expect((await driver.rows("SELECT 1")).data).toEqual([[1]]);
  });

  test("a query beyond its time or memory fails alone", async () => {
    await expect(
      driver.rows(
        "SELECT count() FROM numbers(100000000000) WHERE NOT ignore(sipHash64(number))",
        {},
        { settings: { max_execution_time: 1 } },
      ),
    ).rejects.toMatchObject({ code: 159 });
    await expect(
      driver.rows("SELECT groupArray(toString(number)) FROM numbers(50000000)", {}, { settings: { max_memory_usage: "50000000" } }),
    ).rejects.toMatchObject({ code: 241 });
    expect((await driver.rows("SELECT 1")).data).toEqual([[1]]);
  });
});

describe("a stranger on this machine", () => {
  async function ask(authorization?: string): Promise<{ status: number | undefined; text: string }> {
    const sent = request(`${backend.target.origin}/?query=SELECT%201`, { headers: authorization === undefined ? {} : { authorization } });
    sent.end();
    const [response] = await once(sent, "response");
    let text = "";
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode, text };
  }

  test("gets nothing without the token that only the collector knows", async () => {
    for (const authorization of [
      undefined,
      "Basic ",
      `Basic ${Buffer.from("inpooling:").toString("base64")}`,
      `Basic ${Buffer.from("default:").toString("base64")}`,
    ]) {
      const { status, text } = await ask(authorization);
      expect(status).toBe(403);
      expect(text).toContain("Code: 516. DB::Exception: Authentication failed");
    }
  });
});

describe("the schema", () => {
  test("is laid once, and a newer one is refused with the remedy and left as it is", async () => {
    await laySchema(driver, backend.target);
    await laySchema(driver, backend.target);
    expect((await driver.rows("SELECT version FROM inpooling.schema_version")).data).toEqual([[1]]);
    await driver.command("INSERT INTO inpooling.schema_version VALUES (7, now64(3), 'the future')");
    await expect(laySchema(driver, backend.target)).rejects.toThrow(/schema 7.*up to 1.*newer version.*another --data folder/s);
    await expect(laySchema(driver, backend.target)).rejects.toBeInstanceOf(SchemaMismatch);
  });

  test("keeps calls for the days that are asked for, by a rule that is there from the first row on", async () => {
    await laySchema(driver, { ...backend.target, database: "kept", retentionDays: 30 });
    for (const table of ["calls", "losses", "calls_per_minute"]) {
      expect(
        String(await selectOne(`SELECT create_table_query AS value FROM system.tables WHERE database = 'kept' AND name = '${table}'`)),
      ).toMatch(/TTL .*toIntervalDay\(30\)/);
    }
  });

  test("is the same statements for a cluster, with its clauses", async () => {
    const parts = schemaParts({ ...backend.target, cluster: "main", retentionDays: 30 });
    for (const name of [
      "create_database",
      "create_schema_version",
      "create_calls",
      "create_calls_distributed",
      "create_losses",
      "create_calls_per_minute",
      "create_calls_per_minute_view",
    ]) {
      const sql = statement(name, parts);
      expect(sql).toContain("ON CLUSTER main");
      // There is no cluster here to run it on, but the engine's own parser must accept it.
      expect(await selectOne("SELECT formatQuery({sql:String}) AS value", { sql })).toContain("ON CLUSTER main");
    }
    expect(statement("create_calls", parts)).toMatch(
      /CREATE TABLE IF NOT EXISTS inpooling\.calls_local[\s\S]*ENGINE = ReplicatedMergeTree[\s\S]*INTERVAL 30 DAY/,
    );
    expect(statement("create_calls_distributed", parts)).toContain(
      "ENGINE = Distributed(main, inpooling, calls_local, cityHash64(span_id))",
    );
  });
});

test("a database that is not there is unavailable, not failed", async () => {
  const nobody = new Driver({ ...backend.target, origin: "http://127.0.0.1:1" });
  await expect(nobody.rows("SELECT 1")).rejects.toBeInstanceOf(StoreUnavailable);
  await expect(nobody.rows("SELECT 1")).rejects.toThrow(/127\.0\.0\.1:1 does not answer \(ECONNREFUSED/);
  await expect(nobody.insert("INSERT INTO t (a)", oneChunk(new Uint8Array(1)), "t")).rejects.toBeInstanceOf(StoreUnavailable);
  await nobody.close();
  const stranger = new Driver({ ...backend.target, password: "wrong" });
  await expect(stranger.rows("SELECT 1")).rejects.toBeInstanceOf(CommandFailed);
  await stranger.close();
});
