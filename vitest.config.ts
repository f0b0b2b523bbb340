import { defineConfig } from "vitest/config";

const conditions = ["inpooling-source"];

// Unit tests run on the sources (condition inpooling-source). Tests of the whole (folder test/) spawn the built packages;
// `pnpm test` runs them after the units, one file at a time: processes under test must not fight each other for two cores.
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: {
          name: "units",
          include: [
            "packages/*/test/**/*.test.ts",
            "collector/test/**/*.test.ts",
            "collector/page/test/**/*.test.{ts,tsx}",
            "examples/*/test/**/*.test.ts",
          ],
          pool: "forks",
          setupFiles: ["test/property-seed.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: {
          name: "whole",
          include: ["test/**/*.test.ts"],
          pool: "forks",
          setupFiles: ["test/property-seed.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
