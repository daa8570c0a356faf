import vue from "@vitejs/plugin-vue";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

const here = import.meta.dirname;

/** Pages that a browser opens by an address of their own; each is one HTML file in browser/. */
const PAGES = ["index.html", "office.html", "setup.html"];

export default defineConfig({
  root: resolve(here, "browser"),
  cacheDir: resolve(here, "node_modules/.vite"),
  plugins: [vue()],
  build: {
    outDir: resolve(here, "dist"),
    emptyOutDir: true,
    sourcemap: true,
    target: ["chrome87", "firefox115", "safari15"],
    rolldownOptions: { input: PAGES.map((page) => resolve(here, "browser", page)) },
  },
  server: {
    proxy: { "/api": "http://localhost:8080", "/ws": { target: "ws://localhost:8080", ws: true } },
    // The sentences in signaling/locale are read by both languages, so they lie outside the root.
    fs: { allow: [resolve(here, "..")] },
  },
  test: {
    root: resolve(here, "browser"),
    environment: "happy-dom",
    include: ["**/*.test.ts"],
    // One page for all files: a page for each costs six times the CPU. `afresh.ts` clears it.
    isolate: false,
    pool: "threads",
    setupFiles: [resolve(here, "browser/afresh.ts")],
    unstubGlobals: true,
  },
});
