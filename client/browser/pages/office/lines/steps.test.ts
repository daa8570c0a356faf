import { describe, expect, it } from "vitest";
import type { History, Step } from "../../../api/lines";
import { bars, carried, HIGH, minutes, stretches, WIDE } from "./steps";

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
      [0, 50],
      [50, 53],
      [WIDE - 10, 10],
    ]);
    expect(drawn.map(({ y, height }) => [y, height])).toEqual([
      [(HIGH * 2) / 3, HIGH / 3],
      [HIGH / 3, (HIGH * 2) / 3],
      [0, HIGH],
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
