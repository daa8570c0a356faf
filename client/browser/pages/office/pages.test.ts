import { describe, expect, it } from "vitest";
import { pageAt, PAGES, pagesFor } from "./pages";

describe("the pages of people who sign in", () => {
  it("stand in the menu once each", () => {
    const paths = PAGES.map((page) => page.path);
    expect(paths).toEqual([...new Set(paths)]);
  });

  it("are found by their address and what lies under it", () => {
    expect(pageAt("/classes")?.path).toBe("/classes");
    expect(pageAt("/classes/3")?.path).toBe("/classes");
    expect(pageAt("/classesroom")).toBeUndefined();
  });

  it("say on the first page what each is for", () => {
    expect(PAGES.filter((page) => page.hint === undefined).map((page) => page.path)).toEqual(["/"]);
  });

  it("show a technician no classes and a teacher no staff", () => {
    const found = (capacity: string): string[] => pagesFor(capacity).map((page) => page.path);
    expect(found("technician")).not.toContain("/classes");
    expect(found("teacher")).not.toContain("/staff");
  });
});
