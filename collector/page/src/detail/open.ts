import { effect, signal } from "@preact/signals";
import type { CallJson } from "../../../src/query/api.ts";
import { type ApiError, asApiError, fetchCall } from "../api/client.ts";
import { reading } from "../list/feed.ts";
import { place } from "../shell/place.ts";
import { active } from "../shell/selection.ts";

export type Side = "request" | "response";
export type Tab = Side | "about";

/** Which part of the call is shown; stays from call to call. */
export const tab = signal<Tab>("response");

/** The call of the address. While the next one is read, the last one stays in sight. */
export interface Opened {
  readonly id: string;
  readonly loading: boolean;
  readonly call: CallJson | undefined;
  readonly error: ApiError | undefined;
}

const NONE: Opened = { id: "", loading: false, call: undefined, error: undefined };

export const opened = signal<Opened>(NONE);

/** A key held down walks through many calls; only the one where it stops is read. */
const SETTLED_MS = 60;

/** Follows the address for as long as the page lives. */
export function followPlace(): void {
  effect(() => {
    const id = place.value.call;
    reading.value = id !== "";
    if (id === "") {
      opened.value = NONE;
      return undefined;
    }
    if (active.peek() === "") active.value = id;
    const before = opened.peek();
    const abort = new AbortController();
    opened.value = { id, loading: true, call: before.call, error: undefined };
    const timer = setTimeout(() => void read(id, abort.signal), before.id === "" ? 0 : SETTLED_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  });
}

async function read(id: string, signal: AbortSignal): Promise<void> {
  try {
    opened.value = { id, loading: false, call: await fetchCall(id, signal), error: undefined };
  } catch (error) {
    if (!signal.aborted) opened.value = { id, loading: false, call: undefined, error: asApiError(error) };
  }
}

/** Reads the open call again, after a failure. */
export function readAgain(): void {
  const { id } = opened.value;
  opened.value = { id, loading: true, call: undefined, error: undefined };
  void read(id, new AbortController().signal);
}
