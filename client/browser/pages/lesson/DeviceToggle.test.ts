import { expect, test } from "vitest";
import { createApp, h } from "vue";
import DeviceToggle from "./DeviceToggle.vue";

function mounted(on: boolean, toggled: () => void = () => undefined): HTMLButtonElement {
  const place = document.createElement("div");
  createApp({
    render: () => h(DeviceToggle, { device: "camera", on, onToggle: toggled }),
  }).mount(place);
  return place.querySelector("button")!;
}

function wordsOf(button: HTMLButtonElement): (string | undefined)[] {
  return [".deed", "small"].map((part) => button.querySelector(part)?.textContent);
}

test("it says in words what a press does and how the device stands", () => {
  expect(wordsOf(mounted(true))).toEqual(["关摄像头", "开着"]);
  expect(wordsOf(mounted(false))).toEqual(["打开摄像头", "关着"]);
});

test("its sign is struck through only when the device is off", () => {
  expect(mounted(true).querySelectorAll("path")).toHaveLength(1);
  expect(mounted(false).querySelectorAll("path.gap")).toHaveLength(1);
});

test("it acts at one tap", () => {
  let taps = 0;
  mounted(true, () => (taps += 1)).click();
  expect(taps).toBe(1);
});
