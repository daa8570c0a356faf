import { describe, expect, it } from "vitest";
import { type Comment, threadsOf } from "./remarks";

const said = (id: string, moment: number, more: Partial<Comment> = {}): Comment => ({
  id,
  author: "王老师",
  mine: false,
  at: `2026-11-25T0${id}:00:00Z`,
  changed: false,
  moment,
  answers: null,
  text: id,
  deleted: false,
  ...more,
});

describe("comments", () => {
  it("stand by their second, each with its answers by time", () => {
    const threads = threadsOf([
      said("1", 90),
      said("2", 30),
      said("4", 90, { answers: "1" }),
      said("3", 90, { answers: "1" }),
    ]);
    expect(threads.map((one) => one.first.id)).toEqual(["2", "1"]);
    expect(threads[1]?.replies.map((one) => one.id)).toEqual(["3", "4"]);
  });

  it("stay while somebody has answered", () => {
    const gone = { deleted: true };
    expect(threadsOf([said("1", 1, gone)])).toEqual([]);
    expect(threadsOf([said("1", 1, gone), said("2", 1, { answers: "1" })]).length).toBe(1);
  });
});
