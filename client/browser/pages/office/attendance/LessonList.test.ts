import { expect, test } from "vitest";
import { createApp, h } from "vue";
import type { LessonAttendance, RoomAttendance } from "../../../api/attendance";
import type { Declared } from "../../../api/roll";
import LessonList from "./LessonList.vue";

const FIRST: Declared = {
  id: "1",
  at: "2026-11-25T02:00:00+00:00",
  declared_by: "person:li",
  expected: 24,
  present: 20,
  on_leave: 1,
  absent: 3,
  late: 0,
  observing: 0,
  why: "",
};
const SECOND: Declared = {
  ...FIRST,
  id: "2",
  present: 21,
  absent: 2,
  late: 1,
  observing: 2,
  why: "一人迟到",
};

function room(changes: Partial<RoomAttendance>, ...all: readonly Declared[]): RoomAttendance {
  return {
    name: "乙教室",
    school: "齐溪镇中心小学",
    learners: "三(1)班",
    roll: {
      room: "r",
      name: "乙教室",
      state: all.length === 0 ? "handed_on" : "declared",
      open_until: null,
      expected: 24,
      declared: all[all.length - 1] ?? null,
      before: all.slice(0, -1),
    },
    by: { "person:li": "李老师" },
    mine: false,
    may_write: false,
    by_name: false,
    ...changes,
  };
}

function mounted(
  one: RoomAttendance,
  opened: () => void = () => undefined,
  changes: Partial<LessonAttendance> = {},
): HTMLElement {
  const lesson: LessonAttendance = {
    id: "l",
    title: "茉莉花",
    subject: "music",
    starts: "2026-11-25T01:10:00+00:00",
    ends: "2026-11-25T01:50:00+00:00",
    observers: [],
    may_observe: false,
    rooms: [one],
    ...changes,
  };
  const place = document.createElement("div");
  const listeners = { onOpen: opened, onObservers: opened };
  createApp({ render: () => h(LessonList, { lessons: [lesson], ...listeners }) }).mount(place);
  return place;
}

const wordsOf = (place: HTMLElement): string => place.textContent.replace(/\s+/g, " ");
const deeds = (place: HTMLElement): (string | undefined)[] =>
  [...place.querySelectorAll<HTMLElement>("button")].map((one) => one.dataset.do);

test("a declared roll says how many, who says so, and that it was corrected", () => {
  const place = mounted(room({}, FIRST, SECOND));
  const numbers = [...place.querySelectorAll("td.number")].map((one) =>
    one.textContent.replace(/\s+/g, " ").trim(),
  );
  expect(numbers).toEqual(["24", "21 迟到 1", "1", "2", "2"]);
  expect(wordsOf(place)).toContain("李老师 11-25 10:00");
  expect(wordsOf(place)).toContain("更正过 1 次");
  expect(wordsOf(place)).toContain("2026-11-25 09:10 – 09:50 音乐 茉莉花");
});

test("what the evening left is filled in by whoever may, and by nobody else", () => {
  let opened = 0;
  const place = mounted(room({ may_write: true }), () => (opened += 1));
  expect(wordsOf(place)).toContain("当晚没有点名，由学校补录");
  place.querySelector<HTMLElement>("[data-do=open]")?.click();
  expect(opened).toBe(1);
  expect(deeds(mounted(room({})))).toEqual([]);
});

test("a teacher is led to the roll of their room while it is open", () => {
  const open = { ...room({}).roll, state: "open" as const };
  expect(deeds(mounted(room({ mine: true, may_write: true, roll: open })))).toEqual(["call"]);
});

test("a room without pupils asks for no roll", () => {
  const place = mounted(room({ learners: "", may_write: true }));
  expect(deeds(place)).toEqual([]);
  expect(wordsOf(place)).not.toContain("补录");
});

test("who listened is named apart, and is added by whoever may once it has begun", () => {
  const observers = [
    { id: "1", name: "周老师", begin: "2026-11-25T01:12:00Z", end: null, added_by: "" },
    { id: "2", name: "吴老师", begin: null, end: null, added_by: "李老师" },
  ];
  const told = mounted(room({}, FIRST), undefined, { observers });
  expect(wordsOf(told)).toContain("听课教师 周老师 09:12–、吴老师（李老师添加）");
  let opened = 0;
  const may = { may_observe: true };
  const open = mounted(room({}, FIRST), () => (opened += 1), may);
  open.querySelector<HTMLElement>("[data-do=observers]")?.click();
  expect(opened).toBe(1);
  const before = { ...room({}).roll, state: "not_yet" as const };
  expect(wordsOf(mounted(room({ roll: before }), undefined, may))).not.toContain("听课教师");
});
