import { describe, expect, it } from "vitest";
import { arrivedBy, bytesOf, Traffic } from "./traffic";

describe("the bytes of a lesson", () => {
  it("add up over connections, each counting from zero", () => {
    const traffic = new Traffic();
    traffic.take("a", 1000, 0);
    traffic.take("a", 3000, 1);
    traffic.take("b", 500, 2);
    traffic.take("b", 700, 3);
    expect(traffic.used).toBe(3700);
  });

  it("are estimated by the last minute", () => {
    const traffic = new Traffic();
    for (let second = 0; second <= 200; second += 1) {
      const bytes = second <= 100 ? second * 10_000 : 1_000_000 + (second - 100) * 1000;
      traffic.take("a", bytes, second);
    }
    expect(traffic.rate()).toBeCloseTo(1000);
    expect(traffic.estimate(600)).toBeCloseTo(1_100_000 + 600_000);
    expect(traffic.estimate(-5)).toBe(1_100_000);
  });

  it("are estimated anew when the data saver is turned", () => {
    const traffic = new Traffic();
    traffic.take("a", 0, 0);
    traffic.take("a", 100_000, 10);
    traffic.changed();
    expect(traffic.rate()).toBe(0);
    traffic.take("a", 110_000, 20);
    expect(traffic.rate()).toBeCloseTo(1000);
  });

  it("are read from the transport of a connection", async () => {
    const report = new Map([
      ["t", { type: "transport", bytesReceived: 40, bytesSent: 2 }],
      ["r", { type: "inbound-rtp", bytesReceived: 30 }],
    ]);
    const pc = { getStats: () => Promise.resolve(report as unknown as RTCStatsReport) };
    expect(await bytesOf(pc)).toBe(42);
  });

  it("that came are read from its pairs, where alone Firefox tells of them", async () => {
    const report = new Map([
      ["p", { type: "candidate-pair", bytesReceived: 40, bytesSent: 2 }],
      ["q", { type: "candidate-pair" }],
      ["t", { type: "transport", bytesReceived: 44 }],
    ]);
    const pc = { getStats: () => Promise.resolve(report as unknown as RTCStatsReport) };
    expect(await arrivedBy(pc)).toBe(40);
  });
});
