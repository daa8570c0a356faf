import { expect, it } from "vitest";
import { decibels, loudest, loudness, SILENCE_DB, thinned } from "./levels";

const tone = (level: number, length: number): Float32Array =>
  Float32Array.from({ length }, (_, at) => level * Math.sin(at / 5));

it("measures in decibels of full scale, silence too", () => {
  expect(decibels(1)).toBe(0);
  expect(decibels(0.1)).toBeCloseTo(-20);
  expect(decibels(0)).toBe(SILENCE_DB);
  expect(loudness(new Float32Array(0))).toBe(0);
  expect(loudness(tone(1, 10_000))).toBeCloseTo(Math.SQRT1_2, 2);
});

it("takes the loudest word, not the pause around it", () => {
  const samples = new Float32Array(8000);
  samples.set(tone(0.1, 1600), 3200);
  expect(loudest(samples, 8000)).toBeCloseTo(-23, 0);
  expect(loudest(new Float32Array(8000), 8000)).toBe(SILENCE_DB);
});

it("thins by means", () => {
  expect([...thinned(Float32Array.of(1, 3, 5, 7, 9), 2)]).toEqual([2, 6]);
});
