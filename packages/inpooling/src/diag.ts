import { writeSync } from "node:fs";

/** `OTEL_LOG_LEVEL` (specification, general SDK configuration), least to most talkative. */
export const logLevels = ["none", "error", "warn", "info", "debug", "verbose", "all"] as const;
export type LogLevel = (typeof logLevels)[number];

type Severity = "error" | "warn" | "info" | "debug";

let level: LogLevel = "info";
const said = new Set<string>();
const maxKeys = 512;

/** Sets how much reaches stderr; the default is OpenTelemetry's, `info`. */
export function setLogLevel(next: LogLevel): void {
  level = next;
}

function write(severity: Severity, message: string): void {
  if (logLevels.indexOf(severity) > logLevels.indexOf(level)) return;
  const line = `inpooling ${severity}: ${message}\n`;
  try {
    // Not process.stderr: applications replace its write, and in a worker it needs the main thread, which may be ending.
    writeSync(2, line);
  } catch {
    // A full or closed stderr is no reason to disturb the application.
  }
}

/** Says `message` unless something was already said under `key`; the first word wins, the rest stays silent. */
function once(severity: Severity, key: string, message: string): void {
  if (said.has(key) || said.size >= maxKeys) return;
  said.add(key);
  write(severity, message);
}

/** The only voice of Inpooling inside an application: stderr, each thing once, never an exception. */
export const diag = {
  error: (message: string): void => write("error", message),
  warn: (message: string): void => write("warn", message),
  debug: (message: string): void => write("debug", message),
  errorOnce: (key: string, message: string): void => once("error", key, message),
  warnOnce: (key: string, message: string): void => once("warn", key, message),
  infoOnce: (key: string, message: string): void => once("info", key, message),
} as const;

/** Forgets what was said. For tests. */
export function resetDiag(): void {
  said.clear();
  level = "info";
}

/**
 * What a rejected value looks like, without the value: it may be a secret.
 * Short plain words (as enumerations have them) are shown.
 */
export function shapeOf(value: unknown): string {
  if (typeof value === "string") {
    if (/^[A-Za-z][A-Za-z_-]{0,15}$/.test(value)) return `"${value}"`;
    if (/^-?\d{1,12}(\.\d{1,6})?$/.test(value)) return value;
    return `a text of ${value.length} characters`;
  }
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "object" ? "an object" : typeof value;
}
