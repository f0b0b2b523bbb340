import { Writable } from "node:stream";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { localTime, Table } from "../../src/cli/table.ts";
import { Terminal } from "../../src/cli/terminal.ts";
import { fit, pad, width } from "../../src/cli/width.ts";
import { summaryJson, summaryOf } from "../../src/query/json.ts";
import { makeCall } from "../query/memory-reader.ts";

function screen(columns: number, env: Record<string, string> = { NO_COLOR: "1" }): { terminal: Terminal; written: () => string } {
  let text = "";
  const out = Object.assign(new Writable({ write: (chunk, _encoding, done) => ((text += String(chunk)), done()) }), {
    isTTY: true,
    columns,
  });
  return { terminal: new Terminal(out, out, env), written: () => text };
}

const calls = [
  makeCall(),
  makeCall({ host: "a-very-long-host-name.in-some-region.compute.example.com", url: `https://x.test/${"segment/".repeat(30)}end` }),
  makeCall({ host: "例え.テスト", resource: { serviceName: "サービス", serviceVersion: "", environment: "", attributes: {} } }),
].map((call) => summaryJson(summaryOf(call)));

const first = calls[0] ?? summaryJson(summaryOf(makeCall()));

describe("a table", () => {
  test.each([200, 160, 120, 100, 86, 72])("fits %d columns, and every row names its call", (columns) => {
    const rows = new Table(screen(columns).terminal).rows(calls);
    for (const row of rows) expect(width(row), row).toBeLessThanOrEqual(columns);
    for (const [at, call] of calls.entries()) expect(rows[at + 1]).toContain(columns >= 120 ? call.id : call.spanId);
  });

  test("a narrow terminal loses the service first, the path late", () => {
    const [head = ""] = new Table(screen(100).terminal).rows(calls);
    expect(head).not.toContain("SERVICE");
    expect(head).toContain("PATH");
  });

  test("a live table takes the whole width before it knows what comes", () => {
    const table = new Table(screen(160).terminal, true);
    const [head = ""] = table.rows([{ ...first, url: "https://api.stripe.com/" }]);
    expect(head.indexOf("TOOK") - head.indexOf("PATH")).toBeGreaterThan(30);
    for (const row of table.rows(calls)) expect(width(row)).toBeLessThanOrEqual(160);
  });

  test("a later page of another day keeps its dates", () => {
    const table = new Table(screen(100).terminal);
    const now = new Date();
    table.rows([{ ...first, startTime: now.toISOString() }]);
    const [row = ""] = table.rows([{ ...first, startTime: new Date(now.getTime() - 86_400_000).toISOString() }]);
    expect(row).toMatch(/^\d\d-\d\d \d\d:\d\d:\d\d /);
  });

  test("a long path keeps both ends", () => {
    expect(new Table(screen(120).terminal).rows(calls)[2]).toMatch(/\/segm[^ ]*…[^ ]*end/);
  });
});

test("colours only where they are wanted", () => {
  const style = (env: Record<string, string>): string => screen(80, env).terminal.style("red", "x");
  expect(style({})).toBe("\u001b[31mx\u001b[39m");
  for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }, { FORCE_COLOR: "0" }, { NO_COLOR: "1", FORCE_COLOR: "1" }])
    expect(style(env as Record<string, string>)).toBe("x");
});

test("who waits long is told on what, and the line goes again before anything is said", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { terminal, written } = screen(80);
  const work = Promise.withResolvers<number>();
  const waited = terminal.waiting(work.promise, "12 calls so far");
  vi.advanceTimersByTime(2100);
  work.resolve(7);
  expect(await waited).toBe(7);
  terminal.note("done");
  expect(written()).toBe("\r\u001b[2K12 calls so far … 1 s\r\u001b[2K12 calls so far … 2 s\r\u001b[2Kdone\n");
});

test("columns of a text", () => {
  expect([width("abc"), width("漢字"), width("é"), width("👩‍💻"), width("")]).toEqual([3, 4, 1, 2, 0]);
  expect(fit("漢字漢字", 5)).toBe("漢字…");
  expect(fit("abcdefghij", 5, "middle")).toBe("ab…ij");
  expect(fit("abc", 3)).toBe("abc");
  expect(fit("abc", 1)).toBe("…");
  expect(pad("漢", 4)).toBe("漢  ");
  expect(pad("1", 3, "right")).toBe("  1");
});

test("times are local, with the date when it was another day", () => {
  const now = new Date(2026, 10, 24, 12, 0, 0);
  expect(localTime(new Date(2026, 10, 24, 9, 5, 7).toISOString(), now)).toBe("09:05:07");
  expect(localTime(new Date(2026, 10, 23, 9, 5, 7).toISOString(), now)).toBe("11-23 09:05:07");
});
