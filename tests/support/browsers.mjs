/**
 * Drives Chromium and Firefox for tests written in Python: one JSON line in, one JSON line out.
 *
 * A request is `{id, do, ...}`; the reply `{id, value}` or `{id, error}`. Requests run side by side,
 * so that one page may be asked while another is busy. The program ends, and its browsers with it,
 * when standard input closes.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const needs = createRequire(new URL("../../client/package.json", import.meta.url));
const { Puppeteer, default: puppeteer } = needs("puppeteer-core");
const IN_PAGE = ["./in_page.js", "./beats.js"]
  .map((name) => readFileSync(new URL(name, import.meta.url), "utf8"))
  .join("\n");

/**
 * Features that tests do without. Each window's address bar would have renderers of its own for
 * its lists (Chromium 156): a second of processor time for every page that a test opens.
 */
const WITHOUT = [
  "WebRtcHideLocalIpsWithMdns",
  "CalculateNativeWinOcclusion",
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
];
const CHROMIUM = [
  "--no-sandbox",
  "--disable-gpu",
  "--autoplay-policy=no-user-gesture-required",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  `--disable-features=${WITHOUT.join(",")}`,
];
const FIREFOX = {
  "dom.min_background_timeout_value": 4,
  "media.autoplay.blocking_policy": 0,
  "media.autoplay.default": 0,
  "media.navigator.permission.disabled": true,
  "media.peerconnection.ice.loopback": true,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
};

/**
 * `worded/[tags, words]` is what is visible, may be used and bears these words, by its text or its
 * label. Spaces don't count: pages put a little room between Chinese and letters. Looked for anew at
 * each attempt, so that what a page takes away while it changes is not waited for.
 */
Puppeteer.registerCustomQueryHandler("worded", {
  queryOne(root, given) {
    const [tags, words] = JSON.parse(given);
    const flat = (text) => (text ?? "").replace(/\s/g, "");
    const said = (one) => [
      flat(one.getAttribute("aria-label")),
      flat(one.placeholder),
      flat(one.innerText),
      ...[one, ...(one.labels ?? [])].map((line) => flat(line.innerText?.split("\n")[0])),
    ];
    const fits = (one) =>
      one.getClientRects().length > 0 && !one.disabled && said(one).includes(flat(words));
    return [...root.querySelectorAll(tags)].find(fits) ?? null;
  },
});

const browsers = new Map();
const pages = new Map();

const deeds = {
  /**
   * Starts a browser; `args` are further flags of Chromium, `prefs` further settings of Firefox,
   * `profile` is a folder that it keeps.
   */
  async launch({ browser, args = [], prefs = {}, profile = null, as = browser }) {
    const extraPrefsFirefox = { ...FIREFOX, ...prefs };
    const options =
      browser === "firefox"
        ? { browser, executablePath: "/usr/bin/firefox-esr", extraPrefsFirefox }
        : { browser: "chrome", executablePath: "/usr/bin/chromium", args: [...CHROMIUM, ...args] };
    const kept = profile === null ? {} : { userDataDir: profile };
    const started = await puppeteer.launch({ ...options, ...kept, headless: true, timeout: 60_000 });
    browsers.set(as, started);
    return started.version();
  },

  /** Ends a browser as a cut of power does. */
  async kill({ browser }) {
    const running = browsers.get(browser);
    const gone = new Promise((resolve) => running.process().once("exit", resolve));
    running.process().kill("SIGKILL");
    await gone;
    browsers.delete(browser);
    for (const [name, page] of pages) {
      if (page.browser() === running) {
        pages.delete(name);
      }
    }
  },

  /** Opens an empty page, but for a `kept` one in a context of its own: no page hides another. */
  async open({ page, browser, viewport, options, kept = false }) {
    const running = browsers.get(browser);
    const context = kept ? running.defaultBrowserContext() : await running.createBrowserContext();
    const opened = await context.newPage();
    opened.on("pageerror", (error) => console.error(page, error.message));
    await opened.setViewport(viewport);
    if (options !== null) {
      const settings = `globalThis.interopOptions = ${JSON.stringify(options)};`;
      await opened.evaluateOnNewDocument(`${settings}\n${IN_PAGE}`);
    }
    pages.set(page, opened);
  },

  goto: ({ page, url }) => pages.get(page).goto(url, { timeout: 60_000 }).then(() => null),
  evaluate: ({ page, script }) => pages.get(page).evaluate(script),
  viewport: ({ page, viewport }) => pages.get(page).setViewport(viewport),
  keyDown: ({ page, key }) => pages.get(page).keyboard.down(key),
  keyUp: ({ page, key }) => pages.get(page).keyboard.up(key),
  write: ({ page, text }) => pages.get(page).keyboard.type(text),
  screenshot: ({ page, path }) => pages.get(page).screenshot({ path }).then(() => null),

  /** Presses the pointer for some milliseconds on an element that stands still and is enabled. */
  async press({ page, selector, delay = 0 }) {
    await pages.get(page).locator(selector).setTimeout(20_000).click({ delay });
  },

  /** Presses a link and waits until what it leads to is loaded. */
  async follow({ page, selector }) {
    const left = pages.get(page).waitForNavigation({ timeout: 20_000 });
    await Promise.all([left, pages.get(page).click(selector)]);
  },

  async close({ page }) {
    await pages.get(page).close();
    pages.delete(page);
  },

  /** Closes all pages with their contexts; the browsers stay. */
  async clear() {
    const contexts = new Set([...pages.values()].map((page) => page.browserContext()));
    pages.clear();
    await Promise.all([...contexts].map((context) => context.close()));
  },
};

async function answer(line) {
  const { id, do: deed, ...rest } = JSON.parse(line);
  const begun = Date.now();
  try {
    const value = (await deeds[deed](rest)) ?? null;
    process.stdout.write(`${JSON.stringify({ id, value })}\n`);
    if (!["evaluate", "keyDown", "keyUp"].includes(deed)) {
      console.error(deed, rest.page ?? rest.browser, `${Date.now() - begun} ms`);
    }
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ id, error: String(error) })}\n`);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  void answer(line);
}
await Promise.allSettled([...browsers.values()].map((browser) => browser.close()));
process.exit(0);
