import { describe, expect, it } from "vitest";
import { judge } from "./exchange";

describe("round trips", () => {
  it("give their median, and the clock's lead by the shortest one", () => {
    const judged = judge([
      { sent: 1000, got: 1100, server: 60 },
      { sent: 2000, got: 2010, server: 1005 },
      { sent: 3000, got: 3040, server: 2039 },
    ]);
    expect(judged).toEqual({ rtt_ms: 40, clock_ms: 1000 });
  });

  it("say nothing when there were none", () => {
    expect(judge([])).toBeNull();
  });
});
