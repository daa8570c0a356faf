import { describe, expect, it } from "vitest";
import { createApp, h } from "vue";
import type { LessonState } from "../protocol/messages";
import { emptyLesson } from "../state/fold";
import StatusLine from "./StatusLine.vue";
import { say } from "./words";

const LIVE: LessonState = {
  ...emptyLesson(),
  phase: "live",
  started: 100,
  planned_seconds: 2400,
  recording: true,
};

/** The line at a lesson time. */
function line(lesson: LessonState, now: number, handsOverAt: number | null = null): HTMLElement {
  const place = document.createElement("div");
  const given = { lesson, now, handsOverAt, names: new Map<string, string>() };
  createApp({ render: () => h(StatusLine, given) }).mount(place);
  return place;
}

function text(place: HTMLElement, selector: string): string | null {
  return place.querySelector(selector)?.textContent?.trim() ?? null;
}

describe("the status line", () => {
  it("counts from the lesson's start and tells by how much it overruns", () => {
    const before = line(LIVE, 100 + 2399);
    expect(text(before, "[data-elapsed]")).toBe("39:59");
    expect(text(before, "[data-overrun]")).toBeNull();
    const after = line(LIVE, 100 + 2400 + 65);
    expect(text(after, "[data-elapsed]")).toBe("41:05");
    expect(text(after, "[data-overrun]")).toBe(say("status.overrun", { time: "01:05" }));
  });

  it("tells minutes before that the classroom goes to its next lesson", () => {
    const told = (seconds: number): string | null =>
      text(line(LIVE, 900, 900 + seconds), "[data-hands-over]");
    expect(text(line(LIVE, 900), "[data-hands-over]")).toBeNull();
    expect(told(299)).toBe(say("status.hands_over", { minutes: 5 }));
    expect(told(1)).toBe(say("status.hands_over", { minutes: 1 }));
    expect(told(-1)).toBe(say("status.hands_over", { minutes: 1 }));
  });

  it("says that it records, or that it does not and why", () => {
    expect(text(line(LIVE, 200), "[data-recording=on]")).toContain(say("status.recording"));
    const full = line({ ...LIVE, recording: false, recording_reason: "no_space" }, 200);
    expect(text(full, "[data-recording=on]")).toBeNull();
    const said = text(full, "[data-recording=off]") ?? "";
    expect(said.startsWith(say("status.not_recording"))).toBe(true);
    expect(said.length).toBeGreaterThan(say("status.not_recording").length + 4);
  });

  it("takes a pause for no trouble", () => {
    const paused = line({ ...LIVE, recording: false, paused: true }, 200);
    expect(text(paused, "[data-recording]")).toBeNull();
    expect(text(paused, "[data-floor]")).toBe(say("status.paused"));
  });
});
