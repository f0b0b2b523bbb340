/** Parsers of the configuration table: text in, value out, `Rejected` with what was expected. */

/** A value that is not what its name takes; `expected` completes "expected …". */
export class Rejected extends Error {
  override readonly name = "Rejected";
  readonly expected: string;
  constructor(expected: string) {
    super(`expected ${expected}`);
    this.expected = expected;
  }
}

/** A value that a later version will know; `until` says what happens instead. */
export class NotYet extends Rejected {}

export type Parser<T> = (text: string) => T;

const units: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1000,
  kib: 1024,
  k: 1024,
  mb: 1_000_000,
  mib: 1024 ** 2,
  m: 1024 ** 2,
  gb: 1_000_000_000,
  gib: 1024 ** 3,
  g: 1024 ** 3,
};

/** `65536`, `64KiB`, `8 MiB`, `1.5MB` → bytes. Between `min` and `max`, both included. */
export function bytes(min: number, max: number): Parser<number> {
  return (text) => {
    const match = /^(\d{1,15}(?:\.\d{1,6})?)\s*([A-Za-z]{0,3})$/.exec(text);
    const unit = match === null ? undefined : units[(match[2] ?? "").toLowerCase()];
    const value = match === null || unit === undefined ? Number.NaN : Math.round(Number(match[1]) * unit);
    if (!(value >= min && value <= max)) {
      throw new Rejected(`a size from ${formatBytes(min)} to ${formatBytes(max)}, such as 64KiB, 8MiB or a number of bytes`);
    }
    return value;
  };
}

/** Bytes in the largest binary unit that divides them: 65536 → `64KiB`. */
export function formatBytes(value: number): string {
  for (const [name, size] of [
    ["GiB", 1024 ** 3],
    ["MiB", 1024 ** 2],
    ["KiB", 1024],
  ] as const) {
    if (value >= size && value % size === 0) return `${value / size}${name}`;
  }
  return `${value}`;
}

/** A whole number within bounds, both included. OpenTelemetry durations are milliseconds. */
export function integer(min: number, max: number, unit: string): Parser<number> {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) throw new Rejected(`${unit}, a whole number from ${min} to ${max}`);
    return value;
  };
}

/** One of some words, in any case (specification: enumeration values are case-insensitive). */
export function oneOf<const T extends string>(...words: readonly T[]): Parser<T> {
  return (text) => {
    const found = words.find((word) => word === text.toLowerCase());
    if (found === undefined) throw new Rejected(`one of ${words.join(", ")}`);
    return found;
  };
}

/** OpenTelemetry's boolean: only `true` (any case) is true; what is neither `true` nor `false` is worth a warning. */
export const boolean: Parser<boolean> = (text) => {
  const lower = text.toLowerCase();
  if (lower !== "true" && lower !== "false") throw new Rejected("true or false");
  return lower === "true";
};

/** Anything that is not blank. */
export const text: Parser<string> = (value) => value;

/** Comma-separated names, lower-cased, blanks dropped. */
export const nameList: Parser<readonly string[]> = (value) =>
  value
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new Rejected("key=value pairs with valid percent-encoding");
  }
}

/**
 * `k=v,k2=v2` with percent-encoded keys and values, as W3C Baggage writes members (specification: `OTEL_RESOURCE_ATTRIBUTES`,
 * `OTEL_EXPORTER_OTLP_HEADERS`). One bad pair rejects the whole value, as the specification asks.
 */
export const pairs: Parser<Readonly<Record<string, string>>> = (value) => {
  const found: Record<string, string> = {};
  for (const pair of value.split(",")) {
    if (pair.trim() === "") continue;
    const equals = pair.indexOf("=");
    if (equals <= 0) throw new Rejected("comma-separated key=value pairs");
    const key = decode(pair.slice(0, equals).trim());
    if (key === "") throw new Rejected("comma-separated key=value pairs with a key each");
    found[key] = decode(pair.slice(equals + 1).trim());
  }
  return found;
};

/** Header pairs: like `pairs`, but names must be RFC 9110 tokens and values must fit a field line. */
export const headerPairs: Parser<Readonly<Record<string, string>>> = (value) => {
  const found = pairs(value);
  for (const [name, content] of Object.entries(found)) {
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) throw new Rejected("header names of letters, digits and dashes");
    // eslint-disable-next-line no-control-regex -- field values must not carry line breaks or NUL (RFC 9110 5.5)
    if (/[\0\r\n]/.test(content)) throw new Rejected("header values without line breaks");
  }
  return found;
};

/** An absolute http(s) URL without a fragment; a bare `host:port` is taken as http. */
export const httpUrl: Parser<string> = (value) => {
  const whole = value.includes("://") ? value : `http://${value}`;
  if (!URL.canParse(whole)) throw new Rejected("an http:// or https:// URL such as http://localhost:4318");
  const url = new URL(whole);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new Rejected("an http:// or https:// URL; Inpooling sends OTLP over HTTP");
  }
  url.hash = "";
  return url.href;
};

/** `host`, `*.suffix`, `host:port`, `[::1]:port`. */
export const hostList: Parser<readonly string[]> = (value) => {
  const hosts = nameList(value);
  for (const host of hosts) {
    if (!/^(\*\.)?(\[[0-9a-f:.]+\]|[a-z0-9_.-]+|[0-9a-f:]+)(:\d{1,5})?$/.test(host)) {
      throw new Rejected("comma-separated hosts: api.example.com, *.example.com, localhost:8080");
    }
  }
  return hosts;
};

/** A header field's value (RFC 9110 5.5): visible text on one line. The value itself is never shown: it may be a key. */
export const headerValue: Parser<string> = (value) => {
  // eslint-disable-next-line no-control-regex -- that is the rule
  if (/[\0-\x1f\x7f]/.test(value) || !/^[\x20-\xff]*$/.test(value)) throw new Rejected("printable characters on one line");
  return value;
};

const propagatorNames = ["tracecontext", "baggage", "b3", "b3multi", "jaeger", "xray", "ottrace", "none"] as const;
export type Propagator = (typeof propagatorNames)[number];

/** `OTEL_PROPAGATORS`: known names, deduplicated; `none` empties the list. */
export const propagators: Parser<readonly Propagator[]> = (value) => {
  const found = new Set(nameList(value).map((name) => oneOf(...propagatorNames)(name)));
  return found.has("none") ? [] : [...found];
};
