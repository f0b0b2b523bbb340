/** A database that answers on the ClickHouse HTTP interface. */
export interface StoreTarget {
  /** Origin only, e.g. `http://127.0.0.1:8123`. */
  readonly origin: string;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  /** Name of the cluster whose nodes all get the tables; "" for a single server. */
  readonly cluster: string;
  /** Deletes calls older than this by the table's own TTL; 0 keeps them. */
  readonly retentionDays: number;
}

const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

function bad(what: string): never {
  throw new TypeError(
    `--store ${what}. It has the shape http(s)://user:password@host:8123/database, e.g. http://default:@localhost:8123/inpooling.`,
  );
}

/** The URL's text without its password, for messages. */
function shown(url: URL): string {
  return `"${url.protocol}//${url.username === "" ? "" : `${url.username}@`}${url.host}${url.pathname}"`;
}

/**
 * Reads the value of `--store`: `http(s)://user:password@host:port/database?cluster=name&retention_days=30`;
 * `clickhouse://` means http, or https on port 8443 or 443.
 * @throws TypeError that names what is wrong (never the password) and the right shape.
 */
export function parseStoreUrl(text: string): StoreTarget {
  if (!URL.canParse(text)) bad(`is not a URL (${text.length} characters without "scheme://host")`);
  const given = new URL(text);
  if (!["http:", "https:", "clickhouse:"].includes(given.protocol)) bad(`${shown(given)} has the scheme "${given.protocol.slice(0, -1)}"`);
  if (given.hostname === "") bad(`${shown(given)} names no host`);
  // Only special schemes have an origin in the URL standard, so clickhouse:// is read again as http(s).
  const secure = given.protocol === "https:" || (given.protocol === "clickhouse:" && (given.port === "8443" || given.port === "443"));
  const url = new URL(text.replace(/^[a-z]+:/i, secure ? "https:" : "http:"));
  if (url.port === "" && given.protocol === "clickhouse:") url.port = "8123";
  const database = decodeURIComponent(url.pathname.slice(1)) || "inpooling";
  if (!identifier.test(database))
    bad(`${shown(given)} names the database "${database}", which is no plain identifier (letters, digits, _)`);
  const cluster = url.searchParams.get("cluster") ?? "";
  if (cluster !== "" && !identifier.test(cluster))
    bad(`${shown(given)} names the cluster "${cluster}", which is no plain identifier (letters, digits, _)`);
  const retentionDays = Number(url.searchParams.get("retention_days") ?? "0");
  if (!Number.isInteger(retentionDays) || retentionDays < 0 || retentionDays > 36_500)
    bad(`${shown(given)} has a retention_days that is not a whole number of days in 0 … 36500`);
  return {
    origin: url.origin,
    database,
    username: decodeURIComponent(url.username) || "default",
    password: decodeURIComponent(url.password),
    cluster,
    retentionDays,
  };
}
