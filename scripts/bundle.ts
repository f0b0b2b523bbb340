// Bundles what an application loads into a handful of files: a hundred small modules cost it 20 ms at its start and
// its delivery thread 45 ms before the first call can leave. OpenTelemetry stays outside (peers must not be doubled).
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

interface Vite {
  build(config: object): Promise<unknown>;
}

const root = fileURLToPath(new URL("../packages/inpooling", import.meta.url));
// The page's bundler; this package brings none of its own.
const vite = (await import(
  pathToFileURL(createRequire(new URL("../collector/package.json", import.meta.url)).resolve("vite")).href
)) as Vite;
const outDir = join(root, "dist/bundle");

const entries = { index: "index.ts", register: "register.ts", worker: "deliver/worker.ts", opentelemetry: "opentelemetry/index.ts" };
const conditions = ["inpooling-source"];
rmSync(outDir, { recursive: true, force: true });
await vite.build({
  configFile: false,
  root,
  logLevel: "warn",
  resolve: { conditions },
  ssr: { resolve: { conditions }, noExternal: ["#record", "@inpooling/record"] },
  build: {
    ssr: true,
    outDir,
    minify: false,
    target: "node22",
    rollupOptions: {
      input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, "src", file)])),
      external: [/^node:/, /^@opentelemetry\//],
      output: { entryFileNames: "[name].js", chunkFileNames: "chunks/[name].js" },
    },
  },
});
