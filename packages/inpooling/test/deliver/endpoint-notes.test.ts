import * as fs from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readConfig } from "../../src/config.ts";
import { sayMetadataOnly, sayPartlyTaken, sayRefused, sayUnreachable } from "../../src/deliver/endpoint-notes.ts";
import { resetDiag } from "../../src/diag.ts";

vi.mock("node:fs", async (original) => ({ ...(await original<typeof fs>()), writeSync: vi.fn(() => 0) }));
const said = (): string =>
  vi
    .mocked(fs.writeSync)
    .mock.calls.map((call) => String(call[1]))
    .join("");
beforeEach(resetDiag);
afterEach(() => vi.mocked(fs.writeSync).mockClear());

const { endpoint } = readConfig({}, { INPOOLING_ENDPOINT: "http://user:canary@collector:4318/?token=canary" });

test("each is said once, names the endpoint and the remedy, and shows no credential", () => {
  for (let time = 0; time < 3; time++) {
    sayUnreachable(endpoint, "ECONNREFUSED");
    sayMetadataOnly(endpoint);
    sayRefused(endpoint, 401, "the endpoint answers 401");
    sayPartlyTaken(endpoint, 3, "no\u001b[31m\nroom");
  }
  const lines = said().trimEnd().split("\n");
  expect(lines).toHaveLength(4);
  expect(lines.every((line) => line.includes("http://collector:4318/v1/traces (from INPOOLING_ENDPOINT)"))).toBe(true);
  expect(lines[0]).toContain("ECONNREFUSED");
  expect(lines[2]).toContain("Set INPOOLING_KEY");
  expect(lines[3]).toContain('3 spans rejected, "no [31m room"');
  expect(said()).not.toContain("canary");
});
