import { afterEach, describe, expect, it } from "vitest";
import english from "../locale/en.json";
import chinese from "../locale/zh.json";
import { clockTime, explain, say, speak } from "./words";

/** The names in braces of a sentence. */
function blanks(sentence: string): string[] {
  return [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").sort();
}

describe("the catalogue", () => {
  afterEach(() => {
    speak("zh");
  });

  it("has every sentence in both languages, with the same blanks", () => {
    expect(Object.keys(english)).toEqual(Object.keys(chinese));
    for (const [key, sentence] of Object.entries(chinese)) {
      expect(blanks(english[key as keyof typeof english])).toEqual(blanks(sentence));
    }
  });

  it("fills blanks in the language that was chosen", () => {
    expect(say("do.call", { name: "B 班" })).toBe("请 B 班发言");
    expect(say("do.call", { name: "小明" })).toBe("请小明发言");
    expect(say("do.call", { name: "Tom" })).toBe("请 Tom 发言");
    speak("en");
    expect(say("do.call", { name: "Class B" })).toBe("Call Class B");
    expect(document.documentElement.lang).toBe("en");
  });

  it("explains the server's codes and reasons, each in its group", () => {
    expect(explain("locked")).toMatch(/锁/);
    expect(explain("ended", {}, "end")).not.toBe(explain("ended", {}, "recording"));
    expect(explain("too_many_sources", { most: 8 })).toContain("8");
  });

  it("shows a code it does not know rather than nothing", () => {
    expect(explain("a_code_of_tomorrow")).toBe("a_code_of_tomorrow");
  });

  it("shows time as a clock does", () => {
    expect(clockTime(761.9)).toBe("12:41");
    expect(clockTime(3723)).toBe("1:02:03");
    expect(clockTime(-1)).toBe("00:00");
  });
});
