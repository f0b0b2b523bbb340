import { execFileSync } from "node:child_process";
import { chromium as playwright, type Browser } from "playwright-core";
import packaged from "@sparticuz/chromium";

/** A browser of the machine, "" where there is none. */
function systemChromium(): string {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("/bin/sh", ["-c", `command -v ${name}`], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    } catch {
      // Not this one.
    }
  }
  return "";
}

/** Nothing of a test may leave loopback, and as root there is no sandbox. */
const ARGS = [
  "--no-sandbox",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-domain-reliability",
  "--disable-gpu",
  "--font-render-hinting=none",
];

/** Starts a real Chromium: the machine's, else the one that the npm package carries. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = systemChromium() || (await packaged.executablePath());
  return playwright.launch({ executablePath, headless: true, args: ARGS });
}
