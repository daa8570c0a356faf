import { describe, expect, it } from "vitest";
import { Arrivals } from "./arrival";

describe("arrivals", () => {
  it("calls a picture still after 2 s without a frame", () => {
    const arrivals = new Arrivals();
    arrivals.take("b/camera", { frames: 10, packets: 100, lost: 0 }, 0);
    arrivals.take("b/camera", { frames: 10, packets: 100, lost: 0 }, 1.9);
    expect(arrivals.still(1.9).size).toBe(0);
    expect([...arrivals.still(2.1)]).toEqual(["b/camera"]);
    arrivals.take("b/camera", { frames: 11, packets: 101, lost: 0 }, 2.2);
    expect(arrivals.still(2.3).size).toBe(0);
  });

  it("tells the loss since it was asked last, over new connections too", () => {
    const arrivals = new Arrivals();
    arrivals.take("b/camera", { frames: 1, packets: 90, lost: 10 }, 0);
    expect(arrivals.lossSinceAsked()).toBeCloseTo(0.1);
    arrivals.take("b/camera", { frames: 1, packets: 40, lost: 0 }, 1);
    arrivals.take("b/camera", { frames: 2, packets: 50, lost: 10 }, 2);
    expect(arrivals.lossSinceAsked()).toBeCloseTo(10 / 60);
    expect(arrivals.lossSinceAsked()).toBe(0);
  });

  it("forgets what is not bound any more", () => {
    const arrivals = new Arrivals();
    arrivals.take("b/camera", { frames: 1, packets: 1, lost: 0 }, 0);
    arrivals.keep(new Set(["c/camera"]));
    expect(arrivals.still(10).size).toBe(0);
  });
});
