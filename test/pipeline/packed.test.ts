// The packed tarballs, installed in an empty folder outside the workspace, record a call under each supported Node.
import { execFile, execFileSync, spawn } from "node:child_process";
import { cpSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSuperApi, type SuperApi } from "@inpooling/example-superapi";
import { temporaryFolder } from "./harness/collector.ts";
import { NODE_24, RUNTIMES } from "./harness/runtimes.ts";

// SuperApi answers from this very process: nothing may block it.
const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = temporaryFolder("packed");
let api: SuperApi;

/** `pnpm pack` writes the manifest that is published (the catalog's versions in it), then npm installs as a user does. */
function pack(directory: string): string {
  const before = new Set(readdirSync(folder));
  const pnpm = process.env["npm_execpath"] ?? "";
  const [command, ...args] = /\.[cm]?js$/.test(pnpm) ? [process.execPath, pnpm] : pnpm.includes("pnpm") ? [pnpm] : ["npx", "-y", "pnpm@12"];
  execFileSync(command as string, [...args, "pack", "--pack-destination", folder], { cwd: join(root, directory), stdio: "pipe" });
  return readdirSync(folder).find((file) => file.endsWith(".tgz") && !before.has(file)) ?? "";
}

beforeAll(async () => {
  api = await startSuperApi();
  const tarballs = [pack("packages/inpooling"), pack("collector")];
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  execFileSync("npm", ["install", "--no-audit", "--no-fund", ...tarballs.map((file) => `./${file}`)], { cwd: folder, stdio: "pipe" });
  cpSync(join(root, "test/pipeline/programs/one-call.mjs"), join(folder, "app.mjs"));
}, 300_000);
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

test("from tarballs: one call each on Node 22, 24 and 26, found by the installed command", async () => {
  const command = join(folder, "node_modules/@inpooling/collector/dist/cli/main.js");
  const collector = spawn(NODE_24, [command, "up", "--data", join(folder, "data"), "--otlp-port", "0", "--page-port", "0"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [page, otlp] = await new Promise<[string, string]>((resolve, reject) => {
      collector.once("exit", (code) => reject(new Error(`the packed collector ended with ${code}`)));
      collector.stdout.setEncoding("utf8").on("data", (text: string) => {
        const ready = /^inpooling ready page=(\S+) otlp=(\S+)/m.exec(text);
        if (ready !== null) resolve([ready[1] ?? "", ready[2] ?? ""]);
      });
    });
    for (const { name, node } of RUNTIMES) {
      const env = {
        PATH: process.env["PATH"] ?? "",
        ORIGIN: api.origin,
        INPOOLING_ENDPOINT: otlp,
        OTEL_SERVICE_NAME: name.replace(" ", "-"),
      };
      await run(node, ["--require", "inpooling/register", "app.mjs"], { cwd: folder, env });
    }
    const query = async (): Promise<string[]> =>
      (await run(NODE_24, [command, "query", "--url", page, "--json", "route:/v1/balance"])).stdout
        .split("\n")
        .filter((line) => line !== "");
    const limit = Date.now() + 20_000;
    while ((await query()).length < RUNTIMES.length && Date.now() < limit) await new Promise((resolve) => setTimeout(resolve, 100));
    const services = (await query()).map((line) => (JSON.parse(line) as { service: string }).service);
    expect(services.toSorted()).toEqual(["Node-22", "Node-24", "Node-26"]);
    expect(await (await fetch(page)).text()).toContain("<title>");
  } finally {
    collector.kill("SIGINT");
    await new Promise((resolve) => collector.once("exit", resolve));
  }
}, 120_000);
