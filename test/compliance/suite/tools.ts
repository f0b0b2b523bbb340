import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A tool that is put to the suite: how it is switched on and pointed at the sink. */
export interface Tool {
  readonly name: string;
  /** npm packages with exact versions that `--install` puts into `.peers/<name>`; none where the workspace has it. */
  readonly packages: Readonly<Record<string, string>>;
  flags(): readonly string[];
  env(sinkPort: number): Readonly<Record<string, string>>;
  /** Milliseconds that its delivery needs before the process ends. */
  readonly lingerMs: number;
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where the packages of a peer lie: outside the workspace, installed only when somebody asks for that peer. */
export function peerFolder(name: string): string {
  return at(`../.peers/${name}`);
}

/** A module of a peer by the path of its file: `--require` then needs no resolution from our folder. */
const peer = (name: string, path: string): string => join(peerFolder(name), "node_modules", path);

const OTLP = (port: number): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${port}`,
  OTEL_METRICS_EXPORTER: "none",
  OTEL_LOGS_EXPORTER: "none",
  OTEL_NODE_RESOURCE_DETECTORS: "none",
  OTEL_BSP_SCHEDULE_DELAY: "200",
  OTEL_SERVICE_NAME: "compliance",
});

export const TOOLS: readonly Tool[] = [
  { name: "bare", packages: {}, flags: () => [], env: () => ({}), lingerMs: 0 },
  {
    name: "inpooling",
    packages: {},
    flags: () => ["--require", "inpooling/register"],
    env: (port) => ({ INPOOLING_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_SERVICE_NAME: "compliance" }),
    lingerMs: 0,
  },
  { name: "opentelemetry", packages: {}, flags: () => ["--require", at("../tools/opentelemetry.cjs")], env: OTLP, lingerMs: 1_000 },
  {
    name: "hyperdx",
    packages: { "@hyperdx/node-opentelemetry": "0.11.0" },
    flags: () => ["--require", peer("hyperdx", "@hyperdx/node-opentelemetry/build/src/tracing")],
    env: (port) => ({
      ...OTLP(port),
      HYPERDX_API_KEY: "any",
      HDX_NODE_ADVANCED_NETWORK_CAPTURE: "1",
      HDX_STARTUP_LOGS: "false",
      HDX_NODE_CONSOLE_CAPTURE: "0",
    }),
    lingerMs: 2_000,
  },
  {
    name: "lumigo",
    packages: { "@lumigo/opentelemetry": "1.53.1" },
    flags: () => ["--require", peer("lumigo", "@lumigo/opentelemetry/dist/src/distro.js")],
    env: (port) => ({
      LUMIGO_TRACER_TOKEN: "any",
      LUMIGO_ENDPOINT: `http://localhost:${port}/v1/traces`,
      LUMIGO_REPORT_DEPENDENCIES: "false",
      OTEL_SERVICE_NAME: "compliance",
    }),
    lingerMs: 2_000,
  },
  {
    name: "moesif",
    packages: { "moesif-nodejs": "3.11.0" },
    flags: () => ["--require", at("../tools/moesif.cjs")],
    env: (port) => ({ MOESIF_SINK: `http://localhost:${port}` }),
    lingerMs: 3_000,
  },
  {
    name: "sentry",
    packages: { "@sentry/node": "11.12.0" },
    flags: () => ["--import", at("../tools/sentry.cjs")],
    env: (port) => ({ SENTRY_DSN: `http://public@localhost:${port}/1` }),
    lingerMs: 2_000,
  },
  {
    name: "datadog",
    packages: { "dd-trace": "6.21.0" },
    flags: () => ["--require", peer("datadog", "dd-trace/init")],
    env: (port) => ({
      DD_TRACE_AGENT_URL: `http://localhost:${port}`,
      DD_SERVICE: "compliance",
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: "false",
      DD_REMOTE_CONFIGURATION_ENABLED: "false",
      DD_TRACE_STARTUP_LOGS: "false",
      DD_CRASHTRACKING_ENABLED: "false",
    }),
    lingerMs: 3_000,
  },
];

/** The tool of that name. @throws RangeError that lists the names. */
export function toolNamed(name: string): Tool {
  const found = TOOLS.find((tool) => tool.name === name);
  if (!found) throw new RangeError(`no tool is called "${name}"; there are ${TOOLS.map((tool) => tool.name).join(", ")}`);
  return found;
}

/** Whether its packages are there. */
export function isInstalled({ name, packages }: Tool): boolean {
  return Object.keys(packages).every((packageName) => existsSync(peer(name, packageName)));
}
