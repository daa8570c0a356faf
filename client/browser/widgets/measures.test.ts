import { expect, it } from "vitest";
import { megabytes } from "./measures";

it("shows megabytes no more exactly than anyone wants to know", () => {
  expect(megabytes(0)).toBe("0.0");
  expect(megabytes(2_340_000)).toBe("2.3");
  expect(megabytes(31_700_000)).toBe("32");
});
