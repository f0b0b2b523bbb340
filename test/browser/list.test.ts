import { describe, expect, it } from "vitest";
import { call } from "./harness/call.ts";
import { MemoryReader } from "./harness/memory-reader.ts";
import { startRig } from "./harness/page.ts";
import { listed, rows, soon, Suite } from "./harness/suite.ts";

const suite = new Suite();

const fresh = (path: string) => call({ at: Date.now(), url: `https://api.example.com${path}` });

describe("the list", () => {
  it("shows the newest calls with what happened to each", async () => {
    const page = await suite.open("/");
    await listed(page);
    const first = await rows(page).first().innerText();
    expect(first.split(/\s+/)).toEqual(expect.arrayContaining(["200", "POST", "api.stripe.com", "/v1/charges", "412", "ms", "shop"]));
    const refused = await rows(page).filter({ hasText: "ECONNREFUSED" }).first().innerText();
    expect(refused).toMatch(/fetch failed[\s\S]*×3/);
    await page.getByText(`${suite.samples.calls.length} calls kept`).waitFor();
  });

  it("shows a call as soon as it ends, and the rate", async () => {
    const page = await suite.open("/");
    await listed(page);
    await page.getByText("Live", { exact: true }).or(page.locator(".connection-live")).first().waitFor();
    suite.rig.reader.accept([fresh("/just-now")]);
    await rows(page).first().getByText("/just-now").waitFor();
    await soon(() => page.locator(".rate").innerText()).not.toBe("0.0/s");
  });

  it("holds still when scrolled away, counts what waits, and shows it on request", async () => {
    const page = await suite.open("/");
    await listed(page);
    await page.locator(".connection-live").waitFor();
    await page.locator("#calls").evaluate((grid) => grid.scrollTo(0, 600));
    await page.getByText("Holding still").waitFor();
    suite.rig.reader.accept([fresh("/waits-1"), fresh("/waits-2")]);
    await page.getByRole("button", { name: "2 new calls" }).click();
    await rows(page).getByText("/waits-2").waitFor();
    expect(await page.locator("#calls").evaluate((grid) => grid.scrollTop)).toBe(0);
  });

  it("pauses and goes on", async () => {
    const page = await suite.open("/");
    await page.locator(".connection-live").waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    suite.rig.reader.accept([fresh("/while-paused")]);
    await page.getByRole("button", { name: "1 new call" }).waitFor();
    expect(await rows(page).getByText("/while-paused").count()).toBe(0);
    await page.getByRole("button", { name: "Go on" }).click();
    await rows(page).first().getByText("/while-paused").waitFor();
  });

  it("reads older calls as one scrolls, each once, to the end", async () => {
    const reader = new MemoryReader();
    const now = Date.now();
    reader.accept(Array.from({ length: 730 }, (_, index) => call({ at: now - index * 100, url: `https://api.example.com/item/${index}` })));
    await using rig = await startRig(reader);
    const page = await suite.open("/", {}, rig.url);
    await listed(page);
    await soon(async () => {
      await page.locator("#calls").evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
      return page.locator(".foot").innerText();
    }).toBe("No older calls match.");
    await page.locator("#calls").evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
    await rows(page).getByText("/item/729").waitFor();
    expect(await page.locator("#calls").getAttribute("aria-rowcount")).toBe("731");
  });

  it("scrolls through 100,000 calls with few rows in the page", async () => {
    const page = await suite.open("/");
    const sample = {
      id: "",
      traceId: "a",
      spanId: "b",
      parentSpanId: null,
      durationMs: 12,
      service: "shop",
      source: "patch",
      client: "fetch",
      vendor: "",
      operation: "",
      method: "GET",
      url: "",
      host: "api.example.com",
      route: "",
      status: 200,
      outcome: "complete",
      error: null,
      attempt: 1,
      request: { bodySize: 0 },
      response: { bodySize: 5, contentType: "" },
      tags: {},
    };
    const start = Date.now() - 3_600_000;
    const calls = Array.from({ length: 100_000 }, (_, index) => ({
      ...sample,
      id: `c${index}`,
      url: `https://api.example.com/n/${index}`,
      startTime: new Date(start - index * 10).toISOString().replace("Z", "000Z"),
    }));
    await page.route("**/api/calls?*", (route) => route.fulfill({ json: { calls, nextCursor: null, scanned: calls.length } }));
    await page.route("**/api/tail?*", (route) => route.fulfill({ status: 200, contentType: "text/event-stream", body: ": nothing\n\n" }));
    await page.goto(`${suite.rig.url}/?q=method:GET`);
    await rows(page).first().getByText("/n/0").waitFor();
    for (const row of [10, 777, 25_000, 50_001, 99_000]) {
      await page.locator("#calls").evaluate((grid, top) => grid.scrollTo(0, top), row * 30);
      await rows(page).getByText(`/n/${row}`, { exact: true }).waitFor();
      expect(await rows(page).count()).toBeLessThan(90);
    }
    await page.keyboard.press("G");
    await rows(page).getByText("/n/99999", { exact: true }).waitFor();
  });

  it("tells how to send the first call, and shows it when it comes", async () => {
    await using rig = await startRig();
    const page = await suite.open("/", {}, rig.url);
    await page.getByText("node --require inpooling/register app.js").waitFor();
    await page.locator(".connection-live").waitFor();
    rig.reader.accept([fresh("/first")]);
    await rows(page).getByText("/first").waitFor();
  });

  it("says that the list is not whole when senders lost calls, why, and stays quiet once put away", async () => {
    const reader = new MemoryReader();
    const moment = BigInt(Date.now()) * 1_000_000n;
    reader.losses_ = [
      {
        reason: "queue-full",
        what: "call",
        host: "api.stripe.com",
        count: 312,
        bytes: 90_000,
        from: moment,
        to: moment,
        serviceName: "shop",
      },
    ];
    await using rig = await startRig(reader);
    const page = await suite.open("/", {}, rig.url);
    const banner = page.getByRole("region", { name: "Losses" });
    await banner.getByText("312 calls").first().waitFor();
    await banner.getByRole("button", { name: "Why?" }).click();
    await banner.getByText(/of shop to api\.stripe\.com.*INPOOLING_MEMORY_LIMIT/).waitFor();
    await banner.getByRole("button", { name: "Put away until the next loss" }).click();
    expect(await banner.count()).toBe(0);
    await page.reload();
    await page.locator(".connection-live").waitFor();
    expect(await banner.count()).toBe(0);
  });

  it("says that the store does not answer, and goes on by itself when it does", async () => {
    suite.expected = [/503 \(Service Unavailable\)/];
    const reader = new MemoryReader();
    reader.accept([fresh("/kept")]);
    reader.broken = true;
    await using rig = await startRig(reader);
    const page = await suite.open("/", {}, rig.url);
    await page
      .getByRole("alert")
      .getByText(/database does not answer/)
      .first()
      .waitFor();
    reader.broken = false;
    await rows(page).getByText("/kept").waitFor();
  });

  it("says that the collector is gone, and shows what was missed when it is back", async () => {
    suite.expected = [/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/];
    const reader = new MemoryReader();
    reader.accept([fresh("/before")]);
    const before = await startRig(reader);
    const page = await suite.open("/", {}, before.url);
    await page.locator(".connection-live").waitFor();
    await before.server.close();
    await page.getByText("No connection").waitFor();
    reader.accept([fresh("/missed")]);
    await using after = await startRig(reader, before.server.port);
    await rows(page).getByText("/missed").waitFor();
    after.reader.accept([fresh("/again")]);
    await rows(page).getByText("/again").waitFor();
  });

  it("starts anew when more was missed than one page brings, instead of showing a list with a hole", async () => {
    const reader = new MemoryReader();
    reader.accept([fresh("/before-the-hole")]);
    await using rig = await startRig(reader);
    const page = await suite.open("/", {}, rig.url);
    await page.locator(".connection-live").waitFor();
    // A page that nobody looks at gives its connection back.
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    const now = Date.now();
    reader.accept(Array.from({ length: 450 }, (_, index) => call({ at: now + index, url: `https://api.example.com/m/${index}` })));
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "visible", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await rows(page).first().getByText("/m/449").waitFor();
    await soon(async () => {
      await page.locator("#calls").evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
      return page.locator("#calls").getAttribute("aria-rowcount");
    }).toBe("452");
  });
});
