import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Session } from "chdb";
import { literal } from "./literal.ts";
import type { EmbeddedOptions } from "./protocol.ts";

/** A statement with what came beside it in the request. */
export interface Statement {
  readonly sql: string;
  /** Raw values as the HTTP interface gets them: escaped as in TSV, which `SET param_x` undoes as a server does. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly settings: ReadonlyMap<string, string>;
  /** Where the result's format is not in the statement. */
  readonly format: string;
}

export interface Answer {
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly seconds: number;
}

/**
 * The engine's own configuration. Its defaults take 90 % of the machine's memory and gigabytes of caches, which is
 * right for a database server and wrong beside a developer's service.
 */
function configuration(options: EmbeddedOptions): string {
  const threads = Math.max(2, Math.min(availableParallelism(), 8));
  const settings: Record<string, number> = {
    max_server_memory_usage: options.memoryLimit,
    mark_cache_size: Math.min(64 * 1024 * 1024, Math.floor(options.memoryLimit / 10)),
    index_mark_cache_size: 16 * 1024 * 1024,
    index_uncompressed_cache_size: 0,
    uncompressed_cache_size: 0,
    background_pool_size: threads,
    background_schedule_pool_size: threads,
  };
  const lines = Object.entries(settings).map(([name, value]) => `<${name}>${value}</${name}>`);
  // These three must stay below the number of merge slots, or the engine refuses to create tables.
  lines.push(
    "<merge_tree><number_of_free_entries_in_pool_to_execute_mutation>1</number_of_free_entries_in_pool_to_execute_mutation>" +
      "<number_of_free_entries_in_pool_to_lower_max_size_of_merge>1</number_of_free_entries_in_pool_to_lower_max_size_of_merge>" +
      "<number_of_free_entries_in_pool_to_execute_optimize_entire_partition>1</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>" +
      // A merge compresses and indexes every body again: few wide ones, and none of what is large already.
      "<merge_selector_base>10</merge_selector_base>" +
      `<max_bytes_to_merge_at_max_space_in_pool>${1024 * 1024 * 1024}</max_bytes_to_merge_at_max_space_in_pool></merge_tree>`,
  );
  return `<clickhouse>${lines.join("")}</clickhouse>`;
}

/** chDB behind one data folder. It must live on a process's main thread: sessions in worker threads hang or crash it. */
export class Engine {
  private readonly options: EmbeddedOptions;
  private readonly keeper: Session;

  constructor(options: EmbeddedOptions) {
    const file = join(options.scratchDir, "chdb.xml");
    writeFileSync(file, configuration(options), { mode: 0o600 });
    this.options = options;
    // Kept open: the engine goes down with its last session.
    this.keeper = new Session(options.databaseDir, { connectionArgs: [`--config-file=${file}`] });
  }

  /**
   * Runs one statement on a session of its own (0.3 ms to open), so that neither parameters nor settings leak into
   * another request and statements run side by side: chdb's own parameter call lets one run at a time in the process.
   * `name` lets `kill` find it. @throws ChdbError
   */
  async run(statement: Statement, name: string): Promise<Answer> {
    const session = new Session(this.options.databaseDir);
    try {
      await session.queryAsync(setStatement(statement, name));
      const result = await session.queryAsync(statement.sql, { format: statement.format });
      return { bytes: result.bytes(), rows: result.rowsRead, seconds: result.elapsed };
    } finally {
      session.close();
    }
  }

  /** Stops the statement that runs under `name`, if it still does. */
  async kill(name: string): Promise<void> {
    await this.keeper.queryAsync(`KILL QUERY WHERE Settings['log_comment'] = ${literal(name)} ASYNC`);
  }

  close(): void {
    this.keeper.close();
  }
}

function setStatement(statement: Statement, name: string): string {
  const assignments = [`log_comment = ${literal(name)}`];
  for (const [parameter, value] of statement.parameters) assignments.push(`param_${parameter} = ${literal(value)}`);
  for (const [setting, value] of statement.settings) {
    if (setting !== "readonly") assignments.push(`${setting} = ${literal(value)}`);
  }
  // Last: once it is set, nothing else may be.
  const readonly = statement.settings.get("readonly");
  if (readonly !== undefined) assignments.push(`readonly = ${literal(readonly)}`);
  return `SET ${assignments.join(", ")}`;
}
