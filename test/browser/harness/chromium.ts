import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inflate } from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

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

const packageRoot = join(dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium"))), "..");

/** Sans-serif text in the font that the package brings, so that pages look alike on every machine. */
const FONTS = (dir: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${dir}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${dir}/fonts-cache</cachedir>
  <alias binding="strong"><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="strong"><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>ui-monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`;

/**
 * Unpacks the browser of the npm package, once for a version. The folder appears whole or not at all, because several
 * test processes may come at once and the package itself would take a half-written file for a browser.
 */
async function packagedChromium(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
  const ready = join(tmpdir(), `inpooling-chromium-${version}`);
  if (existsSync(ready)) return ready;
  const partial = mkdtempSync(`${ready}-`);
  const before = process.env["TMPDIR"];
  // The package unpacks into the temporary folder of the moment.
  process.env["TMPDIR"] = partial;
  try {
    await Promise.all(["chromium.br", "fonts.tar.br", "al2023.tar.br"].map((file) => inflate(join(packageRoot, "bin", file))));
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
  writeFileSync(join(partial, "fonts.conf"), FONTS(ready));
  try {
    renameSync(partial, ready);
  } catch {
    // Another process was faster; its folder is the same.
    rmSync(partial, { recursive: true });
  }
  return ready;
}

/** Libraries that the machine does not have come from the package, too. */
function libraries(dir: string): Record<string, string> {
  const listed = execFileSync("/bin/sh", ["-c", `ldd '${join(dir, "chromium")}' || true`], { encoding: "utf8" });
  return listed.includes("not found") ? { LD_LIBRARY_PATH: join(dir, "al2023/lib") } : {};
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
  const system = systemChromium();
  if (system !== "") return playwright.launch({ executablePath: system, headless: true, args: ARGS });
  const dir = await packagedChromium();
  const env = { ...process.env, ...libraries(dir), FONTCONFIG_FILE: join(dir, "fonts.conf") } as Record<string, string>;
  return playwright.launch({ executablePath: join(dir, "chromium"), headless: true, args: ARGS, env });
}
