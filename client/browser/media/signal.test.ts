import { describe, expect, it } from "vitest";
import { OneAtATime } from "./signal";

describe("one negotiation at a time", () => {
  it("runs once more for everything asked meanwhile", async () => {
    let runs = 0;
    let release: () => void = () => undefined;
    const negotiation = new OneAtATime(() => {
      runs += 1;
      return new Promise((resolve) => {
        release = resolve;
      });
    });
    negotiation.request();
    negotiation.request();
    negotiation.request();
    expect(runs).toBe(1);
    release();
    await Promise.resolve();
    expect(runs).toBe(2);
    release();
    await Promise.resolve();
    expect(runs).toBe(2);
  });
});
