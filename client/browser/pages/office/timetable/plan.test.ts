import { expect, test } from "vitest";
import type { Choices, Lesson, SchoolChoice } from "../../../api/timetable";
import { again, draftOf, gradesDiffer, newDraft, planOf } from "./plan";

const NOW = "2026-11-25T01:10:00+00:00";

function school(id: string, grade: number): SchoolChoice {
  return {
    id,
    name: id,
    classrooms: [
      { id: `${id}-c`, name: "c" },
      { id: `${id}-d`, name: "d" },
    ],
    class_groups: [{ id: `${id}-g`, name: "g", grade, expected: 24 }],
    teachers: [{ id: `${id}-t`, name: "t" }],
  };
}

const CHOICES: Choices = {
  me: "town-t",
  forms: ["sync_class", "delivery_class"],
  schools: [school("town", 3), school("village", 3), school("hill", 4)],
};

function room(id: string, host: boolean): Lesson["rooms"][number] {
  return {
    participant: id,
    name: id,
    host,
    here: false,
    prepared: false,
    classroom: `${id}-d`,
    organisation: id,
    school: id,
    teachers: [{ id: `${id}-t`, name: "t" }],
    assistants: [],
    learners: [{ class_group: `${id}-g`, name: "g", part: "", grade: 3, number: null }],
    pairing: null,
  };
}

const LAST: Lesson = {
  id: "l",
  title: "茉莉花",
  form: "delivery_class",
  subject: "music",
  starts: "2026-11-18T01:00:00+00:00",
  ends: "2026-11-18T01:45:00+00:00",
  mixed_grades: "",
  called_off: "",
  state: "ended",
  enter_from: "2026-11-18T00:45:00+00:00",
  hosted: true,
  mine: true,
  rooms: [room("town", true), room("village", false)],
};

test("a new lesson is taught by oneself, from here, to the paired school, from now on", () => {
  const draft = newDraft(CHOICES, NOW);
  expect(planOf({ ...draft, title: "新课" })).toEqual({
    form: "sync_class",
    subject: "chinese",
    title: "新课",
    starts: "2026-11-25T09:10:00+08:00",
    ends: "2026-11-25T09:50:00+08:00",
    mixed_grades: "",
    rooms: [
      { classroom: "town-c", teachers: ["town-t"], assistants: [], learners: [] },
      { classroom: "village-c", teachers: [], assistants: [], learners: [] },
    ],
  });
});

test("a lesson that begins before midnight may end after it", () => {
  const plan = planOf({ ...newDraft(CHOICES, "2026-11-25T15:50:00Z"), title: "观星" });
  expect([plan.starts, plan.ends]).toEqual([
    "2026-11-25T23:50:00+08:00",
    "2026-11-26T00:30:00+08:00",
  ]);
});

test("whoever does not teach here is not put down as the teacher", () => {
  expect(newDraft({ ...CHOICES, me: "admin" }, NOW).rooms[0]?.teachers).toEqual([]);
});

test("a lesson is filled in as it was planned", () => {
  const plan = planOf(draftOf(LAST));
  expect(plan.starts).toBe("2026-11-18T09:00:00+08:00");
  expect(plan.rooms[1]).toEqual({
    classroom: "village-d",
    teachers: ["village-t"],
    assistants: [],
    learners: [{ class_group: "village-g", name: "", part: "", number: null }],
  });
});

test("the like of the last lesson is taught now, if its rooms and people are to be had", () => {
  const draft = again(LAST, CHOICES, NOW);
  expect([draft.subject, draft.from, draft.until]).toEqual(["music", "09:10", "09:50"]);
  expect(draft.rooms.map((one) => one.classroom)).toEqual(["town-d", "village-d"]);
  const alone = { ...CHOICES, schools: CHOICES.schools.slice(0, 1) };
  expect(again(LAST, alone, NOW).rooms.map((one) => one.classroom)).toEqual(["town-c"]);
  const [first] = LAST.rooms;
  const gone = {
    ...LAST,
    rooms: first === undefined ? [] : [{ ...first, teachers: [{ id: "x", name: "x" }] }],
  };
  expect(again(gone, CHOICES, NOW).rooms[0]?.teachers).toEqual(["town-t"]);
});

test("a reason is asked for where grades differ", () => {
  const draft = draftOf(LAST);
  expect(gradesDiffer(draft, CHOICES)).toBe(false);
  draft.rooms[1]?.learners.push({ classGroup: "hill-g", name: "g", part: "", number: null });
  expect(gradesDiffer(draft, CHOICES)).toBe(true);
});
