import { describe, expect, it } from "vitest";
import { browserOf } from "./browser";

const NAMES: readonly (readonly [string, string])[] = [
  ["Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge 120, Windows"],
  ["Mozilla/5.0 (Linux; Android 12) Chrome/99.0 MicroMessenger/8.0.2", "WeChat 8, Android"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0", "Firefox 115, Linux"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 15_0) Version/15.0 Safari/604", "Safari 15, iPhone/iPad"],
  ["Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/156.0 Safari/537", "Chrome 156, Linux"],
  ["something else", "Windows"],
];

describe("a browser's name", () => {
  it.each(NAMES)("is short: %s", (agent, name) => {
    expect(browserOf(agent, 0)).toBe(name);
  });
});
