import { describe, expect, it } from "vitest";
import type { LessonAttendance, RoomAttendance } from "../../../api/attendance";
import { bars, rates } from "./term";

const CLASS = { name: "三(1)班", school: "齐溪镇中心小学" };

function room(learners: string, present: number | null, expected = 24): RoomAttendance {
  const declared =
    present === null
      ? null
      : {
          id: "d",
          at: "",
          declared_by: "",
          expected,
          present,
          on_leave: 2,
          absent: expected - present - 2,
          late: 0,
          observing: 0,
          why: "",
        };
  return {
    name: "甲",
    school: learners === "" ? "" : CLASS.school,
    learners,
    roll: { room: "", name: "", state: "declared", open_until: null, declared, before: [] },
    by: {},
    mine: false,
    may_write: false,
    by_name: false,
  } as unknown as RoomAttendance;
}

function lesson(id: string, starts: string, ...rooms: RoomAttendance[]): LessonAttendance {
  return {
    id,
    title: "",
    subject: "music",
    starts,
    ends: starts,
    observers: [],
    may_observe: false,
    rooms,
  };
}

describe("a class's term", () => {
  it("has a bar for each of its lessons, the oldest first", () => {
    const found = bars(
      [
        lesson("c", "2026-11-20", room("三(1)班", null)),
        lesson("b", "2026-11-13", room("三(2)班", 20), room("三(1)班", 18)),
        lesson("a", "2026-11-06", room("三(1)班", 12)),
        lesson("x", "2026-11-01", room("三(2)班", 20)),
      ],
      CLASS,
    );
    expect(found.map((one) => [one.lesson, one.shares?.present])).toEqual([
      ["a", 0.5],
      ["b", 0.75],
      ["c", undefined],
    ]);
    expect(rates(found)).toEqual([0.5, 0.75]);
  });

  it("knows no share of nobody", () => {
    expect(bars([lesson("a", "2026-11-06", room("三(1)班", 0, 0))], CLASS)[0]?.shares).toBeNull();
  });
});
