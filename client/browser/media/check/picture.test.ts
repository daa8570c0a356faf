import { expect, it } from "vitest";
import { isDark } from "./picture";

/** Points that are all this bright but for some share that is white. */
function picture(brightness: number, white: number): Uint8ClampedArray {
  const points = 1000;
  return Uint8ClampedArray.from({ length: points * 4 }, (_, at) =>
    at % 4 === 3 || Math.floor(at / 4) < points * white ? 255 : brightness,
  );
}

it("tells a lid from a dim room", () => {
  expect(isDark(picture(0, 0))).toBe(true);
  expect(isDark(picture(9, 0.005))).toBe(true);
  expect(isDark(picture(9, 0.05))).toBe(false);
  expect(isDark(picture(40, 0))).toBe(false);
});
