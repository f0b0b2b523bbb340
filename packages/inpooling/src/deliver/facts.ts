/** What the application's thread knows about its process. */
export interface ProcessFacts {
  readonly pid: number;
  /** The program's file, or "" (REPL, `-e`). */
  readonly main: string;
  readonly cwd: string;
}

export function processFacts(): ProcessFacts {
  return { pid: process.pid, main: process.argv[1] ?? "", cwd: currentFolder() };
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    // Deleted under our feet.
    return "";
  }
}
