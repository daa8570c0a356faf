import { describe, expect, it } from "vitest";
import type { Path } from "../../media/check/path";
import english from "../../locale/en.json";
import {
  ofBandwidth,
  ofCamera,
  ofEcho,
  ofJitter,
  ofLoss,
  ofMicrophone,
  ofPath,
  ofRoundTrip,
  ofSpeaker,
  summarise,
  type Finding,
} from "./findings";

const GOOD: Path = {
  ...{
    https: true,
    websocket: true,
    udp: true,
    tcp: false,
    relay: false,
    udp_to: "192.0.2.7 40000",
    clock_ms: 0,
  },
  ...{ rtt_ms: 38.4, up_kbps: 20_000, down_kbps: 50_000 },
  ...{ loss_up: 0.001, loss_down: 0.01, jitter_ms: 4 },
};
const NOTHING_BACK = { level: -70, delay: 0, floor: -65 };
const echo = (level: number): typeof NOTHING_BACK => ({ level, delay: 0.1, floor: -70 });

function said(line: string, { word }: Finding): string | undefined {
  return (english as Record<string, string>)[`devices.${line}.${word}`];
}

describe("what a check has found", () => {
  it("tells a camera that is missing, busy, covered", () => {
    expect(ofCamera("good", null).grade).toBe("good");
    expect(ofCamera("dark", null)).toMatchObject({ grade: "bad", word: "dark" });
    expect(ofCamera(null, "busy")).toMatchObject({ grade: "bad", word: "busy" });
    expect(ofCamera(null, null)).toMatchObject({ grade: "bad", word: "missing" });
  });

  it("tells a microphone that is switched off from one that is far away", () => {
    expect(ofMicrophone(-25, null).grade).toBe("good");
    expect(ofMicrophone(-60, null)).toMatchObject({ grade: "poor", word: "quiet" });
    expect(ofMicrophone(-144, null)).toMatchObject({ grade: "bad", word: "dead" });
    expect(ofMicrophone(null, "denied")).toMatchObject({ grade: "bad", word: "denied" });
  });

  it("passes an echo only of a loudspeaker that was heard", () => {
    expect(ofSpeaker(echo(-20)).grade).toBe("good");
    expect(ofEcho(echo(-20), echo(-50))).toMatchObject({ grade: "good", word: "good" });
    expect(ofEcho(echo(-20), NOTHING_BACK).grade).toBe("good");
    expect(ofEcho(echo(-20), echo(-15))).toMatchObject({ grade: "bad", word: "loud" });
    expect(ofSpeaker(NOTHING_BACK)).toMatchObject({ grade: "poor", word: "unheard" });
    expect(ofEcho(NOTHING_BACK, NOTHING_BACK)).toMatchObject({ grade: "unknown", word: "unheard" });
    expect(ofEcho(null, null).grade).toBe("unknown");
  });

  it("tells where the path is cut", () => {
    expect(ofPath(GOOD).grade).toBe("good");
    expect(ofPath({ ...GOOD, udp: false })).toMatchObject({ grade: "bad", word: "no_media" });
    expect(ofPath({ ...GOOD, websocket: false }).word).toBe("no_signaling");
    expect(ofPath(null).grade).toBe("unknown");
  });

  it("tells whether a lesson fits, and how long an answer takes", () => {
    expect(ofBandwidth(GOOD)).toEqual({
      ...{ grade: "good", word: "good", data: { up: "20.0", down: "50.0" } },
    });
    expect(ofBandwidth({ ...GOOD, up_kbps: 1200 }).grade).toBe("poor");
    expect(ofBandwidth({ ...GOOD, down_kbps: 300 }).grade).toBe("bad");
    expect(ofBandwidth({ ...GOOD, down_kbps: null }).grade).toBe("unknown");
    expect(ofRoundTrip(GOOD)).toMatchObject({ grade: "good", data: { ms: 38 } });
    expect(ofRoundTrip({ ...GOOD, rtt_ms: 500 }).grade).toBe("poor");
    expect(ofRoundTrip({ ...GOOD, rtt_ms: null }).grade).toBe("unknown");
  });

  it("loses packets, or brings them unevenly, or is not known to", () => {
    expect(ofLoss(GOOD)).toEqual({ grade: "good", word: "good", data: { up: 0, down: 1 } });
    expect(ofLoss({ ...GOOD, loss_up: 0.04 })).toMatchObject({ grade: "poor", data: { up: 4 } });
    expect(ofLoss({ ...GOOD, loss_down: 0.1 }).grade).toBe("bad");
    expect(ofLoss({ ...GOOD, loss_down: null }).grade).toBe("unknown");
    expect(ofJitter(GOOD).grade).toBe("good");
    expect(ofJitter({ ...GOOD, jitter_ms: 51 })).toMatchObject({ grade: "poor", data: { ms: 51 } });
    expect(ofJitter(null).grade).toBe("unknown");
  });

  it("comes to three words, each as bad as its worst line", () => {
    const lines = {
      camera: ofCamera("good", null),
      microphone: ofMicrophone(-60, null),
      speaker: ofSpeaker(echo(-20)),
      echo: ofEcho(echo(-20), echo(-50)),
      path: ofPath(GOOD),
      loss: ofLoss(GOOD),
      jitter: ofJitter(GOOD),
      bandwidth: ofBandwidth(GOOD),
      round_trip: ofRoundTrip({ ...GOOD, rtt_ms: null }),
    };
    expect(summarise(lines)).toEqual({ devices: "poor", echo: "good", network: "unknown" });
    expect(summarise({ ...lines, loss: ofLoss({ ...GOOD, loss_down: 0.2 }) }).network).toBe("bad");
    expect(summarise({ ...lines, path: ofPath({ ...GOOD, udp: false }) }).network).toBe("bad");
  });

  it("has a sentence for whatever it finds", () => {
    const troubles = ["insecure", "denied", "missing", "busy", "failed"] as const;
    const found: [string, Finding][] = [
      ...troubles.map((why): [string, Finding] => ["camera", ofCamera(null, why)]),
      ...troubles.map((why): [string, Finding] => ["microphone", ofMicrophone(null, why)]),
      ...(["good", "dark", "none"] as const).map((sight): [string, Finding] => [
        "camera",
        ofCamera(sight, null),
      ]),
      ...[-25, -60, -144].map((level): [string, Finding] => [
        "microphone",
        ofMicrophone(level, null),
      ]),
      ...[echo(-20), NOTHING_BACK, null].map((raw): [string, Finding] => [
        "speaker",
        ofSpeaker(raw),
      ]),
      ...[echo(-15), echo(-50), null].map((heard): [string, Finding] => [
        "echo",
        ofEcho(echo(-20), heard),
      ]),
      ["echo", ofEcho(NOTHING_BACK, NOTHING_BACK)],
      ...[
        GOOD,
        { ...GOOD, udp: false },
        { ...GOOD, udp: false, udp_to: null },
        { ...GOOD, websocket: false },
        null,
      ].map((path): [string, Finding] => ["path", ofPath(path)]),
      ...[GOOD, { ...GOOD, loss_up: 0.04 }, { ...GOOD, loss_down: 0.3 }, null].map(
        (path): [string, Finding] => ["loss", ofLoss(path)],
      ),
      ...[GOOD, { ...GOOD, jitter_ms: 90 }, null].map((path): [string, Finding] => [
        "jitter",
        ofJitter(path),
      ]),
      ...[GOOD, { ...GOOD, up_kbps: 1200 }, { ...GOOD, up_kbps: 99 }, null].map(
        (path): [string, Finding] => ["bandwidth", ofBandwidth(path)],
      ),
      ...[GOOD, { ...GOOD, rtt_ms: 500 }, null].map((path): [string, Finding] => [
        "round_trip",
        ofRoundTrip(path),
      ]),
    ];
    for (const [line, one] of found) {
      expect(said(line, one), `${line} ${one.word}`).toBeDefined();
    }
  });
});
