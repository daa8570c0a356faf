import { expect, test } from "vitest";
import type { Marked } from "../../api/roll";
import { counted, marksOf, tapped } from "./marks";

const PUPILS: readonly Marked[] = [
  { id: "gang", name: "小刚", mark: null },
  { id: "ming", name: "小明", mark: "absent" },
  { id: "hong", name: "小红", mark: "late" },
];

test("taps lead from there over absent, late and on leave back to there", () => {
  let marks = marksOf([]);
  const seen = Array.from({ length: 4 }, () => {
    marks = tapped(marks, "gang");
    return marks.get("gang");
  });
  expect(seen).toEqual(["absent", "late", "on_leave", undefined]);
  expect(marks.size).toBe(0);
});

test("a tap leaves the others as they are", () => {
  expect(Object.fromEntries(tapped(marksOf(PUPILS), "ming"))).toEqual({
    ming: "late",
    hong: "late",
  });
});

test("who is not marked was there, and who came late too", () => {
  expect(counted(PUPILS, marksOf(PUPILS))).toEqual({
    expected: 3,
    present: 2,
    onLeave: 0,
    absent: 1,
    late: 1,
  });
});
