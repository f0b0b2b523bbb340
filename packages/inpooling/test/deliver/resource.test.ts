import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { resourceOf } from "../../src/deliver/resource.ts";

const root = mkdtempSync(join(tmpdir(), "inpooling-resource-"));
writeFileSync(join(root, "package.json"), '{"name":"shop","version":"1.2.3"}');
mkdirSync(join(root, "src/deep"), { recursive: true });
// A manifest without a name marks a module type and names nothing.
writeFileSync(join(root, "src/package.json"), '{"type":"module"}');

const facts = { pid: 7, main: join(root, "src/deep/server.js"), cwd: "/", resource: {} };
const of = (env: Record<string, string>, more: object = {}): ReturnType<typeof resourceOf> =>
  resourceOf(readConfig({}, env), { ...facts, ...more }, "0.1.0");

test("an unnamed service is called as its package.json calls it", () => {
  expect(of({})).toMatchObject({
    serviceName: "shop",
    serviceVersion: "1.2.3",
    attributes: { "process.pid": "7", "telemetry.sdk.name": "inpooling", "service.name": "shop" },
  });
});

test("a named service does not take the manifest's version", () => {
  expect(of({ OTEL_SERVICE_NAME: "checkout" })).toMatchObject({ serviceName: "checkout", serviceVersion: "" });
  expect(of({ OTEL_RESOURCE_ATTRIBUTES: "service.version=9,deployment.environment.name=prod" })).toMatchObject({
    serviceName: "shop",
    serviceVersion: "9",
    environment: "prod",
  });
});

test("without any manifest it is unknown", () => {
  expect(of({}, { main: "/nowhere/at/all.js" }).serviceName).toBe("unknown_service:node");
});

test("every process is an instance of its own", () => {
  expect(of({}).attributes["service.instance.id"]).not.toBe(of({}).attributes["service.instance.id"]);
});
