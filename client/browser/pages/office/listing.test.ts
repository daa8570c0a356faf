import { describe, expect, it } from "vitest";
import { createApp, h } from "vue";
import { fits, listing, type Listing } from "./listing";

describe("a search", () => {
  it("finds every word of it, in whatever width and case", () => {
    expect(fits("", ["三(1)班"])).toBe(true);
    expect(fits("三（１）", ["三(1)班", "尼山小学"])).toBe(true);
    expect(fits("尼山 三", ["三(1)班", "尼山小学"])).toBe(true);
    expect(fits("尼山 四", ["三(1)班", "尼山小学"])).toBe(false);
    expect(fits("ZHANG", ["zhang.wei"])).toBe(true);
  });
});

describe("a list", () => {
  it("is loaded when its page opens, searched and shown piece by piece", async () => {
    let list: Listing<number[], number> | undefined;
    const numbers = Array.from({ length: 250 }, (_, at) => at);
    const app = createApp({
      setup() {
        list = listing(
          () => Promise.resolve(numbers),
          (answer) => answer,
          (row) => [String(row)],
        );
        return () => h("div");
      },
    });
    app.mount(document.createElement("div"));
    await new Promise((resolve) => setTimeout(resolve));
    expect(list?.total.value).toBe(250);
    expect(list?.rows.value.length).toBe(100);
    expect(list?.sheet.value).toMatchObject({ total: 250, shown: 100, ready: true, hasMore: true });
    list?.sheet.value.onMore();
    list?.showMore();
    expect([list?.rows.value.length, list?.hasMore.value]).toEqual([250, false]);
    if (list !== undefined) {
      list.query.value = "24";
    }
    expect(list?.rows.value).toEqual([
      24, 124, 224, 240, 241, 242, 243, 244, 245, 246, 247, 248, 249,
    ]);
    app.unmount();
  });
});
