import { expect, test } from "vitest";
import { advance, SEEK_PAUSE, steer } from "./pace";

test("what is close is left alone", () => {
  expect(steer(0.01, Infinity)).toEqual({ seek: false, factor: 1 });
});

test("what is a little off is nudged towards the clock", () => {
  expect(steer(0.05, Infinity).factor).toBeLessThan(1);
  expect(steer(-0.05, Infinity).factor).toBeGreaterThan(1);
});

test("what is more than 80 ms off is sought, but not again while the seek may still take effect", () => {
  expect(steer(0.1, Infinity).seek).toBe(true);
  expect(steer(0.1, SEEK_PAUSE / 2).seek).toBe(false);
  expect(steer(0.1, SEEK_PAUSE / 2).factor).toBeLessThan(1);
});

test("the clock runs freely without a leader and is drawn to one smoothly", () => {
  expect(advance(10, 0.05, null)).toBeCloseTo(10.05);
  expect(advance(10, 0.05, 10.15)).toBeCloseTo(10.06);
  expect(advance(10, 0.05, 12)).toBe(12);
});
