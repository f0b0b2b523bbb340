import type { Statement } from "./engine.ts";

/** A request of the HTTP interface, read. */
export interface ReadRequest {
  readonly kind: "read" | "write" | "insert";
  readonly statement: Statement;
}

/** The request is outside of the part of the interface that is served here. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
}

/** URL parameters of the HTTP interface that are no settings. */
const reserved = new Set([
  "query",
  "database",
  "query_id",
  "default_format",
  "session_id",
  "user",
  "password",
  "role",
  "wait_end_of_query",
  "buffer_size",
  "compress",
  "decompress",
]);
const name = /^[A-Za-z_][A-Za-z0-9_]{0,100}$/;
const reading = /^\s*(?:SELECT|WITH|SHOW|DESCRIBE|DESC|EXISTS|EXPLAIN)\b/i;
const inserting = /^\s*INSERT\s+INTO\s[\s\S]*\sFORMAT\s+(\w+)\s*$/i;

function split(url: URL): { parameters: Map<string, string>; settings: Map<string, string> } {
  const parameters = new Map<string, string>();
  const settings = new Map<string, string>();
  for (const [key, value] of url.searchParams) {
    if (reserved.has(key)) continue;
    const parameter = key.startsWith("param_");
    const own = parameter ? key.slice(6) : key;
    if (!name.test(own)) throw new BadRequest(`URL parameter "${key.slice(0, 100)}" is neither a setting nor param_<name>`);
    (parameter ? parameters : settings).set(own, value);
  }
  return { parameters, settings };
}

/** Whether the body is rows (the statement is in the URL) or (the rest of) the statement itself. */
export function bodyIsRows(url: URL): boolean {
  return inserting.test(url.searchParams.get("query") ?? "");
}

/**
 * What a request asks for. `body` is the statement's text; for rows it is where they lie: the path of a file.
 * @throws BadRequest
 */
export function readRequest(url: URL, body: string): ReadRequest {
  const { parameters, settings } = split(url);
  const format = url.searchParams.get("default_format") ?? "TabSeparated";
  if (!name.test(format)) throw new BadRequest(`default_format "${format.slice(0, 100)}" is no format name`);
  const inUrl = url.searchParams.get("query") ?? "";
  if (bodyIsRows(url)) {
    const rowFormat = inserting.exec(inUrl)?.[1] ?? "";
    // The paths are our own (scratch folder and a number), and a quote in the folder's name is escaped all the same.
    const file = body.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
    const sql = inUrl.replace(/\sFORMAT\s+\w+\s*$/i, ` FROM INFILE '${file}' FORMAT ${rowFormat}`);
    return { kind: "insert", statement: { sql, parameters, settings, format } };
  }
  const sql = `${inUrl}${inUrl === "" || body === "" ? "" : "\n"}${body}`;
  if (sql.trim() === "") throw new BadRequest("Empty query");
  return { kind: reading.test(sql) ? "read" : "write", statement: { sql, parameters, settings, format } };
}
