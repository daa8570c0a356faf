import { describe, expect, it } from "vitest";
import type { Event, LessonState, Told } from "../protocol/messages";
import { emptyLesson, fold } from "./fold";

/** What the server's own fold said of the same events, one file per story. */
interface Story {
  readonly events: Told[];
  readonly states: Readonly<Record<string, { seen: Told[]; state: LessonState }>>;
}

const STORIES = import.meta.glob<Story>("../../../tests/vectors/fold/*.json", {
  eager: true,
  import: "default",
});

function folded(...events: Event[]): LessonState {
  return events.reduce(
    (state, event, n) => fold(state, { type: "event", n, t: n * 10, event }),
    emptyLesson(),
  );
}

const OPENED: Event = {
  type: "lesson_opened",
  lesson: "l",
  utc: "2026-03-04T01:10:00Z",
  planned_seconds: 2400,
  rooms: [
    { participant: "a", host: true },
    { participant: "b", host: false },
  ],
};

function range(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, k) => String(from + k));
}

describe("the reducer", () => {
  for (const [name, { states }] of Object.entries(STORIES)) {
    for (const [audience, { seen, state }] of Object.entries(states)) {
      it(`agrees with the server on ${name.replace(/.*\//, "")} for ${audience}`, () => {
        expect(seen.reduce(fold, emptyLesson())).toEqual(state);
      });
    }
  }

  it("expects the planned rooms from the first line on", () => {
    const state = folded(OPENED);
    expect(state.participants.map((one) => [one.participant, one.host])).toEqual([
      ["a", true],
      ["b", false],
    ]);
  });

  it("keeps a room that left and forgets a person that left", () => {
    const state = folded(
      OPENED,
      { type: "participant_joined", participant: "p", role: "pupil", host: false },
      { type: "participant_left", participant: "p", reason: "left" },
      { type: "participant_left", participant: "b", reason: "left" },
    );
    expect(state.participants.map((one) => one.participant)).toEqual(["a", "b"]);
  });

  it("takes no event twice", () => {
    const state = folded(OPENED, { type: "lesson_started", by: null });
    const again = fold(state, {
      type: "event",
      n: 1,
      t: 99,
      event: { type: "lesson_started", by: null },
    });
    expect(again).toBe(state);
    expect(again.started).toBe(10);
  });

  it("keeps hands in order of time and a raised hand where it is", () => {
    const state = folded(
      OPENED,
      { type: "hand_raised", participant: "b" },
      { type: "hand_raised", participant: "p" },
      { type: "hand_raised", participant: "b" },
    );
    expect(state.hands).toEqual([
      { participant: "b", since: 10 },
      { participant: "p", since: 20 },
    ]);
  });

  it("continues a source that is published again, turned on", () => {
    const state = folded(
      OPENED,
      { type: "source_published", source: "b/camera", kind: "camera", device: "1", codec: "h264" },
      { type: "consent_decided", source: "b/camera", allowed: true, reason: "room" },
      { type: "source_enabled", source: "b/camera", on: false },
      { type: "source_published", source: "b/camera", kind: "camera", device: "2", codec: "vp8" },
    );
    expect(state.sources).toEqual([
      {
        source: "b/camera",
        kind: "camera",
        device: "2",
        codec: "vp8",
        on: true,
        recorded: true,
        consent: "room",
      },
    ]);
  });

  it("keeps the last 200 lines of chat", () => {
    const lines = Array.from({ length: 250 }, (_, k): Event => {
      return { type: "chat_sent", participant: "b", text: String(k) };
    });
    const { chat } = folded(OPENED, ...lines);
    expect(chat.length).toBe(200);
    expect(chat[0]?.text).toBe("50");
  });

  it("keeps the last 20 private lines of each room", () => {
    const line = (participant: string, text: string): Event => {
      return { type: "whispered", participant, host: "a", by_host: false, text };
    };
    const many = Array.from({ length: 30 }, (_, k) => line("b", String(k)));
    const { whispers } = folded(OPENED, line("c", "好"), ...many);
    expect(whispers?.map((one) => one.text)).toEqual(["好", ...range(10, 30)]);
  });
});
