import { once } from "node:events";
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type ClickHouseClient, type ClickHouseSettings, ClickHouseError, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { StoreUnavailable } from "./store.ts";
import type { StoreTarget } from "./target.ts";

/** A value that the server binds to a `{name:Type}` placeholder. */
export type Parameter = string | number | bigint | readonly string[];
export type Parameters = Readonly<Record<string, Parameter>>;

/** The database answered, and refused. `code` is ClickHouse's error code. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Rows {
  readonly data: readonly (readonly (string | number)[])[];
  /** Rows that the database looked through. */
  readonly scanned: number;
}

/** Rows of an insert; `chunks` gives the same bytes each time it is called. */
export interface RowBytes {
  /** Bytes of all chunks. */
  readonly length: number;
  readonly chunks: () => Iterable<Uint8Array>;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly settings?: ClickHouseSettings | undefined;
}

const insertTimeoutMs = 120_000;
const largestAnswer = 256 * 1024 * 1024;

/**
 * Inserted as one block whatever its size, by one thread: only then does a replay of the same bytes meet the same
 * deduplication token. The view's rows are deduplicated by the block they come from.
 */
const insertSettings: Readonly<Record<string, string>> = {
  async_insert: "0",
  input_format_parallel_parsing: "0",
  max_insert_threads: "1",
  max_insert_block_size: "1000000",
  min_insert_block_size_rows: "1000000",
  min_insert_block_size_bytes: "1073741824",
  deduplicate_blocks_in_dependent_materialized_views: "1",
  // Senders with a wrong clock may touch many days at once; refusing the block would block all behind it.
  max_partitions_per_insert_block: "0",
  distributed_foreground_insert: "1",
};

function describe(error: unknown): string {
  const own = error instanceof Error ? error : new Error(String(error));
  const code = "code" in own && typeof own.code === "string" ? own.code : "";
  return [code, own.message].filter((part) => part !== "").join(": ");
}

/** One database on the ClickHouse HTTP interface: reads by `@clickhouse/client`, inserts as a plain POST of RowBinary. */
export class Driver {
  readonly target: StoreTarget;
  private readonly client: ClickHouseClient;
  private readonly agent: HttpAgent | HttpsAgent;

  constructor(target: StoreTarget) {
    this.target = target;
    this.client = createClient({
      url: target.origin,
      username: target.username,
      password: target.password,
      application: "inpooling",
      request_timeout: 60_000,
      max_open_connections: 8,
      log: { level: ClickHouseLogLevel.OFF },
    });
    this.agent = target.origin.startsWith("https:")
      ? new HttpsAgent({ keepAlive: true, maxSockets: 2 })
      : new HttpAgent({ keepAlive: true, maxSockets: 2 });
  }

  /** Runs a query and returns its rows as JSON values. @throws StoreUnavailable, CommandFailed */
  async rows(query: string, parameters: Parameters = {}, options: ReadOptions = {}): Promise<Rows> {
    return await this.guarded(async () => {
      const result = await this.client.query({ query, format: "JSONCompact", ...this.readOptions(parameters, options) });
      const { data, statistics } = await result.json<(string | number)[]>();
      return { data, scanned: statistics?.rows_read ?? 0 };
    });
  }

  /** Runs a query and returns its rows as RowBinary, which carries every byte of a body. @throws StoreUnavailable, CommandFailed */
  async bytes(query: string, parameters: Parameters = {}, options: ReadOptions = {}): Promise<Buffer> {
    return await this.guarded(async () => {
      const { stream } = await this.client.exec({ query: `${query}\nFORMAT RowBinary`, ...this.readOptions(parameters, options) });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > largestAnswer)
          throw new CommandFailed(0, `the answer is larger than ${largestAnswer} bytes; ask for fewer calls at once`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks, size);
    });
  }

  /** Runs a statement that changes something. @throws StoreUnavailable, CommandFailed */
  async command(query: string, parameters: Parameters = {}): Promise<void> {
    await this.guarded(async () => {
      await this.client.command({ query, query_params: { ...parameters } });
    });
  }

  /**
   * Inserts rows; `insert` is `INSERT INTO table (columns)`. The same token with the same rows counts once.
   * @throws StoreUnavailable when nothing answered, CommandFailed when the database refused
   */
  async insert(insert: string, rows: RowBytes, token: string): Promise<void> {
    const settings = { ...insertSettings, insert_deduplication_token: token };
    const url = `${this.target.origin}/?${new URLSearchParams({ query: `${insert} FORMAT RowBinary`, ...settings }).toString()}`;
    const answer = await this.post(url, rows);
    if (answer.status === 200 && answer.code === 0) return;
    throw new CommandFailed(answer.code, answer.text === "" ? `HTTP status ${answer.status}` : answer.text);
  }

  async close(): Promise<void> {
    this.agent.destroy();
    await this.client.close();
  }

  private readOptions(parameters: Parameters, options: ReadOptions) {
    return {
      query_params: { ...parameters },
      clickhouse_settings: {
        ...options.settings,
        wait_end_of_query: 1,
        readonly: "2",
        cancel_http_readonly_queries_on_client_close: 1,
      } satisfies ClickHouseSettings,
      ...(options.signal === undefined ? {} : { abort_signal: options.signal }),
    };
  }

  /** Every failure becomes one of the two kinds that callers tell apart; an abort stays what it is. */
  private async guarded<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof CommandFailed) throw error;
      if (error instanceof ClickHouseError) throw new CommandFailed(Number(error.code), error.message);
      if (error instanceof Error && (error.name === "AbortError" || /aborted/i.test(error.message))) throw error;
      throw new StoreUnavailable(`The database at ${this.target.origin} does not answer (${describe(error)}).`, { cause: error });
    }
  }

  private async post(url: string, body: RowBytes): Promise<{ status: number; code: number; text: string }> {
    const { username, password, origin } = this.target;
    const send = url.startsWith("https:") ? httpsRequest : httpRequest;
    const headers = {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
      "content-length": body.length,
      "user-agent": "inpooling",
    };
    try {
      const sent = send(url, { method: "POST", agent: this.agent, timeout: insertTimeoutMs, headers });
      sent.on("timeout", () => sent.destroy(new Error(`no answer within ${insertTimeoutMs / 1000} s`)));
      const answered = once(sent, "response") as Promise<[IncomingMessage]>;
      // Its failure is the request's own error, unless the answer was there before: then the answer says why.
      pipeline(Readable.from(body.chunks(), { objectMode: false }), sent).catch(() => undefined);
      const [response] = await answered;
      const text = await readText(response);
      return { status: response.statusCode ?? 0, code: Number(response.headers["x-clickhouse-exception-code"] ?? 0), text };
    } catch (error) {
      throw new StoreUnavailable(`The database at ${origin} does not answer (${describe(error)}).`, { cause: error });
    }
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  let text = "";
  response.setEncoding("utf8");
  for await (const chunk of response as AsyncIterable<string>) {
    if (text.length < 4096) text += chunk;
  }
  return text.trim().slice(0, 2048);
}
