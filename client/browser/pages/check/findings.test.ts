import { describe, expect, it } from "vitest";
import type { Path } from "../../media/check/path";
import { findings } from "./findings";

const GOOD: Path = {
  https: true,
  websocket: true,
  udp: true,
  tcp: false,
  relay: false,
  udp_to: "192.0.2.7 40000",
  rtt_ms: 0.2,
  up_kbps: 2000,
  down_kbps: 40_000,
  clock_ms: 3,
  loss_up: 0.004,
  loss_down: 0,
  jitter_ms: 4.2,
};

function marks(path: Path): Record<string, string> {
  return Object.fromEntries(
    findings(path).map(({ about, mark, word }) => [about, `${mark} ${word}`]),
  );
}

describe("what a path means", () => {
  it("is good in every line of a good one", () => {
    expect(findings(GOOD).map(({ mark }) => mark)).toEqual(Array(9).fill("good"));
    expect(findings(GOOD)[3]?.filling).toEqual({ ms: 1 });
    expect(findings(GOOD)[4]?.filling).toEqual({ percent: 0 });
    expect(findings(GOOD)[7]?.filling).toEqual({ mbit: "40.0" });
  });

  it("names what does not pass", () => {
    const found = marks({ ...GOOD, https: false, websocket: false, udp: false });
    expect(found).toMatchObject({
      https: "bad check.https.bad",
      websocket: "bad check.websocket.bad",
      udp: "bad check.udp.bad",
    });
  });

  it("names the port that is shut, and tells it from a server that did not answer", () => {
    const shut = findings({ ...GOOD, udp: false, loss_up: null, loss_down: null, jitter_ms: null });
    expect(shut.map(({ about }) => about)).toEqual([
      "https",
      "websocket",
      "udp",
      "rtt",
      "down",
      "up",
    ]);
    expect(shut[2]?.filling).toEqual({ port: "40000" });
    expect(marks({ ...GOOD, tcp: true })["udp"]).toBe("weak check.udp.tcp");
    expect(marks({ ...GOOD, relay: true })["udp"]).toBe("weak check.udp.relay");
    expect(marks({ ...GOOD, udp: false, udp_to: null })["udp"]).toBe("bad check.udp.unknown");
  });

  it("says what lost and uneven packets do", () => {
    expect(marks({ ...GOOD, loss_up: 0.04, loss_down: 0.1, jitter_ms: 51 })).toMatchObject({
      loss_up: "weak check.loss_up.weak",
      loss_down: "bad check.loss_down.bad",
      jitter: "weak check.jitter.weak",
    });
    expect(findings({ ...GOOD, loss_up: 0.04 })[4]?.filling).toEqual({ percent: 4 });
    const uncounted = marks({ ...GOOD, loss_up: null, loss_down: null, jitter_ms: null });
    expect(uncounted["loss_up"]).toBe("weak check.loss_up.unknown");
    expect(uncounted).not.toHaveProperty("jitter");
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
