import { describe, expect, it } from "vitest";
import type { LinkQuality, LinkReason, LinkStep, Pulse } from "../protocol/messages";
import { emptyLesson } from "../state/fold";
import { weakLines } from "./weak_lines";
import { speak } from "./words";

const lesson = {
  ...emptyLesson(),
  participants: ["a", "b"].map((participant) => ({
    participant,
    role: "room" as const,
    host: participant === "a",
    devices: [],
    audio_master: null,
  })),
};
const me = { participant: "b", device: "d", role: "room", leads: false } as const;

function pulse(...links: readonly [string, LinkStep | null, LinkReason | null][]): Pulse {
  const told = links.map(([participant, step, reason]): LinkQuality => ({
    participant,
    rtt_ms: 20,
    loss: 0,
    step,
    reason,
  }));
  return {
    type: "pulse",
    speaking: [],
    links: told,
    recorded: [],
    free_space: null,
    hands_over_at: null,
  };
}

describe("a weak line", () => {
  it("is told with what is left and why, in plain words", () => {
    speak("zh");
    expect(weakLines(lesson, new Map(), pulse(["b", "stills", "narrow"]), me)).toEqual([
      {
        participant: "b",
        sentence: "网络较慢，先保证声音；共享画面每 10 秒更新一次。",
      },
    ]);
    speak("en");
    const [loss] = weakLines(lesson, new Map(), pulse(["b", "low", "loss"]), me);
    expect(loss?.sentence).toBe(
      "Much is lost on the network, so pictures are less sharp or less smooth for now; sound is not affected.",
    );
    speak("zh");
  });

  it("of somebody else is told by name, after one's own", () => {
    const told = weakLines(
      lesson,
      new Map(),
      pulse(["a", "low", "budget"], ["b", "low", "narrow"]),
      me,
    );
    expect(told.map((one) => one.participant)).toEqual(["b", "a"]);
    expect(told[1]?.sentence).toMatch(/^A 班：/);
  });

  it("is none while everything is there or nothing is known", () => {
    const fine = pulse(["a", null, null], ["b", "high", "narrow"]);
    expect(weakLines(lesson, new Map(), fine, me)).toEqual([]);
    expect(weakLines(lesson, new Map(), pulse(["b", "low", "enough"]), me)).toEqual([]);
    expect(weakLines(lesson, new Map(), null, me)).toEqual([]);
  });
});
