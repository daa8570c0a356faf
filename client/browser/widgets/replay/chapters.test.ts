import { expect, test } from "vitest";
import type { Event, Replay } from "../../protocol/messages";
import { emptyLesson } from "../../state/fold";
import { chaptersOf } from "./chapters";
import { castOf, spanOf } from "./span";
import type { Item } from "./story";

const rooms = [
  { participant: "a", host: true },
  { participant: "b", host: false },
];
const screen = { source: "a/screen", kind: "screen", device: "d", codec: "vp8" } as const;

function chapters(happened: [number, Event][]): Item[] {
  const all: [number, Event][] = [
    [0, { type: "lesson_opened", lesson: "l", utc: "", planned_seconds: 60, rooms }],
    [2, { type: "lesson_started", by: null }],
    ...happened,
    [100, { type: "lesson_ended", reason: "ended", by: null }],
  ];
  const replay: Replay = {
    lesson: "l",
    title: "春晓",
    duration: 100,
    started: 2,
    people: [],
    tracks: [],
    talk: [],
    events: all.map(([t, event], n) => ({ type: "event", n, t, event })),
    initial: emptyLesson(),
  };
  return chaptersOf({ replay, cast: castOf(replay), names: new Map(), span: spanOf(replay) });
}

test("a lesson without a turn is one chapter", () => {
  expect(chapters([])).toEqual([{ n: -1, t: 2, who: "长 01:38", text: "讲授" }]);
});

test("calls, discussion, pauses and screens begin chapters that last until the next", () => {
  const found = chapters([
    [10, { type: "called", participant: "b" }],
    [25, { type: "sent_back", participant: "b", turn_s: 15 }],
    [30, { type: "source_published", ...screen }],
    [40, { type: "source_ended", source: "a/screen" }],
    [50, { type: "mode_set", mode: "discussion" }],
    [60, { type: "pause_set", on: true }],
    [70, { type: "pause_set", on: false }],
  ]);
  expect(found.map(({ t, text }) => [t, text])).toEqual([
    [2, "讲授"],
    [10, "请 B 班发言"],
    [25, "讲授"],
    [30, "讲授 · A 班的屏幕"],
    [40, "讲授"],
    [50, "讨论"],
    [60, "老师暂停了课堂"],
    [70, "讨论"],
  ]);
  expect(found[1]?.who).toBe("长 00:15");
});

test("what changes nothing of the turn begins no chapter", () => {
  const found = chapters([
    [10, { type: "mode_set", mode: "lecture" }],
    [20, { type: "hand_raised", participant: "b" }],
    [30, { type: "source_published", ...screen, source: "b/camera", kind: "camera" }],
  ]);
  expect(found).toHaveLength(1);
});
