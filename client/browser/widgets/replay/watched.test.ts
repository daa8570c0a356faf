import { describe, expect, it } from "vitest";
import { Watched } from "./watched";

describe("what was watched", () => {
  it("ends at a pause", () => {
    const watched = new Watched();
    expect(watched.at(10, true)).toBeNull();
    expect(watched.at(11, true)).toBeNull();
    expect(watched.at(12, false)).toEqual({ start: 10, stop: 11 });
    expect(watched.at(12, false)).toBeNull();
  });

  it("leaves out what was jumped over, either way", () => {
    const watched = new Watched();
    watched.at(10, true);
    watched.at(12, true);
    expect(watched.at(100, true)).toEqual({ start: 10, stop: 12 });
    watched.at(101, true);
    expect(watched.at(50, true)).toEqual({ start: 100, stop: 101 });
  });

  it("is told piece by piece while it goes on", () => {
    const watched = new Watched();
    watched.at(0, true);
    watched.at(2, true);
    expect(watched.soFar()).toEqual({ start: 0, stop: 2 });
    expect(watched.soFar()).toBeNull();
    watched.at(4, true);
    expect(watched.soFar()).toEqual({ start: 2, stop: 4 });
  });
});
