import { defineConfig } from "vitest/config";

// Unit tests run on the sources (condition inpooling-source); processes that tests spawn run the built packages.
export default defineConfig({
  resolve: { conditions: ["inpooling-source"] },
  ssr: { resolve: { conditions: ["inpooling-source"] } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "collector/test/**/*.test.ts", "collector/page/test/**/*.test.{ts,tsx}", "examples/*/test/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
