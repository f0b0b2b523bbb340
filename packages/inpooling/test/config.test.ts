import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as fs from "node:fs";
import { readConfig } from "../src/config.ts";
import { resetDiag } from "../src/diag.ts";

vi.mock("node:fs", async (original) => ({ ...(await original<typeof fs>()), writeSync: vi.fn(() => 0) }));

const said = (): string =>
  vi
    .mocked(fs.writeSync)
    .mock.calls.map((call) => String(call[1]))
    .join("");

beforeEach(resetDiag);
afterEach(() => vi.mocked(fs.writeSync).mockClear());

describe("values", () => {
  test.each([
    ["65536", 65536],
    ["64KiB", 65536],
    ["64 kib", 65536],
    ["1.5MB", 1_500_000],
    ["1m", 1024 ** 2],
    ["0", 0],
  ])("INPOOLING_BODY_LIMIT=%s is %i bytes", (text, bytes) => {
    expect(readConfig({}, { INPOOLING_BODY_LIMIT: text }).bodyLimit).toBe(bytes);
    expect(said()).toBe("");
  });

  test.each([
    ["INPOOLING_BODY_LIMIT", "lots"],
    ["INPOOLING_BODY_LIMIT", "-1"],
    ["INPOOLING_MEMORY_LIMIT", "1KiB"],
    ["INPOOLING_DELIVERY", "sometimes"],
    ["INPOOLING_CAPTURE", "none"],
    ["INPOOLING_ENDPOINT", "ftp://collector"],
    ["INPOOLING_ENDPOINT", "http://"],
    ["INPOOLING_IGNORE_HOSTS", "http://a.b/c"],
    ["INPOOLING_KEY", "two\nlines"],
    ["OTEL_SDK_DISABLED", "1"],
    ["OTEL_LOG_LEVEL", "loud"],
    ["OTEL_RESOURCE_ATTRIBUTES", "novalue"],
    ["OTEL_RESOURCE_ATTRIBUTES", "a=%E0%A4%A"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://x"],
    ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", ":::"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "a b=c"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "a=%0d%0ab"],
    ["OTEL_EXPORTER_OTLP_TIMEOUT", "10s"],
    ["OTEL_EXPORTER_OTLP_COMPRESSION", "brotli"],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"],
    ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"],
    ["OTEL_BSP_SCHEDULE_DELAY", "fast"],
    ["OTEL_BSP_EXPORT_TIMEOUT", "0"],
    ["OTEL_BSP_MAX_QUEUE_SIZE", "0"],
    ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "many"],
    ["OTEL_PROPAGATORS", "carrier-pigeon"],
  ])("%s=%j is said once, named, with what is used instead, and equals not giving it", (name, value) => {
    const config = readConfig({}, { [name]: value });
    readConfig({}, { [name]: value });
    expect(config).toEqual(readConfig({}, {}));
    const lines = said().trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^inpooling warn: ${name} takes .+ it holds .+ Used instead: .+\\.$`));
  });

  test("a bad key's value is never shown", () => {
    readConfig({}, { INPOOLING_KEY: "s3cr3t-canary-value-\nx", OTEL_EXPORTER_OTLP_HEADERS: "api-key" });
    expect(said()).not.toContain("canary");
  });

  test.each([
    ["INPOOLING_DELIVERY", "durable", "background"],
    ["INPOOLING_CAPTURE", "failures", "all"],
  ])("%s=%s comes later: said once, %s is used", (name, value, used) => {
    expect(readConfig({}, { [name]: value })).toEqual(readConfig({}, {}));
    expect(said()).toBe(
      `inpooling warn: ${name} takes ${name === "INPOOLING_CAPTURE" ? "all or metadata" : "background or inline"}, because "${value}" comes with a later version. Used instead: ${used}.\n`,
    );
  });

  test("own redaction rules come later; misspelt names are met with the right one", () => {
    readConfig({}, { INPOOLING_REDACT_KEYS: "x", INPOOLING_REDACT_VALUES: "y", INPOOLING_ENDPIONT: "http://x", INPOOLING_CI: "1" });
    expect(said().trimEnd().split("\n")).toEqual([
      "inpooling warn: INPOOLING_REDACT_KEYS: own redaction rules come with a later version. The default rules hold.",
      "inpooling warn: INPOOLING_ENDPIONT means nothing here. Did you mean INPOOLING_ENDPOINT?",
    ]);
  });

  test("OTEL_LOG_LEVEL of the same environment silences the warnings it asks to be silent", () => {
    readConfig({}, { OTEL_LOG_LEVEL: "none", INPOOLING_BODY_LIMIT: "lots" });
    expect(said()).toBe("");
  });

  test("resource attributes are percent-decoded; the service's own name wins", () => {
    const config = readConfig({}, { OTEL_RESOURCE_ATTRIBUTES: "service.name=a,team=pay%2Cments,x=%C3%A9", OTEL_SERVICE_NAME: "b" });
    expect(config.serviceName).toBe("b");
    expect(config.resourceAttributes).toEqual({ "service.name": "a", team: "pay,ments", x: "é" });
    expect(readConfig({}, { OTEL_RESOURCE_ATTRIBUTES: "service.name=a" }).serviceName).toBe("a");
  });

  test("metadata capture keeps no body bytes", () => {
    expect(readConfig({}, { INPOOLING_CAPTURE: "METADATA" })).toMatchObject({ capture: "metadata", bodyLimit: 0 });
  });

  test("a body may not take more than an eighth of the memory", () => {
    expect(readConfig({}, { INPOOLING_BODY_LIMIT: "4MiB", INPOOLING_MEMORY_LIMIT: "8MiB" }).bodyLimit).toBe(1024 ** 2);
    expect(said()).toContain("Used instead: 1MiB");
  });

  test("empty means not given", () => {
    expect(readConfig({}, { INPOOLING_ENDPOINT: "", OTEL_BSP_SCHEDULE_DELAY: " " })).toEqual(readConfig({}, {}));
  });
});

describe("endpoint", () => {
  test.each([
    [{}, {}, "http://localhost:4318/v1/traces", false],
    [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://o:1" }, "http://o:1/v1/traces", false],
    [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://o:1/base/" }, "http://o:1/base/v1/traces", false],
    [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://o:1", OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://t:2/in" }, "http://t:2/in", false],
    [{}, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://t:2/in", INPOOLING_ENDPOINT: "https://i" }, "https://i/v1/traces", true],
    [{}, { INPOOLING_ENDPOINT: "https://i/v1/traces" }, "https://i/v1/traces", true],
    [{}, { INPOOLING_ENDPOINT: "collector:4318" }, "http://collector:4318/v1/traces", true],
    [{ endpoint: "http://c:3" }, { INPOOLING_ENDPOINT: "https://i" }, "http://c:3/v1/traces", true],
  ])("%j %j → %s, trusted %s", (options, env, url, trusted) => {
    expect(readConfig(options, env).endpoint).toMatchObject({ url, trusted });
  });

  test("another backend's credentials do not go to an Inpooling endpoint; the key does", () => {
    const env = { OTEL_EXPORTER_OTLP_HEADERS: "api-key=other%20vendor,X-B=1", INPOOLING_KEY: "k" };
    expect(readConfig({}, env).endpoint.headers).toEqual({ "api-key": "other vendor", "x-b": "1", authorization: "Bearer k" });
    expect(readConfig({}, { ...env, INPOOLING_ENDPOINT: "http://i" }).endpoint.headers).toEqual({ authorization: "Bearer k" });
  });

  test("names for traces win over the general ones", () => {
    const env: Record<string, string> = {};
    for (const [name, general, traces] of [
      ["TIMEOUT", "1000", "2000"],
      ["COMPRESSION", "none", "gzip"],
      ["CERTIFICATE", "a.pem", "b.pem"],
      ["CLIENT_KEY", "a.key", "b.key"],
      ["CLIENT_CERTIFICATE", "a.crt", "b.crt"],
      ["HEADERS", "h=general", "h=traces"],
    ] as const) {
      env[`OTEL_EXPORTER_OTLP_${name}`] = general;
      env[`OTEL_EXPORTER_OTLP_TRACES_${name}`] = traces;
    }
    expect(readConfig({}, env).endpoint).toMatchObject({
      timeoutMs: 2000,
      compression: "gzip",
      certificate: "b.pem",
      clientKey: "b.key",
      clientCertificate: "b.crt",
      headers: { h: "traces" },
    });
  });
});

describe("code options", () => {
  test("win over the environment", () => {
    const env = { INPOOLING_BODY_LIMIT: "1KiB", INPOOLING_IGNORE_HOSTS: "a", OTEL_SERVICE_NAME: "env", OTEL_SDK_DISABLED: "true" };
    expect(readConfig({ bodyLimit: "2KiB", ignoreHosts: ["*.b", "c:80"], serviceName: "code", disabled: false }, env)).toMatchObject({
      bodyLimit: 2048,
      ignoreHosts: ["*.b", "c:80"],
      serviceName: "code",
      disabled: false,
    });
  });

  test.each([
    [{ bodyLimit: "lots" }, /option "bodyLimit" takes a size .* got "lots"/],
    [{ ignoreHosts: [1] }, /option "ignoreHosts" takes .* got a list of 1/],
    [{ resourceAttributes: { a: 1 } }, /option "resourceAttributes" takes an object of texts/],
    [{ delivery: "durable" }, /option "delivery" takes .* later version/],
    [{ endpont: "x" }, /option "endpont" does not exist. Did you mean "endpoint"\?/],
  ])("%j throws a TypeError naming the option", (options, message) => {
    expect(() => readConfig(options as object, {})).toThrow(TypeError);
    expect(() => readConfig(options as object, {})).toThrow(message);
  });
});
