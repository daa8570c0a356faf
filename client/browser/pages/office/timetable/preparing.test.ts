import { expect, test } from "vitest";
import type { Note, Preparation } from "../../../api/preparation";
import { begun, saved, sizeLabel } from "./preparing";

const NOTE: Note = {
  id: "n1",
  author: "张老师",
  at: "2026-11-25T01:00:00+00:00",
  text: "第一段由 B 班唱",
  aside: false,
};
const TOLD: Preparation = {
  note: NOTE,
  before: [],
  files: [],
  sides: [],
  may_write: true,
  conflict: false,
};

test("it begins with what stands, or with nothing", () => {
  expect(begun(TOLD)).toEqual({ text: NOTE.text, after: "n1", theirs: null });
  expect(begun({ ...TOLD, note: null })).toEqual({ text: "", after: null, theirs: null });
});

test("while both wrote, one's own text stays in the field beside the other's", () => {
  const draft = saved({ ...TOLD, conflict: true }, "我们要打击乐器");
  expect(draft).toEqual({ text: "我们要打击乐器", after: "n1", theirs: NOTE });
  expect(saved(TOLD, NOTE.text)).toEqual(begun(TOLD));
});

test("a size is told in one word", () => {
  expect([1, 20 * 1024, 1536 * 1024].map(sizeLabel)).toEqual(["1 KB", "20 KB", "1.5 MB"]);
});
