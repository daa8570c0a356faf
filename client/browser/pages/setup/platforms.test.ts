import { describe, expect, it } from "vitest";
import { destination, PLATFORMS, platformOf, WAYS, type Platform } from "./platforms";

const AGENTS: readonly (readonly [string, number, Platform])[] = [
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120", 10, "windows"],
  ["Mozilla/5.0 (X11; Linux x86_64) UOS Professional Chrome/87", 0, "uos"],
  ["Mozilla/5.0 (X11; Kylin; Linux aarch64) Chrome/94", 0, "uos"],
  ["Mozilla/5.0 (Linux; Android 12; HUAWEI) Chrome/99 Mobile MicroMessenger/8", 5, "android"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) Safari/604.1", 5, "iphone"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/15.0 Safari/605.1", 5, "iphone"],
  ["Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140", 0, "debian"],
  ["something else", 0, "windows"],
];

describe("a platform", () => {
  it.each(AGENTS)("is known by its browser: %s", (agent, touches, platform) => {
    expect(platformOf(agent, touches)).toBe(platform);
  });

  it("has three steps and one download", () => {
    for (const platform of PLATFORMS) {
      expect(WAYS[platform].steps).toHaveLength(3);
      expect(WAYS[platform].download).toMatch(/^\/setup\//);
    }
  });
});

describe("where one goes once the certificate is trusted", () => {
  const origin = "https://192.0.2.7:8080";

  it("is what was asked for, with its key", () => {
    expect(destination(origin, "?then=/lesson", "#key")).toBe(`${origin}/lesson#key`);
  });

  it("is the door when nothing was, or something that is no page of ours", () => {
    expect(destination(origin, "", "#key")).toBe(`${origin}/`);
    expect(destination(origin, "?then=@evil.example/", "#key")).toBe(`${origin}/`);
  });
});
