import { expect, test } from "vitest";
import { addressOf, type RoomAttendance } from "../../../api/attendance";
import type { Declared } from "../../../api/roll";
import { corrections, declarer, hasRoll, minute, percent } from "./words";

function declared(id: string, by: string, why = ""): Declared {
  return {
    id,
    at: "2026-11-25T12:05:00+00:00",
    declared_by: by,
    expected: 24,
    present: 20,
    on_leave: 1,
    absent: 3,
    late: 0,
    observing: 0,
    why,
  };
}

function room(...all: readonly Declared[]): RoomAttendance {
  return {
    name: "乙教室",
    school: "齐溪镇中心小学",
    learners: "三(1)班",
    roll: {
      room: "r",
      name: "乙教室",
      state: all.length === 0 ? "open" : "declared",
      open_until: null,
      expected: 24,
      declared: all[all.length - 1] ?? null,
      before: all.slice(0, -1),
    },
    by: { "person:li": "李老师", "link:r": "" },
    mine: false,
    may_write: false,
    by_name: false,
  };
}

test("who declared is told by name, else by the link of the room", () => {
  const here = room();
  expect(declarer(here, declared("1", "person:li"))).toBe("李老师");
  expect(declarer(here, declared("1", "link:r"))).toContain("乙教室");
  expect(declarer(here, declared("1", "operator"))).toBe("服务器管理员");
});

test("each correction stands with what it changed and why", () => {
  const all = [
    declared("1", "link:r"),
    declared("2", "person:li", "迟到"),
    declared("3", "x", "错"),
  ];
  expect(corrections(room(...all)).map(({ old, next }) => [old.id, next.why])).toEqual([
    ["1", "迟到"],
    ["2", "错"],
  ]);
  expect(corrections(room(declared("1", "x")))).toEqual([]);
  expect(corrections(room())).toEqual([]);
});

test("a room in which nobody learns has a roll only if somebody called it", () => {
  const empty = { ...room(), learners: "" };
  expect(hasRoll(empty)).toBe(false);
  expect(hasRoll({ ...room(declared("1", "x")), learners: "" })).toBe(true);
  expect(hasRoll(room())).toBe(true);
});

test("moments are those of a school's clock, rates have one decimal", () => {
  expect(minute("2026-11-25T12:05:00+00:00")).toBe("11-25 20:05");
  expect([percent(22 / 24), percent(null)]).toEqual(["91.7%", ""]);
});

test("a file has the address of its list", () => {
  const days = { from: "2026-11-24", to: "2026-11-25" };
  expect(addressOf("classes", days, { language: "en" }, ".csv")).toBe(
    "/api/attendance/classes.csv?from=2026-11-24&to=2026-11-25&language=en",
  );
});
