import { expect, test } from "vitest";
import type { Declared, Marked } from "../../api/roll";
import { rollCall } from "./call";

const DECLARED: Declared = {
  id: "1",
  at: "2026-11-25T02:00:00+00:00",
  declared_by: "person:li",
  expected: 24,
  present: 20,
  on_leave: 1,
  absent: 3,
  late: 0,
  observing: 2,
  why: "",
};
const NAMES: readonly Marked[] = [
  { id: "gang", name: "小刚", mark: null },
  { id: "ming", name: "小明", mark: "absent" },
];

test("by numbers it begins with everyone there, or with what was declared", () => {
  const call = rollCall();
  call.begin(null, 24, []);
  expect(call.numbers.value).toMatchObject({ expected: 24, present: 24, absent: 0 });
  call.begin(DECLARED, 24, []);
  expect(call.declaring("早退", "1")).toEqual({
    expected: 24,
    present: 20,
    on_leave: 1,
    observing: 2,
    marks: null,
    why: "早退",
    after: "1",
  });
});

test("by roster the exceptions are told, and begun again with", () => {
  const call = rollCall();
  call.begin(null, 2, NAMES);
  call.tap("gang");
  call.tap("gang");
  expect(call.declaring("", null)).toMatchObject({
    expected: 2,
    present: 1,
    marks: { gang: "late", ming: "absent" },
  });
  const before = call.named();
  call.begin({ ...DECLARED, observing: 0 }, 2, before);
  expect(call.numbers.value).toEqual({ expected: 2, present: 1, onLeave: 0, absent: 1, late: 1 });
});

test("a roll of nobody is empty, whoever sat in to listen", () => {
  const call = rollCall();
  call.begin(null, 0, []);
  call.observing.value = 3;
  expect(call.empty.value).toBe(true);
  call.draft.value = call.draft.value.expect(1);
  expect(call.empty.value).toBe(false);
});
