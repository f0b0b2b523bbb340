import { signal } from "@preact/signals";
import type { StatusJson } from "../../../src/query/api.ts";
import { fetchStatus } from "../api/client.ts";

const EVERY_MS = 10_000;

/** What the collector says of itself; undefined until it did. */
export const status = signal<StatusJson | undefined>(undefined);

async function poll(): Promise<void> {
  // Nobody looks at a hidden page.
  if (document.visibilityState === "hidden") return;
  try {
    status.value = await fetchStatus();
  } catch {
    // The list says that the collector is away; the last figures stay.
  }
}

export function startPolling(): void {
  void poll();
  setInterval(() => void poll(), EVERY_MS);
  document.addEventListener("visibilitychange", () => void poll());
}
