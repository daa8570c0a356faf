import { describe, expect, it } from "vitest";
import type { Path } from "../../media/check/path";
import { findings } from "./findings";

const GOOD: Path = {
  https: true,
  websocket: true,
  udp: true,
  udp_to: "192.0.2.7 40000",
  rtt_ms: 0.2,
  up_kbps: 2000,
  down_kbps: 40_000,
  clock_ms: 3,
};

function marks(path: Path): Record<string, string> {
  return Object.fromEntries(
    findings(path).map(({ about, mark, word }) => [about, `${mark} ${word}`]),
  );
}

describe("what a path means", () => {
  it("is good in every line of a good one", () => {
    expect(findings(GOOD).map(({ mark }) => mark)).toEqual(Array(6).fill("good"));
    expect(findings(GOOD)[3]?.filling).toEqual({ ms: 1 });
    expect(findings(GOOD)[4]?.filling).toEqual({ mbit: "40.0" });
  });

  it("names what does not pass", () => {
    const found = marks({ ...GOOD, https: false, websocket: false, udp: false });
    expect(found).toMatchObject({
      https: "bad check.https.bad",
      websocket: "bad check.websocket.bad",
      udp: "bad check.udp.bad",
    });
  });

  it("tells a long way and a thin line from none", () => {
    expect(marks({ ...GOOD, rtt_ms: 301, up_kbps: 1999, down_kbps: 299 })).toMatchObject({
      rtt: "weak check.rtt.weak",
      up: "weak check.up.weak",
      down: "bad check.down.weak",
    });
    expect(marks({ ...GOOD, rtt_ms: null, up_kbps: null, down_kbps: null })).toMatchObject({
      rtt: "bad check.rtt.unknown",
      up: "bad check.up.unknown",
      down: "bad check.down.unknown",
    });
  });
});
