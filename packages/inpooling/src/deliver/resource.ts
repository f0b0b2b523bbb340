import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { callOf, newDraft, redact } from "#record";
import type { RedactedCall, Resource } from "#record";
import type { Config } from "../config.ts";
import type { ProcessFacts } from "./facts.ts";

const mostParents = 8;

interface Manifest {
  readonly name: string;
  readonly version: string;
}

/** Name and version of the nearest package.json at or above `folder` that has a name. */
function nearestManifest(folder: string): Manifest | undefined {
  let at = folder;
  for (let step = 0; step < mostParents; step++) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(join(at, "package.json"), "utf8"));
      if (
        typeof manifest === "object" &&
        manifest !== null &&
        "name" in manifest &&
        typeof manifest.name === "string" &&
        manifest.name !== ""
      ) {
        const version = "version" in manifest && typeof manifest.version === "string" ? manifest.version : "";
        return { name: manifest.name, version };
      }
    } catch {
      // Not here, or not readable: further up.
    }
    const parent = dirname(at);
    if (parent === at) return undefined;
    at = parent;
  }
  return undefined;
}

/**
 * Who makes the calls, as an OTLP resource (semantic conventions: `service.*`, `process.*`, `host.name`,
 * `telemetry.sdk.*`). Where nobody named the service, its package.json does; failing that `unknown_service:node`.
 */
export function resourceOf(config: Config, facts: ProcessFacts, version: string): Resource {
  // What is configured for Inpooling wins over what the application's SDK says of itself.
  const given = { ...facts.resource, ...config.resourceAttributes };
  const name = config.serviceName || (facts.resource["service.name"] ?? "").replace(/^unknown_service.*/, "");
  const manifest =
    nearestManifest(facts.main === "" ? facts.cwd : dirname(facts.main)) ?? (facts.main === "" ? undefined : nearestManifest(facts.cwd));
  const named = name !== "";
  const attributes: Record<string, string> = {
    "service.instance.id": randomUUID(),
    "host.name": hostname(),
    "process.pid": String(facts.pid),
    "process.runtime.name": "nodejs",
    "process.runtime.version": process.versions.node,
    "telemetry.sdk.name": "inpooling",
    "telemetry.sdk.language": "nodejs",
    "telemetry.sdk.version": version,
    ...given,
    "service.name": named ? name : (manifest?.name ?? "unknown_service:node"),
  };
  // The manifest's version belongs to the manifest's name: not to a service that somebody named otherwise.
  if (attributes["service.version"] === undefined && manifest !== undefined && (!named || name === manifest.name)) {
    attributes["service.version"] = manifest.version;
  }
  return {
    serviceName: attributes["service.name"] ?? "",
    serviceVersion: attributes["service.version"] ?? "",
    environment: attributes["deployment.environment.name"] ?? attributes["deployment.environment"] ?? "",
    attributes,
  };
}

/** What calls carry on their way through delivery: who made them stands once in each request, not in each call. */
export const noResource: Resource = { serviceName: "", serviceVersion: "", environment: "", attributes: {} };

/**
 * The resource as it may leave the process, and what was taken out of it (`redacted`, `dropped` of every call's record).
 * Redacted once: it is the same for all calls, and its names and values are configuration, where secrets do stand.
 */
export function redactedResource(resource: Resource): Pick<RedactedCall, "resource" | "redacted" | "dropped"> {
  return redact(callOf(newDraft(resource)));
}
