import { isMainThread } from "node:worker_threads";

type Signal = "SIGTERM" | "SIGINT";
const signals: readonly Signal[] = ["SIGTERM", "SIGINT"];

/**
 * Calls `flush` when the process ends: in the exit event (end of the program, `process.exit`, uncaught exception), and
 * on SIGTERM and SIGINT, which emit none, as long as the application has no handler of its own. The signal is raised
 * again afterwards, so that it stays the cause of death. `flush` blocks and returns quickly.
 * @returns its undo
 */
export function onProcessEnd(flush: () => void): () => void {
  process.on("exit", flush);
  const undoSignals = isMainThread ? onSignals(flush) : () => undefined;
  return () => {
    process.off("exit", flush);
    undoSignals();
  };
}

function onSignals(flush: () => void): () => void {
  let undone = false;
  const handler = (signal: NodeJS.Signals): void => {
    flush();
    undo();
    process.kill(process.pid, signal);
  };
  const othersListen = (signal: Signal): boolean => process.listeners(signal).some((listener) => listener !== handler);
  const add = (signal: Signal): void => {
    if (!othersListen(signal) && !process.listeners(signal).includes(handler)) process.on(signal, handler);
  };
  const isOurs = (name: string | symbol): name is Signal => signals.includes(name as Signal);
  // An application's own handler decides how its process ends, and libraries count listeners to know whether there is one:
  // ours steps aside once theirs is added, and returns once it is gone. Not at once: "newListener" comes before the
  // listener is there, and a signal that loses its last listener meanwhile gets its default action back for good.
  const adjust = (name: string | symbol, listener: unknown): void => {
    if (!isOurs(name) || listener === handler) return;
    queueMicrotask(() => {
      if (undone) return;
      if (othersListen(name)) process.off(name, handler);
      else add(name);
    });
  };
  const undo = (): void => {
    undone = true;
    process.off("newListener", adjust);
    process.off("removeListener", adjust);
    for (const signal of signals) process.off(signal, handler);
  };
  for (const signal of signals) add(signal);
  process.on("newListener", adjust);
  process.on("removeListener", adjust);
  return undo;
}
