import { expect, test } from "vitest";
import type { Event, Replay, Told, Track } from "../../protocol/messages";
import { emptyLesson } from "../../state/fold";
import { Chronicle } from "./chronicle";
import { lanesOf, type Lane, type Scene } from "./lanes";
import { castOf, isOver, shareOf, spanOf } from "./span";
import { isPlaced, largeOf, picturesOf } from "./stage";
import { lastBefore, storyOf, talkOf } from "./story";

const rooms = [
  { participant: "b", host: false },
  { participant: "a", host: true },
];
const AT_HOME = "consent_pupil_at_home";
function talked(participant: string, began: number, ended: number): Event {
  const source = `${participant}/microphone`;
  return { type: "talked", participant, source, began, ended, talked_s: ended - began };
}

const happened: [number, Event][] = [
  [0, { type: "lesson_opened", lesson: "l", utc: "", planned_seconds: 60, rooms }],
  [2, { type: "lesson_started", by: null }],
  [4, { type: "chat_sent", participant: "a", text: "你好" }],
  [5, { type: "hand_raised", participant: "b" }],
  [6, { type: "called", participant: "b" }],
  [9, { type: "device_away", participant: "b", device: "d", heard_at: 7 }],
  [10, { type: "device_back", participant: "b", device: "d" }],
  [11, { type: "consent_decided", source: "b/camera", allowed: false, reason: AT_HOME }],
  [11.5, { type: "consent_decided", source: "a/camera", allowed: true, reason: "consent_room" }],
  [12, { type: "sent_back", participant: "b", turn_s: 6 }],
  [13, talked("a", 3, 9)],
  [13.5, talked("b", 8, 10)],
  [13.8, talked("b", 10, 11)],
  [14, { type: "called", participant: "b" }],
  [20, { type: "lesson_ended", reason: "ended", by: null }],
];
const events = happened.map(([t, event], n): Told => ({ type: "event", n, t, event }));

function track(participant: string, kind: Track["kind"], start: number, end: number): Track {
  const source = `${participant}/${kind}`;
  const part = { file: source, container: "mp4", codec: "opus", mime: "", start, end } as const;
  const gaps = [{ start: end, end: end + 1, reason: "no_space" as const }];
  return { source, participant, kind, gaps, parts: [{ ...part, init: [0, 1], segments: [] }] };
}

const replay: Replay = {
  lesson: "l",
  title: "春晓",
  duration: 25,
  started: 2,
  people: [],
  tracks: [
    track("b", "microphone", 6, 12),
    track("a", "microphone", 2, 19),
    track("a", "screen", 5, 8),
    track("b", "class_camera", 2, 19),
    track("a", "camera", 2, 19),
  ],
  events,
  talk: [
    { participant: "a", seconds: 6, share: 0.6667 },
    { participant: "b", seconds: 3, share: 0.3333 },
    { participant: "c", seconds: 0, share: 0 },
  ],
  initial: emptyLesson(),
};
const scene: Scene = { replay, cast: castOf(replay), names: new Map(), span: spanOf(replay) };

function marks(lane: Lane["kind"]): [number, number][] {
  const found = lanesOf(scene).filter((one) => one.kind === lane);
  return found.flatMap((one) => one.marks.map(({ start, end }): [number, number] => [start, end]));
}

test("a lesson is shown from its first bell to its last", () => {
  expect(scene.span).toEqual({ from: 2, to: 20 });
  expect(isOver(replay)).toBe(true);
  expect(shareOf(scene.span, 11)).toBe(0.5);
});

test("the host's sound comes first", () => {
  const untold = lanesOf({ ...scene, replay: { ...replay, talk: [] } });
  expect(untold.slice(0, 2).map((lane) => lane.marks.map((mark) => mark.start))).toEqual([
    [2],
    [6],
  ]);
  expect(untold.some((lane) => lane.tally !== undefined)).toBe(false);
});

test("what was recorded is a thin line, and who talked when stands above it", () => {
  expect(lanesOf(scene)[1]?.marks).toEqual([
    { start: 6, end: 12, label: "B 班声", thin: true },
    { start: 8, end: 11, label: "B 班说话 00:03" },
  ]);
});

test("each classroom's talk is summed at the end of its lane, a silent one's too", () => {
  const lanes = lanesOf(scene).filter((lane) => lane.kind === "sound");
  expect(lanes.map(({ tally }) => [tally?.time, tally?.share])).toEqual([
    ["00:06", "67%"],
    ["00:03", "33%"],
    ["00:00", "0%"],
  ]);
  expect(lanes[0]?.tally?.label).toMatch(/^A 班说话 00:06，.*67%$/);
  expect(lanes[2]?.marks).toEqual([]);
});

test("a call lasts until it is sent back, or to the end", () => {
  expect(marks("call")).toEqual([
    [6, 12],
    [14, 20],
  ]);
});

test("a lost link begins when the device was last heard", () => {
  expect(marks("lost")).toEqual([[7, 10]]);
});

test("hands and lines of chat are points, gaps stretches", () => {
  expect(marks("hand")).toEqual([[5, 5]]);
  expect(marks("chat")).toEqual([[4, 4]]);
  expect(marks("gap")).toContainEqual([8, 9]);
});

test("the state goes back in time as well as forward", () => {
  const chronicle = new Chronicle(replay.initial, events);
  expect(chronicle.at(7).called).toBe("b");
  expect(chronicle.at(13).called).toBeNull();
  expect(chronicle.at(7).called).toBe("b");
  expect(chronicle.at(1).phase).toBe("lobby");
});

test("the list says what happened in order and follows the time", () => {
  const story = storyOf(scene);
  expect(story.map((item) => item.t)).toEqual([2, 5, 6, 9, 10, 11, 12, 14, 20]);
  expect(story[5]?.text).toMatch(/^B 班：.*许可/);
  expect(lastBefore(story, 10.5)).toBe(6);
  expect(lastBefore(story, 1)).toBeNull();
  expect(talkOf(scene)[0]).toMatchObject({ t: 4, who: "A 班", text: "你好" });
});

test("a screen is large while it is shared, else who is called, else nobody", () => {
  const pictures = picturesOf(replay.tracks, scene.cast);
  expect(pictures.map((one) => one.source)).toEqual(["a/camera", "b/class_camera", "a/screen"]);
  const chronicle = new Chronicle(replay.initial, events);
  const large = (time: number, chosen: string | null = null): string | null => {
    const state = chronicle.at(time);
    return largeOf(
      pictures.filter((one) => isPlaced(one, state, time)),
      state,
      chosen,
    );
  };
  expect(large(7)).toBe("a/screen");
  expect(large(7, "a/camera")).toBe("a/camera");
  expect(large(11)).toBe("b/class_camera");
  expect(large(13)).toBeNull();
});
