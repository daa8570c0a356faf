import { expect, test } from "vitest";
import { after, later, moment, shortDay, span, wall } from "./times";

test("a moment is what the clock on the wall shows, whatever the panel's own clock says", () => {
  expect(wall("2026-11-25T01:10:00+00:00")).toEqual({
    date: "2026-11-25",
    time: "09:10",
    weekday: 2,
  });
  expect(wall("2026-11-29T16:30:00+00:00")).toEqual({
    date: "2026-11-30",
    time: "00:30",
    weekday: 0,
  });
  expect(wall(moment("2026-11-25", "23:59")).time).toBe("23:59");
});

test("days and times go on", () => {
  expect(later("2026-11-30", 1)).toBe("2026-12-01");
  expect(later("2026-11-30", -7)).toBe("2026-11-23");
  expect(after("09:50", 40)).toBe("10:30");
  expect(after("23:50", 40)).toBe("00:30");
  expect(span("2026-11-25T01:10:00Z", "2026-11-25T01:50:00Z")).toBe("09:10 – 09:50");
  expect(shortDay("2026-11-25")).toBe("11-25");
});
