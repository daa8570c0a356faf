import { expect, test } from "vitest";
import { seen, total } from "./seen";

test("what was watched twice counts once", () => {
  const found = seen(
    [
      [30, 60],
      [0, 10],
      [50, 90],
      [10, 20],
    ],
    100,
  );
  expect(found).toEqual([
    [0, 20],
    [30, 90],
  ]);
  expect(total(found)).toBe(80);
});

test("nothing lies outside the lesson", () => {
  expect(
    seen(
      [
        [-5, 10],
        [95, 140],
        [120, 130],
      ],
      100,
    ),
  ).toEqual([
    [0, 10],
    [95, 100],
  ]);
  expect(total(seen([], 100))).toBe(0);
});
