import type { Endpoint } from "../config.ts";
import { diag } from "../diag.ts";

// What people read about the endpoint on stderr, each once in the life of a process.

/** The endpoint and where it was named, without credentials. */
function named({ url, from }: Endpoint): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  shown.search = "";
  return `${shown.href} (from ${from})`;
}

export function sayUnreachable(endpoint: Endpoint, why: string): void {
  diag.warnOnce(
    "unreachable",
    `${named(endpoint)} does not take calls now: ${why}. They are kept in memory and sent later. Start a collector with "npx @inpooling/collector up", or set INPOOLING_ENDPOINT.`,
  );
}

export function sayMetadataOnly(endpoint: Endpoint): void {
  diag.warnOnce(
    "metadata-only",
    `${named(endpoint)} did not say that it is an Inpooling collector: it gets calls without their payloads. Set INPOOLING_ENDPOINT to send payloads.`,
  );
}

const remedies: Readonly<Record<number, string>> = {
  401: " Set INPOOLING_KEY to a key of that collector.",
  403: " Set INPOOLING_KEY to a key of that collector.",
  404: " Is it an OTLP/HTTP address? Calls are posted to /v1/traces.",
  405: " Is it an OTLP/HTTP address? Calls are posted to /v1/traces.",
};

export function sayRefused(endpoint: Endpoint, status: number, why: string): void {
  diag.errorOnce(`refused-${status}`, `${named(endpoint)} refuses calls: ${why}.${remedies[status] ?? ""} They are dropped and counted.`);
}

/** @param message the endpoint's own words, shortened; control characters would reach somebody's terminal */
export function sayPartlyTaken(endpoint: Endpoint, count: number, message: string): void {
  // eslint-disable-next-line no-control-regex -- see above
  const words = message.replaceAll(/[\0-\x1f\x7f-\x9f]/g, " ");
  diag.warnOnce("partial-success", `${named(endpoint)} took a request only in part: ${count} spans rejected, "${words}".`);
}
