import type { RedactedCall } from "#record";
import type { CallReader } from "../store/store.ts";
import type { KnownValues } from "./filter/suggest.ts";

const perField = 200;
const fields = ["host", "service", "vendor", "route", "operation", "client", "error"] as const;
type Seen = Readonly<Record<(typeof fields)[number], string>>;

/** Values of the last calls, for completion in the filter bar. At most 200 a field, the oldest forgotten first. */
export class Lately {
  readonly #seen = new Map<string, Set<string>>(fields.map((field) => [field, new Set()]));
  #filled = false;

  add(calls: readonly RedactedCall[]): void {
    for (const call of calls)
      this.#note({
        host: call.host,
        service: call.resource.serviceName,
        vendor: call.vendor,
        route: call.route,
        operation: call.operation,
        client: call.client,
        error: call.errorType,
      });
  }

  /** Looks once at what is stored already; a store that does not answer costs suggestions, nothing else. */
  async fill(reader: CallReader): Promise<void> {
    if (this.#filled) return;
    this.#filled = true;
    try {
      const { calls } = await reader.search({ where: { kind: "all" }, range: {} }, { limit: 500, signal: AbortSignal.timeout(2000) });
      for (const call of calls.toReversed()) this.#note(call);
    } catch {
      this.#filled = false;
    }
  }

  readonly known: KnownValues = (field) => [...(this.#seen.get(field) ?? [])].toReversed();

  #note(call: Seen): void {
    for (const field of fields) {
      const value = call[field];
      const seen = this.#seen.get(field);
      if (value === "" || value.length > 200 || seen === undefined) continue;
      seen.delete(value);
      seen.add(value);
      if (seen.size > perField) seen.delete(seen.values().next().value ?? "");
    }
  }
}
