// The embedded database's own process; the launcher is the only one that starts it. See protocol.ts.
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import type { EmbeddedGreeting, EmbeddedOptions } from "./protocol.ts";

function greet(greeting: EmbeddedGreeting): void {
  process.stdout.write(`${JSON.stringify(greeting)}\n`);
}

async function serve(options: EmbeddedOptions): Promise<void> {
  try {
    // Loaded late, so that a platform without chDB gets an answer instead of a stack trace.
    const { EmbeddedServer } = await import("./server.ts");
    const server = new EmbeddedServer(options);
    greet({ port: await server.listen() });
  } catch (error) {
    greet({ error: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    process.stdin.destroy();
  }
}

/** Rows on their way into the engine lie in memory-backed files where possible: nobody else would free them. */
function end(scratchDir: string | undefined): void {
  try {
    if (scratchDir !== undefined) rmSync(scratchDir, { recursive: true, force: true });
  } finally {
    // Nothing is lost by it: what the engine acknowledged is in its files, and closing it could take minutes.
    process.kill(process.pid, "SIGKILL");
  }
}

// A terminal's Ctrl-C reaches the whole process group, but the collector still has blocks to write through us:
// the end of standard input is the one sign to stop, and it also comes when the collector was killed.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
let options: EmbeddedOptions | undefined;
process.stdin.on("close", () => end(options?.scratchDir));
createInterface({ input: process.stdin }).once("line", (line) => {
  options = JSON.parse(line) as EmbeddedOptions;
  void serve(options);
});
