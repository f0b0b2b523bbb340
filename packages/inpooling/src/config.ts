import { Rejected, NotYet, formatBytes } from "./config/parse.ts";
import type { Propagator } from "./config/parse.ts";
import { closest } from "./config/closest.ts";
import { settings } from "./config/table.ts";
import type { Setting, SettingName, SettingValue } from "./config/table.ts";
import { diag, setLogLevel, shapeOf } from "./diag.ts";
import type { LogLevel } from "./diag.ts";

/** What code may say; each wins over the environment. Sizes are bytes or text such as `64KiB`. */
export interface InpoolingOptions {
  readonly endpoint?: string | undefined;
  readonly key?: string | undefined;
  readonly delivery?: "background" | "inline" | undefined;
  readonly bodyLimit?: number | string | undefined;
  readonly memoryLimit?: number | string | undefined;
  readonly capture?: "all" | "metadata" | undefined;
  readonly ignoreHosts?: readonly string[] | undefined;
  readonly disabled?: boolean | undefined;
  readonly serviceName?: string | undefined;
  readonly resourceAttributes?: Readonly<Record<string, string>> | undefined;
  readonly timeoutMs?: number | undefined;
  readonly captureRequestHeaders?: readonly string[] | undefined;
  readonly captureResponseHeaders?: readonly string[] | undefined;
}

/** Everything the worker needs, structured-cloneable. */
export interface Config {
  readonly disabled: boolean;
  readonly logLevel: LogLevel;
  readonly endpoint: Endpoint;
  readonly delivery: "background" | "inline";
  /** Bytes per body; 0 for `INPOOLING_CAPTURE=metadata`. */
  readonly bodyLimit: number;
  readonly memoryLimit: number;
  readonly capture: "all" | "metadata";
  readonly ignoreHosts: readonly string[];
  /** "" when neither code nor environment named the service. */
  readonly serviceName: string;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly batch: Batch;
  readonly propagators: readonly Propagator[];
  /** Lower-case names; undefined keeps all. */
  readonly captureRequestHeaders: readonly string[] | undefined;
  readonly captureResponseHeaders: readonly string[] | undefined;
}

/** Where and how requests go. */
export interface Endpoint {
  /** Absolute, with the path of traces. */
  readonly url: string;
  /** True when it was named for Inpooling: bodies may go there before it says who it is (invariant 5). */
  readonly trusted: boolean;
  /** The name that gave the URL, for messages. */
  readonly from: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly compression: "auto" | "gzip" | "none" | "zstd";
  /** File names; "" for none. */
  readonly certificate: string;
  readonly clientKey: string;
  readonly clientCertificate: string;
}

/** Options of OpenTelemetry's `BatchSpanProcessor`. */
export interface Batch {
  readonly scheduledDelayMillis: number;
  readonly exportTimeoutMillis: number;
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Values = { readonly [N in SettingName]?: SettingValue<N> };

/** A bad value is said once and counts as not given, as the specification asks. */
function readOne<T>(name: string, row: Setting<T>, env: Environment): T | undefined {
  const raw = env[name]?.trim();
  if (raw === undefined || raw === "") return undefined;
  try {
    return row.parse(raw);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const wanted = error instanceof NotYet ? `takes ${error.expected}` : `takes ${error.expected}; it holds ${shapeOf(raw)}`;
    diag.warnOnce(name, `${name} ${wanted}. Used instead: ${row.fallback.replaceAll("`", "")}.`);
    return undefined;
  }
}

function fromEnvironment(env: Environment): Values {
  const values: Record<string, unknown> = {};
  // The level first: it decides about what the others have to say.
  const level = readOne("OTEL_LOG_LEVEL", settings.OTEL_LOG_LEVEL, env);
  if (level !== undefined) setLogLevel(level);
  for (const [name, row] of Object.entries<Setting<unknown>>(settings)) {
    const value = readOne(name, row, env);
    if (value !== undefined) values[name] = value;
  }
  for (const name of Object.keys(env)) if (name.startsWith("INPOOLING_") && !(name in settings)) unknownName(name);
  return values as Values;
}

function unknownName(name: string): void {
  if (name.startsWith("INPOOLING_REDACT_")) {
    diag.warnOnce("INPOOLING_REDACT_", `${name}: own redaction rules come with a later version. The default rules hold.`);
    return;
  }
  const near = closest(
    name,
    Object.keys(settings).filter((known) => known.startsWith("INPOOLING_")),
  );
  if (near !== undefined) diag.warnOnce(name, `${name} means nothing here. Did you mean ${near}?`);
}

function asText(value: unknown): string | undefined {
  if (typeof value === "string") return value.trim();
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value.join(",") : undefined;
}

function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every((item) => typeof item === "string")
  );
}

/** @throws TypeError that names the option, what it takes and the shape of what it got. */
function fromCode(options: InpoolingOptions): Values {
  const values: Record<string, unknown> = {};
  const rows = Object.entries<Setting<unknown>>(settings);
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const named = rows.find(([, row]) => row.option === option);
    if (named === undefined) {
      const near = closest(
        option,
        rows.flatMap(([, row]) => row.option ?? []),
      );
      throw new TypeError(`Inpooling option "${option}" does not exist.${near === undefined ? "" : ` Did you mean "${near}"?`}`);
    }
    const [name, row] = named;
    values[name] = optionValue(option, row, value);
  }
  return values as Values;
}

function optionValue(option: string, row: Setting<unknown>, value: unknown): unknown {
  if (option === "resourceAttributes") {
    if (isTextRecord(value)) return value;
    throw new TypeError(`Inpooling option "resourceAttributes" takes an object of texts; it got ${shapeOf(value)}.`);
  }
  const raw = asText(value);
  try {
    if (raw === undefined) throw new Rejected(row.type.replaceAll("`", ""));
    return row.parse(raw);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    throw new TypeError(`Inpooling option "${option}" takes ${error.expected}; it got ${shapeOf(value)}.`, { cause: error });
  }
}

function withPath(base: string, path: string): string {
  const url = new URL(base);
  if (!url.pathname.endsWith(`/${path}`)) url.pathname = `${url.pathname.replace(/\/$/, "")}/${path}`;
  return url.href;
}

/** Specification, OTLP Exporter: the general endpoint is a base, the one for traces is used as it is. */
function endpointUrl(code: Values, env: Values): Pick<Endpoint, "url" | "trusted" | "from"> {
  if (code.INPOOLING_ENDPOINT !== undefined)
    return { url: withPath(code.INPOOLING_ENDPOINT, "v1/traces"), trusted: true, from: "option endpoint" };
  if (env.INPOOLING_ENDPOINT !== undefined)
    return { url: withPath(env.INPOOLING_ENDPOINT, "v1/traces"), trusted: true, from: "INPOOLING_ENDPOINT" };
  const traces = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  if (traces !== undefined) return { url: traces, trusted: false, from: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" };
  const general = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (general !== undefined) {
    // Always appended, also to a base that already ends so: that is what every other exporter does with this name.
    const url = new URL(general);
    url.pathname = `${url.pathname.replace(/\/$/, "")}/v1/traces`;
    return { url: url.href, trusted: false, from: "OTEL_EXPORTER_OTLP_ENDPOINT" };
  }
  return { url: "http://localhost:4318/v1/traces", trusted: false, from: "the default" };
}

function endpointOf(code: Values, env: Values): Endpoint {
  const where = endpointUrl(code, env);
  const key = code.INPOOLING_KEY ?? env.INPOOLING_KEY;
  const foreign = where.trusted ? {} : (env.OTEL_EXPORTER_OTLP_TRACES_HEADERS ?? env.OTEL_EXPORTER_OTLP_HEADERS ?? {});
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(foreign)) headers[name.toLowerCase()] = value;
  if (key !== undefined) headers["authorization"] = `Bearer ${key}`;
  return {
    ...where,
    headers,
    timeoutMs: code.OTEL_EXPORTER_OTLP_TIMEOUT ?? env.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT ?? env.OTEL_EXPORTER_OTLP_TIMEOUT ?? 10_000,
    compression: env.OTEL_EXPORTER_OTLP_TRACES_COMPRESSION ?? env.OTEL_EXPORTER_OTLP_COMPRESSION ?? "auto",
    certificate: env.OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE ?? env.OTEL_EXPORTER_OTLP_CERTIFICATE ?? "",
    clientKey: env.OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY ?? env.OTEL_EXPORTER_OTLP_CLIENT_KEY ?? "",
    clientCertificate: env.OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE ?? env.OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE ?? "",
  };
}

function batchOf(env: Values): Batch {
  const maxQueueSize = env.OTEL_BSP_MAX_QUEUE_SIZE ?? 2048;
  const size = env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE ?? Math.min(512, maxQueueSize);
  if (size > maxQueueSize) {
    diag.warnOnce(
      "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
      `OTEL_BSP_MAX_EXPORT_BATCH_SIZE is ${size}, more than OTEL_BSP_MAX_QUEUE_SIZE (${maxQueueSize}). Used instead: ${maxQueueSize}.`,
    );
  }
  return {
    scheduledDelayMillis: env.OTEL_BSP_SCHEDULE_DELAY ?? 500,
    exportTimeoutMillis: env.OTEL_BSP_EXPORT_TIMEOUT ?? 30_000,
    maxQueueSize,
    maxExportBatchSize: Math.min(size, maxQueueSize),
  };
}

/**
 * The configuration in force: code option, else `INPOOLING_*`, else `OTEL_*_TRACES_*`, else `OTEL_*`, else the default.
 * A bad environment value is said once on stderr and counts as not given; it never stops the application.
 * @throws TypeError on a wrong option in code, naming it.
 */
export function readConfig(options: InpoolingOptions = {}, env: Environment = process.env): Config {
  const code = fromCode(options);
  const environment = fromEnvironment(env);
  const of: Values = { ...environment, ...code };
  const memoryLimit = of.INPOOLING_MEMORY_LIMIT ?? 64 * 1024 ** 2;
  const attributes = { ...environment.OTEL_RESOURCE_ATTRIBUTES, ...code.OTEL_RESOURCE_ATTRIBUTES };
  return {
    disabled: of.OTEL_SDK_DISABLED ?? false,
    logLevel: of.OTEL_LOG_LEVEL ?? "info",
    endpoint: endpointOf(code, environment),
    delivery: of.INPOOLING_DELIVERY ?? "background",
    bodyLimit: of.INPOOLING_CAPTURE === "metadata" ? 0 : bodyLimitWithin(memoryLimit, of.INPOOLING_BODY_LIMIT ?? 64 * 1024),
    memoryLimit,
    capture: of.INPOOLING_CAPTURE ?? "all",
    ignoreHosts: of.INPOOLING_IGNORE_HOSTS ?? [],
    serviceName: of.OTEL_SERVICE_NAME ?? attributes["service.name"] ?? "",
    resourceAttributes: attributes,
    batch: batchOf(environment),
    propagators: of.OTEL_PROPAGATORS ?? ["tracecontext", "baggage"],
    captureRequestHeaders: of.OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST,
    captureResponseHeaders: of.OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE,
  };
}

/** One body must leave room for others: at most an eighth of the memory limit. */
function bodyLimitWithin(memoryLimit: number, wanted: number): number {
  const most = Math.floor(memoryLimit / 8);
  if (wanted <= most) return wanted;
  diag.warnOnce(
    "INPOOLING_BODY_LIMIT",
    `INPOOLING_BODY_LIMIT (${formatBytes(wanted)}) is more than an eighth of INPOOLING_MEMORY_LIMIT (${formatBytes(memoryLimit)}). Used instead: ${formatBytes(most)}.`,
  );
  return most;
}
