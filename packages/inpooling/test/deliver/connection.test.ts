import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { retryAfterMs } from "../../src/deliver/connection.ts";
import { OtlpSink } from "./otlp-sink.ts";
import { Running } from "./running.ts";

test.each([
  ["2", 2000],
  ["0", 0],
  ["Tue, 24 Nov 2026 12:00:10 GMT", 10_000],
  ["Tue, 24 Nov 2026 11:00:00 GMT", 0],
  ["999999", 300_000],
  ["soon", undefined],
  [undefined, undefined],
])("Retry-After %s is %s ms", (value, ms) => {
  expect(retryAfterMs(value, Date.UTC(2026, 10, 24, 12))).toBe(ms);
});

const tls = (file: string): string => new URL(`../../../../test/pipeline/tls/${file}`, import.meta.url).pathname;

test("https with the authority and the client's certificate of the OTEL_* names", async () => {
  const [key, cert, ca] = ["server.key", "server.pem", "ca.pem"].map((file) => readFileSync(tls(file), "utf8")) as [string, string, string];
  expect(new X509Certificate(cert).subjectAltName).toContain("127.0.0.1");
  await using sink = await OtlpSink.start({ tls: { key, cert, ca } });
  const running = Running.start({
    INPOOLING_ENDPOINT: sink.url,
    OTEL_EXPORTER_OTLP_CERTIFICATE: tls("ca.pem"),
    OTEL_EXPORTER_OTLP_CLIENT_KEY: tls("server.key"),
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: tls("server.pem"),
  });
  running.call();
  await running.pipeline.flush();
  expect(sink.calls).toHaveLength(1);
});

test("a certificate file that is not there: the call is kept, the application goes on", async () => {
  const [key, cert] = ["server.key", "server.pem"].map((file) => readFileSync(tls(file), "utf8")) as [string, string];
  await using sink = await OtlpSink.start({ tls: { key, cert } });
  const file = join(mkdtempSync(join(tmpdir(), "inpooling-")), "later.pem");
  const running = Running.start({ INPOOLING_ENDPOINT: sink.url, OTEL_EXPORTER_OTLP_CERTIFICATE: file });
  running.call();
  await running.pipeline.flush();
  writeFileSync(file, "");
  expect(sink.calls).toHaveLength(0);
  expect(running.status.stats()).toMatchObject({ calls: 1, lostCalls: 0 });
});
