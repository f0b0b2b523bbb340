// Takes the pictures of the page that the README shows: docs/page.png and docs/page-dark.png.
// `node scripts/screenshot.ts` serves sample calls from memory, so that the pictures are alike on every machine;
// `node scripts/screenshot.ts --url http://127.0.0.1:4380/calls/<id>` takes them of a running collector.
import { spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const SOURCES = "--conditions=inpooling-source";
/** A README must stay light to load. */
const MAX_BYTES = 400 * 1024;

/** Starts this script again in a process that runs the sources of the workspace's packages. */
function rerun(): never {
  const done = spawnSync(process.execPath, [SOURCES, fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  process.exit(done.status ?? 1);
}

async function sampleCollector() {
  const [{ startRig }, { samples }, { call, callId }] = await Promise.all([
    import("../test/browser/harness/page.ts"),
    import("../test/browser/harness/samples.ts"),
    import("../test/browser/harness/call.ts"),
  ]);
  const rig = await startRig();
  const now = Date.now();
  const all = samples(now);
  const shown = all.calls.filter((one) => one !== all.hostile && one !== all.big && one !== all.cut);
  rig.reader.accept(shown);
  return {
    url: `${rig.url}/calls/${callId(all.stream)}`,
    /** What arrives while the call is read. */
    arrive: () =>
      rig.reader.accept([1, 2, 3].map((item) => call({ at: now + item, url: `https://api.github.com/repos/acme/shop/pulls/${item}` }))),
    close: () => rig.server.close(),
  };
}

async function take(url: string, arrive: () => void): Promise<void> {
  const [{ launchChromium }, { openPage }] = await Promise.all([
    import("../test/browser/harness/chromium.ts"),
    import("../test/browser/harness/page.ts"),
  ]);
  await using browser = await launchChromium();
  mkdirSync(join(root, "docs"), { recursive: true });
  for (const [file, colorScheme] of [
    ["docs/page.png", "light"],
    ["docs/page-dark.png", "dark"],
  ] as const) {
    await using watched = await openPage(browser, url, { colorScheme, deviceScaleFactor: 1 });
    await watched.page.locator(".connection-live").waitFor();
    await watched.page.locator(".body").waitFor();
    arrive();
    await watched.page.locator(".new-calls").waitFor();
    await watched.page.screenshot({ path: join(root, file), animations: "disabled" });
    const { size } = statSync(join(root, file));
    process.stdout.write(`${file}: ${Math.round(size / 1024)} KiB\n`);
    if (size > MAX_BYTES) throw new Error(`${file} has ${size} bytes; the README allows ${MAX_BYTES}. Lower deviceScaleFactor.`);
  }
}

const { url } = parseArgs({ options: { url: { type: "string" } } }).values;
if (url !== undefined) await take(url, () => undefined);
else if (!process.execArgv.includes(SOURCES)) rerun();
else {
  const collector = await sampleCollector();
  try {
    await take(collector.url, collector.arrive);
  } finally {
    await collector.close();
  }
}
