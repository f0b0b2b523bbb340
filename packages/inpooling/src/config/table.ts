import { logLevels } from "../diag.ts";
import * as parse from "./parse.ts";

/** One environment name: the row the docs print and the parser reads. */
export interface Setting<T> {
  /** The option of `startInpooling` and `InpoolingLogging` that says the same; it wins over every name. */
  readonly option?: string;
  readonly type: string;
  /** As the docs print it. */
  readonly fallback: string;
  readonly meaning: string;
  readonly parse: parse.Parser<T>;
}

const setting = <T>(row: Setting<T>): Setting<T> => row;

const MiB = 1024 ** 2;

/** `durable` and `failures` are public names whose work is not done yet: said once, then the fallback holds. */
function notYet<T extends string>(later: string, instead: string, now: parse.Parser<T>): parse.Parser<T> {
  return (value) => {
    if (value.toLowerCase() === later) throw new parse.NotYet(`${instead}, because "${later}" comes with a later version`);
    return now(value);
  };
}

/** The two names of an OTLP exporter setting: the one for traces wins over the general one. */
function otlp<T>(row: Setting<T>): { readonly general: Setting<T>; readonly traces: Setting<T> } {
  return { general: row, traces: { ...row, fallback: "the name without `TRACES_`", meaning: `${row.meaning} For traces alone.` } };
}

const headers = otlp({
  type: "`name=value,…`, percent-encoded",
  fallback: "none",
  meaning:
    "Header fields added to every request. Not sent where the endpoint came from `INPOOLING_ENDPOINT` or in code: they are another backend's credentials.",
  parse: parse.headerPairs,
});
const timeout = otlp({
  option: "timeoutMs",
  type: "milliseconds",
  fallback: "10000",
  meaning: "Longest time one request may take.",
  parse: parse.integer(1, 3_600_000, "milliseconds"),
});
const compression = otlp({
  type: "`gzip`, `none` or `zstd`",
  fallback: "`zstd` to an Inpooling collector, else `gzip`",
  meaning: "Content-coding of requests.",
  parse: parse.oneOf("gzip", "none", "zstd"),
});
const certificate = otlp({
  type: "file",
  fallback: "the system's",
  meaning: "PEM file of the authorities trusted for https.",
  parse: parse.text,
});
const clientKey = otlp({
  type: "file",
  fallback: "none",
  meaning: "PEM file of the client's private key (mutual TLS).",
  parse: parse.text,
});
const clientCertificate = otlp({
  type: "file",
  fallback: "none",
  meaning: "PEM file of the client's certificate chain (mutual TLS).",
  parse: parse.text,
});
const protocol = otlp({
  type: "`http/protobuf`",
  fallback: "`http/protobuf`",
  meaning: "OTLP encoding. `http/json` and `grpc` are said once and `http/protobuf` is used.",
  parse: (value) => {
    const lower = value.toLowerCase();
    if (lower === "grpc")
      throw new parse.Rejected("http/protobuf; set INPOOLING_ENDPOINT to an OTLP/HTTP address if that endpoint takes gRPC alone");
    if (lower !== "http/protobuf") throw new parse.Rejected("http/protobuf");
    return "http/protobuf" as const;
  },
});

/**
 * THE table of configuration: parser, docs (`configTable()`) and the layout test read it.
 * Rules of the `OTEL_*` names: OpenTelemetry specification, "Environment Variable Specification" and "OTLP Exporter".
 */
export const settings = {
  INPOOLING_ENDPOINT: setting({
    option: "endpoint",
    type: "URL",
    fallback: "`http://localhost:4318`",
    meaning: "Where calls go: the collector's OTLP/HTTP address; `/v1/traces` is added. Given here or in code, it receives bodies unasked.",
    parse: parse.httpUrl,
  }),
  INPOOLING_KEY: setting({
    option: "key",
    type: "text",
    fallback: "none",
    meaning: "Sent to the collector as `authorization: Bearer <key>`.",
    parse: parse.headerValue,
  }),
  INPOOLING_DELIVERY: setting({
    option: "delivery",
    type: "`background` or `inline`",
    fallback: "`background`",
    meaning:
      "`background`: in a worker thread. `inline`: on the main thread, for places without worker threads. `durable` comes with a later version.",
    parse: notYet("durable", "background or inline", parse.oneOf("background", "inline")),
  }),
  INPOOLING_BODY_LIMIT: setting({
    option: "bodyLimit",
    type: "size",
    fallback: "64KiB",
    meaning: "Bytes kept of each request and each response body, before and after decoding. Sizes are recorded in full.",
    parse: parse.bytes(0, 16 * MiB),
  }),
  INPOOLING_MEMORY_LIMIT: setting({
    option: "memoryLimit",
    type: "size",
    fallback: "64MiB",
    meaning: "Everything Inpooling holds: ring, open calls, queue, requests in flight. Beyond it bodies go first, then calls, all counted.",
    parse: parse.bytes(4 * MiB, 4096 * MiB),
  }),
  INPOOLING_CAPTURE: setting({
    option: "capture",
    type: "`all` or `metadata`",
    fallback: "`all`",
    meaning: "`metadata` records no bodies. `failures` comes with a later version.",
    parse: notYet("failures", "all or metadata", parse.oneOf("all", "metadata")),
  }),
  INPOOLING_IGNORE_HOSTS: setting({
    option: "ignoreHosts",
    type: "`host`, `*.suffix`, `host:port`, comma-separated",
    fallback: "none",
    meaning: "Hosts whose calls are not recorded.",
    parse: parse.hostList,
  }),
  OTEL_SDK_DISABLED: setting({
    option: "disabled",
    type: "`true` or `false`",
    fallback: "`false`",
    meaning: "`true`: nothing is hooked, nothing is recorded.",
    parse: parse.boolean,
  }),
  OTEL_LOG_LEVEL: setting({
    type: logLevels.map((level) => `\`${level}\``).join(", "),
    fallback: "`info`",
    meaning: "What Inpooling says on stderr.",
    parse: parse.oneOf(...logLevels),
  }),
  OTEL_SERVICE_NAME: setting({
    option: "serviceName",
    type: "text",
    fallback: "`service.name` of the next row, else the name in the application's package.json",
    meaning: "Name of the service that makes the calls.",
    parse: parse.text,
  }),
  OTEL_RESOURCE_ATTRIBUTES: setting({
    option: "resourceAttributes",
    type: "`key=value,…`, percent-encoded",
    fallback: "none",
    meaning: "Attributes of the service, `service.version` and `deployment.environment.name` among them.",
    parse: parse.pairs,
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting({
    type: "URL",
    fallback: "`INPOOLING_ENDPOINT`'s",
    meaning: "Used without `INPOOLING_ENDPOINT`; `v1/traces` is added. Bodies are sent only if an Inpooling collector answers there.",
    parse: parse.httpUrl,
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: setting({
    type: "URL",
    fallback: "the name without `TRACES_`",
    meaning: "The same for traces alone; used as it is, nothing is added.",
    parse: parse.httpUrl,
  }),
  OTEL_EXPORTER_OTLP_HEADERS: headers.general,
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: headers.traces,
  OTEL_EXPORTER_OTLP_TIMEOUT: timeout.general,
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: timeout.traces,
  OTEL_EXPORTER_OTLP_COMPRESSION: compression.general,
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: compression.traces,
  OTEL_EXPORTER_OTLP_CERTIFICATE: certificate.general,
  OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: certificate.traces,
  OTEL_EXPORTER_OTLP_CLIENT_KEY: clientKey.general,
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: clientKey.traces,
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: clientCertificate.general,
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: clientCertificate.traces,
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol.general,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol.traces,
  OTEL_BSP_SCHEDULE_DELAY: setting({
    type: "milliseconds",
    fallback: "500 (OpenTelemetry: 5000; the page is live)",
    meaning: "Longest wait of a finished call before it is sent.",
    parse: parse.integer(0, 3_600_000, "milliseconds"),
  }),
  OTEL_BSP_EXPORT_TIMEOUT: setting({
    type: "milliseconds",
    fallback: "30000",
    meaning: "Longest time the batch processor waits for a batch to be taken over.",
    parse: parse.integer(1, 3_600_000, "milliseconds"),
  }),
  OTEL_BSP_MAX_QUEUE_SIZE: setting({
    type: "calls",
    fallback: "2048",
    meaning: "Calls waiting to be batched.",
    parse: parse.integer(1, 1_000_000, "calls"),
  }),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: setting({
    type: "calls",
    fallback: "512",
    meaning: "Most calls of one request; requests are cut by bytes as well.",
    parse: parse.integer(1, 100_000, "calls"),
  }),
  OTEL_PROPAGATORS: setting({
    type: "`tracecontext`, `baggage`, `b3`, `b3multi`, `jaeger`, `xray`, `none`, comma-separated",
    fallback: "`tracecontext,baggage`",
    meaning:
      "Which header fields of a request name its trace where no OpenTelemetry context is active. Nothing is ever added to a request.",
    parse: parse.propagators,
  }),
  OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST: setting({
    option: "captureRequestHeaders",
    type: "names, comma-separated",
    fallback: "all, redacted",
    meaning: "Keeps only these request header fields.",
    parse: parse.nameList,
  }),
  OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE: setting({
    option: "captureResponseHeaders",
    type: "names, comma-separated",
    fallback: "all, redacted",
    meaning: "Keeps only these response header fields.",
    parse: parse.nameList,
  }),
} as const;

export type SettingName = keyof typeof settings;

/** What a name's parser gives. */
export type SettingValue<N extends SettingName> = (typeof settings)[N] extends Setting<infer T> ? T : never;

/** The table as Markdown, for the README and the docs. */
export function configTable(): string {
  const cell = (value: string): string => value.replaceAll("|", "\\|");
  const lines = ["| name | in code | value | default | meaning |", "|---|---|---|---|---|"];
  for (const [name, row] of Object.entries<Setting<unknown>>(settings)) {
    const option = row.option === undefined ? "" : `\`${row.option}\``;
    lines.push(`| \`${name}\` | ${option} | ${cell(row.type)} | ${cell(row.fallback)} | ${cell(row.meaning)} |`);
  }
  lines.push("| `INPOOLING_REDACT_*` | | | | Own redaction rules; they come with a later version. The default rules always hold. |");
  return `${lines.join("\n")}\n`;
}
