import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { listed, rows, soon, Suite } from "./harness/suite.ts";

const suite = new Suite();
const activeRow = (page: Page) =>
  page
    .locator("#calls")
    .evaluate((grid) => document.getElementById(grid.getAttribute("aria-activedescendant") ?? "")?.getAttribute("aria-rowindex"));

it("walks from the filter through the list into a call and back, without a mouse", async () => {
  const page = await suite.open("/");
  await listed(page);
  for (const key of ["j", "j", "j", "k"]) await page.keyboard.press(key);
  expect(await activeRow(page)).toBe("3");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /chat\/completions/ }).waitFor();
  await page.keyboard.press("j");
  await page.getByRole("heading", { name: /v1\/charges/ }).waitFor();
  await page.getByText("StripeCardError").waitFor();
  await page.keyboard.press("2");
  expect(await page.getByRole("tab", { name: /Request/ }).getAttribute("aria-selected")).toBe("true");
  await page.keyboard.press("Escape");
  await page.getByRole("complementary").waitFor({ state: "detached" });
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("calls");
  expect(await activeRow(page)).toBe("4");
  await page.keyboard.press("g");
  expect(await activeRow(page)).toBe("2");
});

it("keeps the active row in sight", async () => {
  const page = await suite.open("/");
  await listed(page);
  for (let press = 0; press < 60; press++) await page.keyboard.press("j");
  const sight = await page.locator("#calls").evaluate((grid) => {
    const row = document.getElementById(grid.getAttribute("aria-activedescendant") ?? "")?.getBoundingClientRect();
    const frame = grid.getBoundingClientRect();
    return row !== undefined && row.top >= frame.top + 29 && row.bottom <= frame.bottom + 1;
  });
  expect(sight).toBe(true);
});

it("copies the active call as cURL before it is opened", async () => {
  const page = await suite.open("/");
  await listed(page);
  await page.keyboard.press("c");
  await page.getByText("Choose a call first").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("c");
  await page.getByText(/Copied as cURL/).waitFor();
});

it("explains itself on ?, in a dialog that Escape closes", async () => {
  const page = await suite.open("/");
  await listed(page);
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keys" });
  await help.getByText("copy the call as cURL").waitFor();
  await help.getByText("status:>=500").first().waitFor();
  await page.keyboard.press("j");
  expect(await activeRow(page)).toBeUndefined();
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "hidden" });
});

it("walks a document by the arrow keys", async () => {
  const page = await suite.open("/?q=status:402");
  await listed(page);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  const tree = page.getByRole("tree");
  await tree.waitFor();
  await tree.focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowUp", "ArrowLeft"]) await page.keyboard.press(key);
  const item = () => tree.evaluate((element) => document.getElementById(element.getAttribute("aria-activedescendant") ?? ""));
  expect(await item()).not.toBeNull();
  await soon(() => tree.getByRole("treeitem").count()).toBe(1);
  await page.keyboard.press("ArrowRight");
  await soon(() => tree.getByRole("treeitem").count()).toBeGreaterThan(1);
});

it("shows where the focus is on every control that Tab reaches", async () => {
  const page = await suite.open("/");
  await listed(page);
  const seen = new Set<string>();
  for (let press = 0; press < 14; press++) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const frame = element.closest<HTMLElement>(".line") ?? element;
      const style = getComputedStyle(frame);
      return {
        // After the last control the focus is on the page itself for one step.
        name: element === document.body ? "" : (element.getAttribute("aria-label") ?? element.textContent ?? ""),
        outlined: style.outlineStyle !== "none" || style.boxShadow !== "none",
      };
    });
    if (focus.name === "") continue;
    seen.add(focus.name);
    expect(focus).toMatchObject({ outlined: true });
  }
  expect(seen).toContain("Filter");
  expect(seen).toContain("Calls, newest first");
});

it("has a name for every control", async () => {
  const page = await suite.open("/");
  await rows(page).first().click();
  await page.getByRole("tree").waitFor();
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll("button, a, input, [role=tab], [role=tree], [role=grid]")]
      .filter((element) => !element.getAttribute("aria-label") && !element.textContent?.trim() && !element.getAttribute("title"))
      .map((element) => element.outerHTML),
  );
  expect(nameless).toEqual([]);
});
