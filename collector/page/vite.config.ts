import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

// The collector serves what this builds; nothing of it may come from anywhere else, so no preload polyfill (inline) and no CDN.
export default defineConfig({
  plugins: [preact()],
  base: "/",
  build: {
    outDir: "../dist/page",
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    // A data: font or script would break the CSP; images stay files, too.
    assetsInlineLimit: 0,
  },
  // For `vite` in development: the API comes from a running collector.
  server: { host: "127.0.0.1", proxy: { "/api": "http://127.0.0.1:4380" } },
});
