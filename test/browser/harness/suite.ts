import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { openPage, type Rig, startRig, type Watched } from "./page.ts";
import { type Samples, samples } from "./samples.ts";

/** What the tests of one file share: a browser, a collector with the sample calls, and pages that must stay clean. */
export class Suite {
  browser!: Browser;
  rig!: Rig;
  samples!: Samples;
  /** Faults that a test brings about itself; everything else on a page fails it. */
  expected: RegExp[] = [];
  #open: Watched[] = [];

  constructor() {
    beforeAll(async () => {
      this.browser = await launchChromium();
      this.rig = await startRig();
      this.samples = samples();
      this.rig.reader.accept(this.samples.calls);
    });
    afterAll(async () => {
      await this.browser.close();
      await this.rig[Symbol.asyncDispose]();
    });
    afterEach(async () => {
      const wrong = this.#open.flatMap((watched) => watched.wrong);
      for (const watched of this.#open.splice(0)) await watched[Symbol.asyncDispose]();
      const { expected } = this;
      this.expected = [];
      expect(wrong.filter((fault) => !expected.some((pattern) => pattern.test(fault)))).toEqual([]);
    });
  }

  /** Opens a path of the page in a browser of its own. */
  async open(path: string, options: BrowserContextOptions = {}, url = this.rig.url): Promise<Page> {
    const watched = await openPage(this.browser, url + path, options);
    this.#open.push(watched);
    return watched.page;
  }
}

/** The rows of the list that are in the page. */
export const rows = (page: Page): Locator => page.locator(".rows [role=row]");

/** Waits until the list shows calls. */
export async function listed(page: Page): Promise<void> {
  await rows(page).first().waitFor();
}

export function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Asks again until the expectation holds. */
export function soon<T>(what: () => T | Promise<T>) {
  return expect.poll(what, { timeout: 10_000 });
}
