import { afterEach, expect, test, vi } from "vitest";
import { type App, createApp, h } from "vue";
import Watermark from "./Watermark.vue";

let app: App | null = null;

afterEach(() => {
  app?.unmount();
  vi.useRealTimers();
});

test("it shows the viewer and the schools' time, wherever the browser is", () => {
  vi.useFakeTimers({ now: Date.parse("2026-11-25T17:30:00Z") });
  const place = document.createElement("div");
  app = createApp({ render: () => h(Watermark, { name: "汪主任" }) });
  app.mount(place);
  expect(place.textContent).toMatch(/汪主任 2026\/11\/26 0?1:30/u);
});
