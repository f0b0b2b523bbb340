// Bundles what an application loads into a handful of files: a hundred small modules cost it 20 ms at its start and
// its delivery thread 45 ms before the first call can leave. The parts of OpenTelemetry's SDK that delivery goes through
// are bundled too: 50 kB instead of nine packages and 20 MB. The bridge's API and instrumentation are the application's
// own and stay outside: a second copy would not see its spans.
import { rmSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
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

function isOutside(id: string, importer = ""): boolean {
  return (
    id.startsWith("node:") || isBuiltin(id) || (id.startsWith("@opentelemetry/") && importer.startsWith(join(root, "src/opentelemetry")))
  );
}

rmSync(outDir, { recursive: true, force: true });
await vite.build({
  configFile: false,
  root,
  logLevel: "warn",
  resolve: { conditions },
  ssr: { resolve: { conditions }, noExternal: true },
  build: {
    ssr: true,
    outDir,
    minify: false,
    target: "node22",
    rollupOptions: {
      input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, "src", file)])),
      external: isOutside,
      output: { entryFileNames: "[name].js", chunkFileNames: "chunks/[name].js" },
    },
  },
});
