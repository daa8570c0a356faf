import { expect, test } from "vitest";
import { address, asksNothing, query, readAddress } from "./asked";

const NOTHING = {
  words: "",
  school: "",
  class: "",
  teacher: "",
  subject: "",
  form: "",
  commented: "",
  from: "",
  to: "",
};

test("an address says what is asked for and on which page", () => {
  const asked = {
    ...NOTHING,
    words: "茉莉花",
    subject: "music",
    from: "2026-11-01",
    commented: "yes",
  };
  expect(readAddress(address(asked, 2))).toEqual({ asked, page: 2 });
  expect(address(NOTHING, 0)).toBe("");
  expect(asksNothing(readAddress("").asked)).toBe(true);
  expect(asksNothing(asked)).toBe(false);
});

test("a page that can be none is the first", () => {
  expect(readAddress("?page=-3").page).toBe(0);
  expect(readAddress("?page=x").page).toBe(0);
});

test("days are whole days of a school's clock", () => {
  const asked = { ...NOTHING, from: "2026-11-01", to: "2026-11-30" };
  expect(query(asked, 0)).toMatchObject({
    since: "2026-11-01T00:00:00+08:00",
    until: "2026-12-01T00:00:00+08:00",
    page: "0",
  });
  expect(query(NOTHING, 0)).toMatchObject({ since: "", until: "" });
});
