import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { listed, rows, soon, Suite } from "./harness/suite.ts";

const suite = new Suite();
const filter = (page: Page) => page.getByRole("combobox", { name: "Filter" });
const q = (page: Page): string => new URL(page.url()).searchParams.get("q") ?? "";

describe("the filter bar", () => {
  it("filters by the language, keeps the filter in the address, and the back button undoes it", async () => {
    const page = await suite.open("/");
    await listed(page);
    await page.keyboard.press("/");
    await page.keyboard.type("status:402");
    await page.keyboard.press("Enter");
    await soon(() => rows(page).count()).toBe(1);
    expect(q(page)).toBe("status:402");
    await page.reload();
    await soon(() => rows(page).count()).toBe(1);
    expect(await filter(page).inputValue()).toBe("status:402");
    await page.goBack();
    await soon(() => rows(page).count()).toBeGreaterThan(10);
    expect(await filter(page).inputValue()).toBe("");
    await page.goForward();
    await soon(() => rows(page).count()).toBe(1);
  });

  it("completes fields and values that were seen", async () => {
    const page = await suite.open("/");
    await listed(page);
    await filter(page).fill("ho");
    await page.getByRole("option", { name: /^host:/ }).waitFor();
    await page.keyboard.press("Tab");
    await soon(() => filter(page).inputValue()).toBe("host:");
    await page.keyboard.type("open");
    await page.getByRole("option", { name: /api\.openai\.com/ }).waitFor();
    await page.keyboard.press("ArrowDown");
    await soon(() => filter(page).getAttribute("aria-activedescendant")).toBe("filter-suggestion-0");
    await page.keyboard.press("Enter");
    await soon(() => filter(page).inputValue()).toBe("host:api.openai.com ");
    expect(q(page)).toBe("");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
    await soon(() => q(page)).toBe("host:api.openai.com");
  });

  it("underlines a mistake where it stands and says what to write", async () => {
    const page = await suite.open("/");
    await listed(page);
    await filter(page).fill("status:>=500 hots:api.stripe.com");
    await page
      .getByRole("alert")
      .getByText(/Column 14: .*hots.*host/)
      .waitFor();
    expect(await page.locator(".mirror mark").innerText()).toBe("hots");
    expect(await filter(page).getAttribute("aria-invalid")).toBe("true");
    await filter(page).fill("status:>=500 host:api.stripe.com");
    await page.getByRole("alert").waitFor({ state: "detached" });
  });

  it("explains a link whose filter cannot be read", async () => {
    suite.expected = [/400 \(Bad Request\)/];
    const page = await suite.open(`/?q=${encodeURIComponent("host:(")}`);
    await page.getByText("This filter cannot be read").waitFor();
    await page
      .getByRole("alert")
      .getByText(/Column \d+/)
      .waitFor();
    await page.getByRole("button", { name: "Show all calls" }).click();
    await listed(page);
  });

  it("leaves on Escape without a trace", async () => {
    const page = await suite.open("/?q=method:POST");
    await listed(page);
    await filter(page).fill("something else");
    await page.keyboard.press("Escape");
    if (await filter(page).evaluate((input) => input === document.activeElement)) await page.keyboard.press("Escape");
    expect(await filter(page).inputValue()).toBe("method:POST");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("calls");
  });

  it("has the questions that are asked most, one click each", async () => {
    const page = await suite.open("/?q=host:api.stripe.com");
    await listed(page);
    const errors = page.getByRole("button", { name: "Errors" });
    await errors.click();
    expect(q(page)).toBe("host:api.stripe.com error:*");
    expect(await errors.getAttribute("aria-pressed")).toBe("true");
    await soon(() => rows(page).count()).toBe(1);
    await page.getByRole("button", { name: "15 min" }).click();
    await page.getByRole("button", { name: "1 h" }).click();
    expect(q(page)).toBe("host:api.stripe.com error:* last:1h");
    await errors.click();
    expect(q(page)).toBe("host:api.stripe.com last:1h");
  });

  it("narrows to a cell's value by a click, and with Alt leaves it out", async () => {
    const page = await suite.open("/");
    await listed(page);
    const host = rows(page).filter({ hasText: "api.openai.com" }).first().locator(".cell-host");
    await host.hover();
    await host.getByRole("button").click();
    expect(q(page)).toBe("host:api.openai.com");
    expect(new URL(page.url()).pathname).toBe("/");
    await soon(() => rows(page).getByText("api.stripe.com").count()).toBe(0);
    await host.hover();
    await host.getByRole("button").click({ modifiers: ["Alt"] });
    expect(q(page)).toBe("-host:api.openai.com");
  });

  it("says so when nothing matches", async () => {
    const page = await suite.open("/?q=host:nobody.example");
    await page.getByText("No call matches").waitFor();
  });
});
