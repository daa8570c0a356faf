import { describe, expect, it } from "vitest";
import { lossesIn } from "./losses";

const OUT = { type: "outbound-rtp", kind: "video", packetsSent: 200 };
const REPORT = { type: "remote-inbound-rtp", kind: "video", packetsLost: 8, jitter: 0.004 };
const BACK = {
  type: "inbound-rtp",
  kind: "video",
  packetsReceived: 182,
  packetsLost: 18,
  jitter: 0.03,
};

describe("what a path loses", () => {
  it("is told apart by the way", () => {
    const { loss_up, loss_down, jitter_ms } = lossesIn([OUT, REPORT], [BACK]);
    expect(loss_up).toBeCloseTo(0.04);
    expect(loss_down).toBeCloseTo(1 - 0.91 / 0.96);
    expect(jitter_ms).toBeCloseTo(30);
  });

  it("is never negative, whichever end counted first", () => {
    const counted = lossesIn([OUT, { ...REPORT, packetsLost: -1 }], [{ ...BACK, packetsLost: 0 }]);
    expect([counted.loss_up, counted.loss_down]).toEqual([0, 0]);
  });

  it("is unknown where an end did not count or few packets were sent", () => {
    expect(lossesIn([OUT], [])).toEqual({ loss_up: null, loss_down: null, jitter_ms: null });
    const few = lossesIn([{ ...OUT, packetsSent: 20 }, REPORT], [BACK]);
    expect([few.loss_up, few.loss_down]).toEqual([null, null]);
  });
});
