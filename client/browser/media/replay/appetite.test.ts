import { expect, test } from "vitest";
import { covered, unwanted, wanted } from "./appetite";
import { placeAt, stretchesOf, type Piece } from "./coverage";

const track = { source: "p/c", participant: "p", kind: "camera" as const, parts: [], gaps: [] };
const part = {
  file: "one",
  container: "mp4",
  codec: "h264" as const,
  mime: "",
  start: 0,
  end: 200,
  init: [0, 1],
  segments: [],
};

function piece(start: number, end: number): Piece {
  return { key: String(start), part, start, end, offset: 0, length: 1 };
}

const pieces = [
  ...Array.from({ length: 10 }, (_, index) => piece(index * 10, index * 10 + 10)),
  piece(110, 120),
];
const stretches = stretchesOf(pieces);
const window = { back: 30, ahead: 30 };

function starts(found: readonly Piece[]): number[] {
  return found.map((one) => one.start);
}

test("what is shown comes first, then what follows within the window", () => {
  const place = placeAt(track, stretches, 45);
  expect(starts(wanted(pieces, place, { time: 45, limit: 100 }, window))).toEqual([40, 50, 60, 70]);
});

test("nothing behind a gap is wanted while the stretch before it is shown", () => {
  const place = placeAt(track, stretches, 95);
  expect(starts(wanted(pieces, place, { time: 95, limit: 100 }, window))).toEqual([90]);
});

test("in a gap the last frame before it comes first", () => {
  const place = placeAt(track, stretches, 105);
  expect(starts(wanted(pieces, place, { time: 105, limit: 100 }, window))).toEqual([90]);
  expect(starts(wanted(pieces, place, { time: 105, limit: Infinity }, window))).toEqual([90, 110]);
});

test("only whole pieces are let go", () => {
  const place = placeAt(track, stretches, 75);
  const ranges = unwanted(pieces, place, { time: 75, limit: 100 }, window);
  expect(ranges).toEqual([
    { from: 0, to: 40 },
    { from: 110, to: Infinity },
  ]);
});

test("a piece that a browser has thrown away in part is seen to be so", () => {
  expect(covered(piece(10, 20), [{ from: 0, to: 12 }])).toBe(2);
  expect(covered(piece(10, 20), [{ from: 30, to: 40 }])).toBe(0);
});
