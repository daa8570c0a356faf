import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createApp, h, nextTick } from "vue";
import HoldButton from "./HoldButton.vue";

describe("the hold button", () => {
  let held = 0;
  let button: HTMLButtonElement;

  beforeEach(() => {
    vi.useFakeTimers();
    held = 0;
    const place = document.createElement("div");
    document.body.replaceChildren(place);
    createApp({
      render: () => h(HoldButton, { label: "下课", onHeld: () => (held += 1) }),
    }).mount(place);
    button = place.querySelector("button")!;
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it("does nothing on a tap", () => {
    button.dispatchEvent(new PointerEvent("pointerdown", { button: 0 }));
    vi.advanceTimersByTime(900);
    button.dispatchEvent(new PointerEvent("pointerup"));
    vi.advanceTimersByTime(2000);
    expect(held).toBe(0);
  });

  it("acts once after a second of pointer or Enter key, while a ring fills", async () => {
    button.dispatchEvent(new PointerEvent("pointerdown", { button: 0 }));
    await nextTick();
    expect(button.classList.contains("holding")).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(held).toBe(1);
    button.dispatchEvent(new PointerEvent("pointerup"));
    button.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    button.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", repeat: true }));
    vi.advanceTimersByTime(1000);
    expect(held).toBe(2);
  });

  it("starts again when Enter is let go early", () => {
    button.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    vi.advanceTimersByTime(600);
    button.dispatchEvent(new KeyboardEvent("keyup", { key: "Enter" }));
    button.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    vi.advanceTimersByTime(600);
    expect(held).toBe(0);
    vi.advanceTimersByTime(400);
    expect(held).toBe(1);
  });

  it("counts how long it was held where a busy page tells the release before the timer", () => {
    const at = (type: string, timeStamp: number): PointerEvent =>
      Object.defineProperty(new PointerEvent(type, { button: 0 }), "timeStamp", {
        value: timeStamp,
      });
    button.dispatchEvent(at("pointerdown", 5000));
    button.dispatchEvent(at("pointerup", 5999));
    expect(held).toBe(0);
    button.dispatchEvent(at("pointerdown", 7000));
    button.dispatchEvent(at("pointerup", 8300));
    expect(held).toBe(1);
    vi.advanceTimersByTime(2000);
    expect(held).toBe(1);
  });
});
