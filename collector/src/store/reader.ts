import type { Call, Loss } from "#record";
import { readCursor, writeCursor, type Cursor } from "./cursor.ts";
import type { Database } from "./database.ts";
import { CommandFailed, type Driver, type Parameters, type ReadOptions } from "./driver.ts";
import type { CallFilter } from "./filter.ts";
import { RowReader } from "./row/binary.ts";
import { callColumns, lossColumns, summaryColumns } from "./row/columns.ts";
import { readCall, readLoss, readSummary } from "./row/read.ts";
import { schemaParts } from "./schema.ts";
import { statement } from "./sql.ts";
import {
  QueryFailed,
  StoreUnavailable,
  type CallReader,
  type CallSummary,
  type SearchOptions,
  type SearchPage,
  type StoreStats,
} from "./store.ts";
import { whereOf, type Where } from "./where.ts";
import { Windows } from "./windows.ts";

export interface ReaderOptions {
  /** Calls that are accepted and not in the database yet. */
  readonly pending: (id: string) => Call | undefined;
  /** Bytes one query may use. */
  readonly queryMemory: number;
}

/** After this long a search returns what it has, and a cursor to go on from. */
const searchBudgetMs = 8_000;
const boundsLifetimeMs = 5_000;
const queryTimeoutSeconds = 30;
const nanosecondsPerMillisecond = 1_000_000n;
const earliest = 0n;
const latest = 2n ** 63n - 1n;

/** Names what went wrong in the database's words, and what to do about the usual ones. */
function failed(error: unknown): never {
  if (!(error instanceof CommandFailed)) throw error;
  const remedies: Readonly<Record<number, string>> = {
    159: "It took too long: ask for a shorter time (last:1h) or a narrower filter (host:…).",
    160: "It would take too long: ask for a shorter time (last:1h) or a narrower filter (host:…).",
    241: "It needed too much memory: ask for a shorter time (last:1h), or start the collector with a larger memory limit.",
    202: "Too many queries run at once: try again.",
  };
  // Busy is not broken: the caller may come again.
  if (error.code === 202) throw new StoreUnavailable(`${remedies[202]} (${error.message})`, { cause: error });
  throw new QueryFailed(`The store refused the query. ${remedies[error.code] ?? ""} (${error.message})`.replace("  ", " "), {
    cause: error,
  });
}

function nanoseconds(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds * 1000)) * 1000n;
}

function clamp(time: bigint): bigint {
  return time < earliest ? earliest : time > latest ? latest : time;
}

/** One search: what is asked, and what was found so far. */
interface Search {
  readonly where: Where;
  readonly limit: number;
  readonly signal: AbortSignal | undefined;
}

interface Bounds {
  readonly oldest: bigint;
  readonly newest: bigint;
  readonly calls: number;
}

interface Key {
  readonly time: bigint;
  readonly spanId: string;
  readonly host: string;
}

interface Found {
  readonly keys: readonly Key[];
  readonly scanned: number;
  /** Where to go on; undefined when everything was looked through. */
  readonly rest: Cursor | undefined;
}

/** Reads of the calls in a database that speaks the ClickHouse HTTP interface. */
export class ClickHouseReader implements CallReader {
  private readonly database: Database;
  private readonly options: ReaderOptions;
  private known: { readonly at: number; readonly bounds: Bounds } | undefined;

  constructor(database: Database, options: ReaderOptions) {
    this.database = database;
    this.options = options;
  }

  /** Two phases: which calls (from the columns that the filter names), then the list's columns of just those. */
  async search(filter: CallFilter, options: SearchOptions): Promise<SearchPage> {
    const driver = this.database.driver();
    try {
      const search: Search = {
        where: whereOf(filter.where),
        limit: Math.min(Math.max(1, Math.trunc(options.limit)), 1000),
        signal: options.signal,
      };
      const found = await this.findKeys(driver, search, filter, options.cursor);
      const calls = found.keys.length === 0 ? [] : await this.summaries(driver, found.keys, options.signal);
      return { calls, scanned: found.scanned, ...(found.rest === undefined ? {} : { nextCursor: writeCursor(found.rest) }) };
    } catch (error) {
      return failed(error);
    }
  }

  async get(id: string): Promise<Call | undefined> {
    const parts = /^([0-9a-f]{12})-(.+)$/s.exec(id);
    if (parts === null) return undefined;
    const pending = this.options.pending(id);
    if (pending !== undefined) return pending;
    const from = clamp(BigInt(`0x${parts[1]}`) * nanosecondsPerMillisecond);
    const driver = this.database.driver();
    try {
      const sql = statement("call_by_id", { ...schemaParts(driver.target), columns: callColumns.join(", ") });
      const bytes = await driver.bytes(
        sql,
        { from, to: clamp(from + nanosecondsPerMillisecond), span_id: parts[2] ?? "" },
        this.read(undefined, 1),
      );
      return bytes.length === 0 ? undefined : readCall(new RowReader(bytes));
    } catch (error) {
      return failed(error);
    }
  }

  /** Newest first, at most 1000. */
  async losses(range: { from: number; to: number }): Promise<readonly Loss[]> {
    const driver = this.database.driver();
    try {
      const sql = statement("losses", { ...schemaParts(driver.target), columns: lossColumns.join(", ") });
      const reader = new RowReader(
        await driver.bytes(sql, { from: clamp(nanoseconds(range.from)), to: clamp(nanoseconds(range.to)) }, this.read()),
      );
      const losses: Loss[] = [];
      while (!reader.done) losses.push(readLoss(reader));
      return losses;
    } catch (error) {
      return failed(error);
    }
  }

  async stats(): Promise<StoreStats> {
    const driver = this.database.driver();
    try {
      const [{ oldest, newest, calls }, disk] = await Promise.all([
        this.bounds(driver, undefined),
        driver.rows(statement("bytes_on_disk", {}), { database: driver.target.database }, this.read()),
      ]);
      const milliseconds = (time: bigint): number => Number(time / nanosecondsPerMillisecond);
      return {
        calls,
        bytesOnDisk: Number(disk.data[0]?.[0] ?? 0),
        oldest: calls === 0 ? 0 : milliseconds(oldest),
        newest: calls === 0 ? 0 : milliseconds(newest),
      };
    } catch (error) {
      return failed(error);
    }
  }

  private async bounds(driver: Driver, signal: AbortSignal | undefined): Promise<Bounds> {
    const { data } = await driver.rows(statement("bounds", schemaParts(driver.target)), {}, this.read(signal));
    const [oldest, newest, calls] = data[0] ?? [0, 0, 0];
    return { oldest: BigInt(oldest ?? 0), newest: BigInt(newest ?? 0), calls: Number(calls ?? 0) };
  }

  /** Looks through windows of time, the newest first and each larger than the one before, until the page is full. */
  private async findKeys(driver: Driver, search: Search, filter: CallFilter, cursorText: string | undefined): Promise<Found> {
    // What the newest and oldest call are only decides how the time is divided: nothing is missed when it is some
    // seconds old, because the first window ends where the page does and the last one starts where the range does.
    const { newest, oldest, calls } = await this.recentBounds(driver, search.signal);
    const floor = filter.range.from === undefined ? earliest : clamp(nanoseconds(filter.range.from));
    // Ends are excluded; a cursor with a span id also lets calls of its very nanosecond in.
    let before: Cursor = { time: filter.range.to === undefined ? latest : clamp(nanoseconds(filter.range.to)), spanId: "" };
    if (cursorText !== undefined) before = earlier(before, readCursor(cursorText));
    if (before.time < floor) return { keys: [], scanned: 0, rest: undefined };
    const perCall = calls === 0 ? 0n : (newest - oldest) / BigInt(calls);
    const windows = new Windows({ floor, oldest }, perCall * BigInt(search.limit) * 2n);
    const keys: Key[] = [];
    let scanned = 0;
    const startedAt = performance.now();
    for (let end = min(before.time, newest); ; end = before.time) {
      const start = max(floor, windows.startBefore(end));
      const wanted = search.limit - keys.length;
      const part = await this.keysOf(driver, search, start, before, wanted);
      keys.push(...part.keys);
      scanned += part.scanned;
      before = { time: start, spanId: "" };
      const last = keys.at(-1);
      if (keys.length >= search.limit && last !== undefined) return { keys, scanned, rest: { time: last.time, spanId: last.spanId } };
      if (start <= floor) return { keys, scanned, rest: undefined };
      if (performance.now() - startedAt > searchBudgetMs) return { keys, scanned, rest: before };
      windows.found(part.keys.length, wanted);
    }
  }

  private async recentBounds(driver: Driver, signal: AbortSignal | undefined): Promise<Bounds> {
    if (this.known === undefined || performance.now() - this.known.at > boundsLifetimeMs) {
      this.known = { at: performance.now(), bounds: await this.bounds(driver, signal) };
    }
    return this.known.bounds;
  }

  private async keysOf(
    driver: Driver,
    search: Search,
    from: bigint,
    before: Cursor,
    limit: number,
  ): Promise<{ keys: readonly Key[]; scanned: number }> {
    const { where } = search;
    const sql = statement("search_keys", { ...schemaParts(driver.target), where: where.sql });
    const parameters: Parameters = { ...where.parameters, from, to: before.time, before_span_id: before.spanId, limit };
    const { data, scanned } = await driver.rows(sql, parameters, this.read(search.signal));
    return { keys: data.map(([time, spanId, host]) => ({ time: BigInt(time ?? 0), spanId: String(spanId), host: String(host) })), scanned };
  }

  private async summaries(driver: Driver, keys: readonly Key[], signal: AbortSignal | undefined): Promise<readonly CallSummary[]> {
    const sql = statement("search_columns", { ...schemaParts(driver.target), columns: summaryColumns.join(", ") });
    const parameters: Parameters = {
      from: keys.at(-1)?.time ?? earliest,
      to: keys[0]?.time ?? latest,
      hosts: [...new Set(keys.map((key) => key.host))],
      span_ids: keys.map((key) => key.spanId),
      limit: keys.length,
    };
    const reader = new RowReader(await driver.bytes(sql, parameters, this.read(signal)));
    const calls: CallSummary[] = [];
    while (!reader.done) calls.push(readSummary(reader));
    return calls;
  }

  /** `threads`: for a query that touches a granule or two, starting a second thread costs more than it brings. */
  private read(signal?: AbortSignal, threads = 0): ReadOptions {
    return {
      signal,
      settings: { max_execution_time: queryTimeoutSeconds, max_memory_usage: String(this.options.queryMemory), max_threads: threads },
    };
  }
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** The one of two ends that leaves less before it. */
function earlier(a: Cursor, b: Cursor): Cursor {
  if (a.time !== b.time) return a.time < b.time ? a : b;
  return a.spanId < b.spanId ? a : b;
}
