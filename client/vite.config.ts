import vue from "@vitejs/plugin-vue";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = import.meta.dirname;

/** Pages that a browser opens by an address of their own; each is one HTML file in browser/. */
const PAGES = ["index.html", "office.html", "setup.html"];

/** The sentences of the page for old browsers, which no module can hand it. */
function fallbackWords(): Record<string, Record<string, string>> {
  return Object.fromEntries(
    ["zh", "en"].map((language) => {
      const file = resolve(here, "browser/locale", `${language}.json`);
      const all = Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, string>);
      return [language, Object.fromEntries(all.filter(([word]) => word.startsWith("fallback.")))];
    }),
  );
}

/**
 * Puts browser/fallback/fallback.js into the pages of index.html as it stands, with its sentences:
 * bundling would make it a module, and whoever needs it reads none.
 */
function fallback(): Plugin {
  let reference = "";
  return {
    name: "tongke-fallback",
    apply: "build",
    buildStart() {
      const code = readFileSync(resolve(here, "browser/fallback/fallback.js"), "utf8");
      const source = `window.tongkeWords = ${JSON.stringify(fallbackWords())};\n${code}`;
      reference = this.emitFile({ type: "asset", name: "fallback.js", source });
    },
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const page = bundle["index.html"];
        if (page?.type === "asset") {
          const script = `<script src="/${this.getFileName(reference)}"></script>`;
          page.source = String(page.source).replace("</body>", `  ${script}\n  </body>`);
        }
      },
    },
  };
}

export default defineConfig({
  root: resolve(here, "browser"),
  cacheDir: resolve(here, "node_modules/.vite"),
  plugins: [vue(), fallback()],
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
