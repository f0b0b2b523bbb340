import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";

/** A tenth of the weight of a thread with the usual priority (nice 0), so that delivery is slow before it is starved. */
const NICE = 10;

/**
 * Lowers the priority of the calling thread: where processors are scarce, the application's thread goes first and records
 * wait, or are given up and counted. Linux alone: there a priority is a thread's (setpriority(2), "C library/kernel
 * differences"); elsewhere it would be the whole process's.
 */
export function yieldToApplication(): void {
  if (process.platform !== "linux") return;
  try {
    // "<pid>/task/<tid>"
    const thread = Number(readlinkSync("/proc/thread-self").split("/").at(-1));
    if (Number.isInteger(thread) && thread !== process.pid) setPriority(thread, NICE);
  } catch {
    // No /proc, or not allowed: delivery works all the same.
  }
}
