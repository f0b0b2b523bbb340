import type { EventSink } from "#record";
import type { HookErrorListener } from "./guard.ts";
import type { HostFilter } from "./hosts.ts";
import type { SpanLookup } from "./spans.ts";

/** Somebody who wants calls: one per `installCapture`. */
export interface Owner {
  readonly sink: EventSink;
  readonly ignores: HostFilter | undefined;
  readonly onHookError: HookErrorListener | undefined;
}

/** What every copy of this package in the process shares. Changes of shape take a new key. */
export interface Registry {
  /** The first one gets the calls; the next takes over when it leaves. */
  readonly owners: Owner[];
  /** Takes the hooks out again; set while they are in. */
  remove: (() => void) | undefined;
  spanLookup: SpanLookup | undefined;
}

const key = Symbol.for("inpooling.capture.1");

/** The process's registry: two copies of the package must never patch twice. */
export function registry(): Registry {
  const home = globalThis as { [key]?: Registry };
  const found = home[key];
  if (found) return found;
  const made: Registry = { owners: [], remove: undefined, spanLookup: undefined };
  Object.defineProperty(home, key, { value: made, enumerable: false, configurable: true, writable: true });
  return made;
}
