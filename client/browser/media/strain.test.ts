import { describe, expect, it } from "vitest";
import { limited, LONGEST_SECONDS, REST_SECONDS, SHORT_SECONDS, Strain } from "./strain";

/** A computer that bears so many layers, for so many seconds; what was spared each second. */
function lived(strain: Strain, bears: number, seconds: number, from = 0): number[] {
  return Array.from({ length: seconds }, (_, second) => {
    strain.take(3 - strain.spared > bears, 3, from + second);
    return strain.spared;
  });
}

describe("Strain", () => {
  it("leaves a strong computer alone", () => {
    expect(Math.max(...lived(new Strain(), 3, 600))).toBe(0);
  });

  it("forgives a moment", () => {
    const strain = new Strain();
    const moments = Array.from({ length: 100 }, (_, second) => second % SHORT_SECONDS !== 0);
    moments.forEach((short, second) => {
      strain.take(short, 3, second);
    });
    expect(strain.spared).toBe(0);
  });

  it("leaves out as many as it takes, never the last", () => {
    expect(lived(new Strain(), 1, 20).pop()).toBe(2);
    expect(lived(new Strain(), 0, 300).every((spared) => spared <= 2)).toBe(true);
  });

  it("tries again, and less and less often where that is in vain", () => {
    const spared = lived(new Strain(), 2, 4 * 3600);
    const tries = spared.flatMap((now, at) => (now < (spared[at - 1] ?? 0) ? [at] : []));
    const waits = tries.slice(1).map((at, place) => at - (tries[place] ?? 0));
    expect(tries[0]).toBeLessThanOrEqual(REST_SECONDS + SHORT_SECONDS + 1);
    expect(Math.min(...waits.slice(4))).toBeGreaterThanOrEqual(LONGEST_SECONDS);
  });

  it("has all again when the computer is free", () => {
    const strain = new Strain();
    lived(strain, 1, 30);
    expect(lived(strain, 3, 4 * REST_SECONDS, 30).pop()).toBe(0);
  });
});

describe("limited", () => {
  const sender = (type: string, reason?: string) => ({
    getStats: () =>
      Promise.resolve(
        new Map([["1", { type, qualityLimitationReason: reason }]]) as RTCStatsReport,
      ),
  });

  it("believes the reports of what is sent", async () => {
    expect(await limited([sender("outbound-rtp", "none"), sender("outbound-rtp", "cpu")])).toBe(
      true,
    );
    expect(await limited([sender("outbound-rtp", "bandwidth"), sender("other", "cpu")])).toBe(
      false,
    );
    expect(await limited([sender("outbound-rtp")])).toBe(false);
  });
});
