import { describe, expect, it } from "vitest";
import type { History, ListedLine, Recent, Step } from "../../../api/lines";
import {
  bars,
  carried,
  HIGH,
  minutes,
  standingOf,
  stretches,
  ticks,
  weakestFirst,
  weakLessons,
  WIDE,
} from "./steps";

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 25, 1, minute)).toISOString();
const history = (...steps: Step[]): History => ({ since: at(0), until: at(100), steps });

describe("what a school's receivers got", () => {
  it("lasts until the next step of the lesson", () => {
    const told = history(
      [at(10), "a", "high", "enough", null],
      [at(12), "a", "stills", "narrow", 180],
      [at(15), "a", "low", "narrow", 400],
      [at(19), "a", "high", "enough", null],
    );
    expect(stretches(told).map(({ step, from, to }) => [step, (to - from) / 60_000])).toEqual([
      ["high", 2],
      ["stills", 3],
      ["low", 4],
      ["high", 320 / 60],
    ]);
    expect(minutes(told)).toEqual({ stills: 3, low: 4, high: 7 });
  });

  it("is over when it is not noted any more, and another lesson cuts nothing short", () => {
    const told = history(
      [at(10), "a", "low", "budget", null],
      [at(12), "b", "high", "enough", null],
    );
    expect(stretches(told).map(({ from, to }) => to - from)).toEqual([320_000, 320_000]);
  });

  it("is cut to the time that is shown", () => {
    const told = history(
      [at(-2), "a", "stills", "loss", null],
      [at(-60), "b", "stills", "loss", null],
      [at(99), "c", "low", "loss", null],
    );
    expect(stretches(told).map(({ from, to }) => (to - from) / 1000)).toEqual([200, 60]);
  });

  it("is drawn higher the better it was, and never out of its frame", () => {
    const drawn = bars(
      history(
        [at(0), "a", "stills", "narrow", null],
        [at(5), "a", "low", "narrow", null],
        [at(99), "b", "high", "enough", null],
      ),
    );
    expect(drawn.map(({ x, width }) => [x, Math.round(width)])).toEqual([
      [WIDE - 10, 10],
      [50, 53],
      [0, 50],
    ]);
    expect(drawn.map(({ y, height }) => [y, height])).toEqual([
      [0, HIGH],
      [HIGH / 3, (HIGH * 2) / 3],
      [(HIGH * 2) / 3, HIGH / 3],
    ]);
  });

  it("has a line of what was carried, broken where nothing was known", () => {
    const told = history(
      [at(10), "a", "low", "narrow", 500],
      [at(12), "a", "high", "enough", null],
      [at(14), "a", "low", "narrow", 250],
      [at(50), "b", "stills", "narrow", 2000],
    );
    expect(carried(told, 1000)).toBe("M100.0 30.0h0L140.0 45.0M500.0 0.0h0");
    expect(carried(history(), 1000)).toBe("");
  });
});

describe("when a line was weak", () => {
  it("is said of each lesson, newest first, with the reason that lasted longest", () => {
    const told = history(
      [at(10), "a", "stills", "narrow", 180],
      [at(12), "a", "low", "loss", 400],
      [at(17), "a", "high", "enough", null],
      [at(30), "b", "low", "enough", null],
      [at(50), "c", "low", "budget", null],
      [at(51), "c", "high", "enough", null],
    );
    expect(weakLessons(told)).toEqual([
      {
        ...{ lesson: "c", from: Date.parse(at(50)), to: Date.parse(at(51)) },
        ...{ stills: 0, low: 60_000, why: "budget", least: null },
      },
      {
        ...{ lesson: "a", from: Date.parse(at(10)), to: Date.parse(at(17)) },
        ...{ stills: 120_000, low: 300_000, why: "loss", least: 180 },
      },
    ]);
  });

  it.each([
    [1, "2026-11-25T01:00:00Z", ["2026-11-24T04:00:00.000Z", "2026-11-24T10:00:00.000Z"], 4],
    [7, "2026-11-25T01:00:00Z", ["2026-11-18T16:00:00.000Z", "2026-11-19T16:00:00.000Z"], 6],
    [90, "2026-11-25T01:00:00Z", ["2026-09-09T16:00:00.000Z", "2026-09-23T16:00:00.000Z"], 6],
  ])("is named below a plot of %i days by the school's clock", (days, until, first, count) => {
    const since = new Date(Date.parse(until) - days * 24 * 3_600_000).toISOString();
    const found = ticks({ since, until, steps: [] });
    expect(found.slice(0, 2).map((tick) => new Date(tick.at).toISOString())).toEqual(first);
    expect(found.length).toBe(count);
    expect(found.every(({ share }) => share >= 0 && share < 0.94)).toBe(true);
  });

  it("puts the weakest lines first", () => {
    const line = (id: string, recent: Partial<Recent>): ListedLine => ({
      ...{ id, name: id, down_kbps: null, up_kbps: null, origin: null, at: null },
      may_change: false,
      recent: { lessons: 5, stills: 0, low: 0, last: null, ...recent },
    });
    const all = [
      line("idle", { lessons: 0 }),
      line("well", {}),
      line("low", { low: 3 }),
      line("worst", { stills: 2, low: 2 }),
    ];
    const sorted = weakestFirst(all);
    expect(sorted.map(({ id }) => id)).toEqual(["worst", "low", "idle", "well"]);
    expect(sorted.map(standingOf)).toEqual(["stills", "low", "none", "well"]);
  });
});
