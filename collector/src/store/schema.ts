import { CommandFailed, type Driver } from "./driver.ts";
import { statement } from "./sql.ts";
import type { StoreTarget } from "./target.ts";

/** The schema that this collector lays and understands. */
export const schemaVersion = 1;

/** The store cannot be used as it is, and trying again will not help. */
export class SchemaMismatch extends Error {
  override readonly name = "SchemaMismatch";
}

function ttl(column: string, days: number): string {
  return days === 0 ? "" : `TTL ${column} + INTERVAL ${days} DAY DELETE`;
}

/** The template parts of every statement for this database: one server or a cluster, with or without retention. */
export function schemaParts(target: StoreTarget): Readonly<Record<string, string>> {
  const clustered = target.cluster !== "";
  return {
    database: target.database,
    cluster: target.cluster,
    on_cluster: clustered ? `ON CLUSTER ${target.cluster}` : "",
    calls_local: clustered ? "calls_local" : "calls",
    // Path and replica name come from the server's own macros (its default_replica_path).
    merge_tree: clustered ? "ReplicatedMergeTree" : "MergeTree",
    aggregating_merge_tree: clustered ? "ReplicatedAggregatingMergeTree" : "AggregatingMergeTree",
    // The retention is in the first DDL: parts written before a later MODIFY TTL would have to be rewritten.
    ttl_calls: ttl("toDateTime(start_time)", target.retentionDays),
    ttl_losses: ttl("toDateTime(`from`)", target.retentionDays),
    ttl_calls_per_minute: ttl("minute", target.retentionDays),
  };
}

const objects = [
  "create_calls",
  "create_calls_distributed",
  "create_losses",
  "create_calls_per_minute",
  "create_calls_per_minute_view",
] as const;

/** ClickHouse: UNKNOWN_TABLE. */
const unknownTable = 60;
const unknownDatabase = 81;

async function presentVersion(driver: Driver, parts: Readonly<Record<string, string>>): Promise<number> {
  try {
    const rows = await driver.rows(statement("schema_version", parts));
    return Number(rows.data[0]?.[0] ?? 0);
  } catch (error) {
    if (error instanceof CommandFailed && (error.code === unknownTable || error.code === unknownDatabase)) return 0;
    throw error;
  }
}

/**
 * Lays what is missing of the schema; a second run changes nothing.
 * @throws SchemaMismatch when a newer collector has been here.
 */
export async function laySchema(driver: Driver, target: StoreTarget): Promise<void> {
  const parts = schemaParts(target);
  const present = await presentVersion(driver, parts);
  if (present > schemaVersion) {
    throw new SchemaMismatch(
      `The database "${target.database}" has schema ${present}, and this collector knows schemas up to ${schemaVersion}. ` +
        "Start the newer version of @inpooling/collector that wrote it, or give another --data folder or --store database. Nothing was changed.",
    );
  }
  if (present === schemaVersion) return;
  await driver.command(statement("create_database", parts));
  await driver.command(statement("create_schema_version", parts));
  for (const name of objects) {
    if (name === "create_calls_distributed" && target.cluster === "") continue;
    await driver.command(statement(name, parts));
  }
  await driver.command(statement("insert_schema_version", parts), { version: schemaVersion, by: "@inpooling/collector" });
}
