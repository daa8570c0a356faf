import { expect, test } from "vitest";
import { linkTo, momentOf } from "./moment";

test("a link to a moment is understood again", () => {
  const link = new URL(linkTo("http://school:8080", "a.b", 754.9));
  expect(link.pathname + link.hash).toBe("/replay#a.b");
  expect(momentOf(link.search)).toBe(754);
});

test.each(["", "?t=", "?t=noon", "?t=-5"])("%s asks for no moment", (search) => {
  expect(momentOf(search)).toBeNull();
});
