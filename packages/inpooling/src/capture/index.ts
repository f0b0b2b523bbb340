import type { EventSink } from "#record";
import type { HookErrorListener } from "./guard.ts";
import { hostFilter } from "./hosts.ts";
import { NodeHttpCapture } from "./node-http.ts";
import { registry, type Owner, type Registry } from "./registry.ts";
import { UndiciCapture } from "./undici.ts";

export type { HookErrorListener } from "./guard.ts";
export { setSpanLookup } from "./spans.ts";

export interface CaptureOptions {
  /** Hosts whose calls are left out: `api.example.com`, `*.example.com`, `host:port`. */
  readonly ignoreHosts: readonly string[];
  /** Told of an error inside a hook, with the hook's name. A hook that keeps failing is switched off. */
  readonly onHookError?: HookErrorListener | undefined;
}

/**
 * Hooks `fetch`, every copy of undici, `node:http` and `node:https`, and writes what they send and receive to
 * `sink`. Nothing that an application imported is wrapped or replaced. Calls under way are not captured.
 * Of several installs, in however many copies of this package, one patches and the first gets the calls; when it
 * leaves, the next one gets them.
 * @returns takes this install back; the last one takes the hooks out.
 */
export function installCapture(sink: EventSink, options: CaptureOptions): () => void {
  const shared = registry();
  const owner: Owner = { sink, ignores: hostFilter(options.ignoreHosts), onHookError: options.onHookError };
  shared.owners.push(owner);
  if (!shared.remove) shared.remove = hook(shared);
  return () => {
    const index = shared.owners.indexOf(owner);
    if (index < 0) return;
    shared.owners.splice(index, 1);
    if (shared.owners.length > 0) return;
    shared.remove?.();
    shared.remove = undefined;
  };
}

function hook(shared: Registry): () => void {
  const clients = [new UndiciCapture(shared), new NodeHttpCapture(shared)];
  for (const client of clients) client.install();
  return () => {
    for (const client of clients) client.remove();
  };
}
