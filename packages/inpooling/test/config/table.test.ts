import { expect, test } from "vitest";
import { configTable, settings } from "../../src/config/table.ts";

test("the table has a row for every public name of the environment", () => {
  const table = configTable();
  for (const name of Object.keys(settings)) expect(table).toContain(`| \`${name}\` |`);
  expect(table.split("\n").filter((line) => line.startsWith("| `"))).toHaveLength(Object.keys(settings).length + 1);
  for (const part of ["ENDPOINT", "HEADERS", "TIMEOUT", "COMPRESSION", "CERTIFICATE", "CLIENT_KEY", "CLIENT_CERTIFICATE", "PROTOCOL"]) {
    expect(table).toContain(`OTEL_EXPORTER_OTLP_${part}`);
    expect(table).toContain(`OTEL_EXPORTER_OTLP_TRACES_${part}`);
  }
});
