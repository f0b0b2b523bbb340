import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { type QueryServer, startQueryServer } from "../../../collector/src/query/server.ts";
import { MemoryReader } from "./memory-reader.ts";

const pageDir = fileURLToPath(new URL("../../../collector/dist/page", import.meta.url));

/** The real query server over a store in memory. */
export interface Rig extends AsyncDisposable {
  readonly reader: MemoryReader;
  readonly url: string;
  readonly server: QueryServer;
}

export async function startRig(reader = new MemoryReader(), port = 0): Promise<Rig> {
  if (!existsSync(join(pageDir, "index.html"))) throw new Error("The page is not built. Run: node scripts/build.ts");
  const server = await startQueryServer({ host: "127.0.0.1", port, reader, onAccepted: reader.onAccepted, pageDir, version: "0.1.0" });
  return { reader, server, url: `http://127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server.close() };
}

/** A page, and everything that went wrong on it: errors, CSP violations, requests to other origins. */
export interface Watched extends AsyncDisposable {
  readonly page: Page;
  readonly wrong: readonly string[];
}

/** Opens a page of its own (own storage) and watches it. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
    ...options,
  });
  // Shorter than a test's own limit, so that a failure names what was waited for.
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const wrong: string[] = [];
  const { origin } = new URL(url);
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") wrong.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const target = request.url();
    if (!target.startsWith(`${origin}/`) && !target.startsWith("data:") && !target.startsWith("blob:"))
      wrong.push(`foreign request: ${target}`);
  });
  // As text: it runs in the page, whose globals this program does not have.
  await page.addInitScript({
    content:
      'document.addEventListener("securitypolicyviolation", (event) => console.error("CSP: " + event.violatedDirective + " " + event.blockedURI))',
  });
  await page.goto(url);
  return { page, wrong, [Symbol.asyncDispose]: () => context.close() };
}
