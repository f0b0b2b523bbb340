import { callId } from "@inpooling/record";
import type { Page } from "playwright-core";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { listed, Suite } from "./harness/suite.ts";
import { faintTexts } from "./harness/contrast.ts";

const suite = new Suite();
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

const background = (page: Page): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

it("follows the system's colours, and the reader's choice from then on", async () => {
  const page = await suite.open("/", { colorScheme: "dark" });
  await listed(page);
  const dark = await background(page);
  expect(dark).toBe("rgb(20, 21, 23)");
  await page.getByRole("button", { name: /^Colours/ }).click();
  expect(await background(page)).toBe("rgb(255, 255, 255)");
  await page.reload();
  expect(await background(page)).toBe("rgb(255, 255, 255)");
  await page.getByRole("button", { name: /^Colours/ }).click();
  await page.getByRole("button", { name: /^Colours/ }).click();
  expect(await background(page)).toBe(dark);
});

it.each(["light", "dark"] as const)("is readable in %s: all text has a contrast of 4.5 to 1", async (colorScheme) => {
  const page = await suite.open("/", { colorScheme });
  await listed(page);
  expect(await faintTexts(page)).toEqual([]);
  for (const name of ["charge", "stream", "declined", "cut"] as const) {
    await page.goto(`${suite.rig.url}/calls/${callId(suite.samples[name])}`);
    await page.locator(".body .window-line").first().waitFor();
    expect(await faintTexts(page)).toEqual([]);
  }
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  expect(await faintTexts(page)).toEqual([]);
});

it("fits a phone: nothing scrolls sideways, a call takes the page, back leads to the list", async () => {
  const page = await suite.open("/", PHONE);
  await listed(page);
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await overflow()).toBe(0);
  const grid = await page.locator("#calls").evaluate((element) => element.scrollWidth - element.clientWidth);
  expect(grid).toBe(0);
  await page.locator(".rows [role=row]").first().tap();
  await page.getByRole("tree").waitFor();
  expect(await overflow()).toBe(0);
  expect(await page.locator(".list").isVisible()).toBe(false);
  expect(await page.locator(".call-scroll").evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  await page.getByRole("button", { name: "Close the call" }).tap();
  await listed(page);
  expect(await page.locator(".list").isVisible()).toBe(true);
});

it("does not move for readers who asked for that", async () => {
  const page = await suite.open("/", { reducedMotion: "reduce" });
  await page.locator(".connection-live").waitFor();
  expect(await page.locator(".pulse").evaluate((dot) => getComputedStyle(dot).animationName)).toBe("none");
});

it("stays light: its code is at most 60 KiB as sent", async () => {
  const html = await (await fetch(suite.rig.url)).text();
  const scripts = [...html.matchAll(/<script[^>]* src="([^"]+)"/g)].map(([, path = ""]) => path);
  const sizes = await Promise.all(scripts.map(async (path) => gzipSync(await (await fetch(suite.rig.url + path)).bytes()).length));
  expect(sizes.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60 * 1024);
});
