/** What the application's thread knows about its process. */
export interface ProcessFacts {
  readonly pid: number;
  /** The program's file, or "" (REPL, `-e`). */
  readonly main: string;
  readonly cwd: string;
  /** Resource attributes of the application's own OpenTelemetry SDK, where there is one. */
  readonly resource: Readonly<Record<string, string>>;
}

let resource: ProcessFacts["resource"] = {};

/** Takes over what an OpenTelemetry SDK in this process says of it; has effect until delivery starts (at the first call). */
export function describeProcess(attributes: ProcessFacts["resource"]): void {
  resource = attributes;
}

export function processFacts(): ProcessFacts {
  return { pid: process.pid, main: process.argv[1] ?? "", cwd: currentFolder(), resource };
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    // Deleted under our feet.
    return "";
  }
}
