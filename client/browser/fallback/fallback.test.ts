import { Linter } from "eslint";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import chinese from "../locale/zh.json";
import SCRIPT from "./fallback.js?raw";

/** Runs the script as an old browser would, which knows nothing but these globals. */
function run(place: { pathname: string; agent?: string; rtc?: boolean }): void {
  const window = {
    tongkeWords: { zh: chinese, en: chinese },
    localStorage,
    onload: null as (() => void) | null,
    ...(place.rtc === true ? { RTCPeerConnection: Object } : {}),
  };
  const navigator = { userAgent: place.agent ?? "", language: "zh-CN" };
  const location = { pathname: place.pathname, href: `https://school${place.pathname}#token` };
  const names = ["window", "navigator", "location"];
  const script = new Function(...names, SCRIPT) as (...globals: unknown[]) => void;
  script(window, navigator, location);
  window.onload?.();
}

function page(): HTMLElement | null {
  return document.querySelector("[data-page=fallback]");
}

describe("the page for old browsers", () => {
  beforeEach(() => {
    vi.spyOn(document, "readyState", "get").mockReturnValue("loading");
    document.body.innerHTML = '<div id="app"></div>';
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("is written in what old browsers read", () => {
    const languageOptions = { ecmaVersion: 5, sourceType: "script" } as const;
    expect(new Linter().verify(SCRIPT, { languageOptions })).toEqual([]);
  });

  it("comes where WebRTC is missing, with the way out and the link", () => {
    run({ pathname: "/lesson", agent: "Mozilla/5.0 MicroMessenger/6.7 MQQBrowser/6.2" });
    expect(page()?.dataset.way).toBe("chat");
    expect(page()?.textContent).toContain(chinese["fallback.chat.1"]);
    expect(page()?.querySelector("input")?.value).toBe("https://school/lesson#token");
    expect(document.getElementById("app")).toBeNull();
  });

  it("tells an old kernel from WeChat", () => {
    run({ pathname: "/", agent: "Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0)" });
    expect(page()?.textContent).toContain(chinese["fallback.old.1"]);
  });

  it("comes where the lesson's own scripts did not start", () => {
    run({ pathname: "/replay", rtc: true });
    expect(page()?.dataset.way).toBe("other");
  });

  it("leaves a page alone that started, and a replay that needs no WebRTC", () => {
    document.getElementById("app")!.innerHTML = "<main></main>";
    run({ pathname: "/lesson", rtc: true });
    expect(page()).toBeNull();
    run({ pathname: "/replay" });
    expect(page()).toBeNull();
  });

  it("copies the link, or says how to where the browser does not", () => {
    const says = (): string => page()?.querySelector("p:last-child")?.textContent ?? "";
    document.execCommand = () => true;
    run({ pathname: "/lesson" });
    page()?.querySelector("button")?.click();
    expect(says()).toBe(chinese["fallback.copied"]);
    document.execCommand = () => {
      throw new Error("no");
    };
    page()?.querySelector("button")?.click();
    expect(says()).toBe(chinese["fallback.by_hand"]);
  });
});
