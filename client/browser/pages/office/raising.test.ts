import { expect, test } from "vitest";
import type { Raising, Rising } from "../../api/raising";
import type { ClassGroup } from "../../api/school";
import { counts, ended, hinders, lineOf, mayRaise } from "./raising";

const THIRD: Rising = {
  id: "c",
  name: "三(1)班",
  to: "四(1)班",
  stays: false,
  taken: false,
  lessons: 0,
};
const SIXTH: Rising = { ...THIRD, name: "六(1)班", to: null };
const FOUND: Raising = { top: 6, year: 2026, last: null, fits: true, classes: [SIXTH, THIRD] };

test("each class says what becomes of it, and what is in the way", () => {
  expect(lineOf(THIRD)).toBe("三(1)班 → 四(1)班");
  expect(lineOf(SIXTH)).toContain("毕业");
  expect(lineOf({ ...THIRD, stays: true, to: null })).toBe("三(1)班 不升级");
  expect(lineOf({ ...THIRD, taken: true })).toContain("不行");
  expect(lineOf({ ...SIXTH, lessons: 2 })).toContain("还有 2 节课");
  expect([THIRD, { ...THIRD, taken: true }, { ...SIXTH, lessons: 1 }].map(hinders)).toEqual([
    false,
    true,
    true,
  ]);
});

test("those that stay are not counted", () => {
  const stays = { ...THIRD, id: "d", stays: true, to: null };
  expect(counts({ ...FOUND, classes: [SIXTH, THIRD, stays] })).toEqual({
    rising: 1,
    graduating: 1,
  });
});

test("a second time in a school year is confirmed by whoever says that they know", () => {
  expect(mayRaise(FOUND, false)).toBe(true);
  const again = { ...FOUND, last: "2026-08-31T00:00:00+00:00" };
  expect([mayRaise(again, false), mayRaise(again, true)]).toEqual([false, true]);
  expect(mayRaise({ ...again, fits: false }, true)).toBe(false);
});

test("a closed class says on which day of the school's calendar it ended", () => {
  const open = { closed: null, closed_how: null } as ClassGroup;
  const closed = { closed: "2026-06-30T17:00:00+00:00", closed_how: "graduated" } as ClassGroup;
  expect(ended(open)).toBe("");
  expect(ended(closed)).toBe("2026-07-01 毕业");
});
