import { expect, test } from "vitest";
import type { Part, Track } from "../../protocol/messages";
import { isPartlyUnplayable, piecesOf, placeAt, stretchesOf } from "./coverage";

function part(file: string, mime: string, segments: [number, number][]): Part {
  const [first, last] = [segments[0]!, segments[segments.length - 1]!];
  const placed = segments.map(([start, end], index) => [start, end, 100 * index, 100]);
  const codec = "h264";
  const [start, end] = [first[0], last[1]];
  return { file, container: "mp4", codec, mime, start, end, init: [0, 50], segments: placed };
}

const track: Track = {
  source: "p/camera",
  participant: "p",
  kind: "camera",
  parts: [
    part("one", "h264", [
      [2, 7],
      [7, 12],
    ]),
    part("two", "vp8", [[12.1, 20]]),
    part("three", "h264", [[26, 30]]),
  ],
  gaps: [{ start: 20, end: 26, reason: "no_space" }],
};
const all = piecesOf(track, () => true);
const stretches = stretchesOf(all);

test("a change of part without a real hole is one stretch", () => {
  expect(stretches).toEqual([
    { start: 2, end: 20 },
    { start: 26, end: 30 },
  ]);
});

test("a gap says why, and what lies before and after it", () => {
  expect(placeAt(track, stretches, 23)).toEqual({
    kind: "gap",
    last: 20,
    next: 26,
    reason: "no_space",
  });
});

test("before the first and after the last frame nothing was recorded", () => {
  expect(placeAt(track, stretches, 1)).toMatchObject({ last: null, reason: "before" });
  expect(placeAt(track, stretches, 31)).toMatchObject({ next: null, reason: "after" });
});

test("a part in a format that cannot be played is a gap that says so", () => {
  const plays = (mime: string): boolean => mime === "vp8";
  const some = stretchesOf(piecesOf(track, plays));
  expect(isPartlyUnplayable(track, plays)).toBe(true);
  expect(placeAt(track, some, 5)).toMatchObject({ kind: "gap", reason: "unplayable" });
  expect(placeAt(track, some, 15)).toMatchObject({ kind: "media" });
});
