import { expect, test } from "vitest";
import { wishOf } from "./keys";

const bare = { ctrlKey: false, altKey: false, metaKey: false };

test.each([
  [" ", { do: "toggle" }],
  ["K", { do: "toggle" }],
  ["j", { do: "skip", by: -10 }],
  ["ArrowRight", { do: "skip", by: 5 }],
  ["3", { do: "enlarge", index: 2 }],
  ["》", { do: "faster", steps: 1 }],
])("the key %s has its wish", (key, wish) => {
  expect(wishOf({ ...bare, key }, false)).toEqual(wish);
});

test("space on a button is the button's, and keys with Ctrl are the browser's", () => {
  expect(wishOf({ ...bare, key: " " }, true)).toBeNull();
  expect(wishOf({ ...bare, key: "l", ctrlKey: true }, false)).toBeNull();
});
