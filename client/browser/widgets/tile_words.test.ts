import { describe, expect, it } from "vitest";
import type { LessonState, ParticipantState, Pulse } from "../protocol/messages";
import { emptyLesson } from "../state/fold";
import type { Picture } from "../state/wall";
import { qualityOf, roundTripOf, sentenceOn } from "./tile_words";

function room(...away: boolean[]): ParticipantState {
  const devices = away.map((is, k) => ({ device: String(k), role: "room" as const, away: is }));
  return { participant: "b", role: "room", host: false, devices, audio_master: null };
}

function lesson(one: ParticipantState, change: Partial<LessonState> = {}): LessonState {
  return { ...emptyLesson(), participants: [one], ...change };
}

const CAMERA: Picture = {
  key: "b/camera",
  participant: "b",
  source: {
    source: "b/camera",
    kind: "camera",
    device: "0",
    codec: "vp8",
    on: true,
    recorded: true,
  },
  own: false,
};
const BARE: Picture = { key: "b", participant: "b", source: null, own: false };
const FINE = { bound: true, still: false, linked: true, saving: false };

describe("the quality of a link", () => {
  function pulse(rtt_ms: number | null, loss: number): Pulse {
    const links = [{ participant: "b", rtt_ms, loss }];
    return {
      type: "pulse",
      speaking: [],
      links,
      recorded: [],
      free_space: null,
      hands_over_at: null,
    };
  }

  it("is good, weak by loss or delay, away or absent", () => {
    expect(qualityOf(room(false), null)).toBe("good");
    expect(qualityOf(room(false), pulse(30, 0.01))).toBe("good");
    expect(qualityOf(room(false), pulse(30, 0.06))).toBe("weak");
    expect(qualityOf(room(false), pulse(500, 0))).toBe("weak");
    expect(qualityOf(room(false), pulse(null, 0.06))).toBe("weak");
    expect(qualityOf(room(true), null)).toBe("away");
    expect(qualityOf(room(), null)).toBe("absent");
    expect(qualityOf(undefined, null)).toBe("absent");
  });

  it("has a round trip once one was measured, and none before: never 0", () => {
    expect(roundTripOf(room(false), pulse(30, 0))).toBe(30);
    expect(roundTripOf(room(false), pulse(null, 0))).toBeNull();
    expect(roundTripOf(room(false), null)).toBeNull();
  });

  it("is as good as the best device of a room", () => {
    expect(qualityOf(room(true, false), null)).toBe("good");
  });
});

describe("the sentence on a tile", () => {
  it("is silent while the picture moves", () => {
    expect(sentenceOn(lesson(room(false)), CAMERA, FINE, false)).toBeNull();
  });

  it("says why a picture does not move, the nearest cause first", () => {
    const off = { ...CAMERA, source: { ...CAMERA.source!, on: false } };
    const paused = lesson(room(false), { paused: true });
    const still = { ...FINE, still: true };
    expect(sentenceOn(lesson(room()), BARE, FINE, false)).toBe("tile.absent");
    expect(sentenceOn(lesson(room(true)), CAMERA, still, false)).toBe("tile.away");
    expect(sentenceOn(paused, CAMERA, still, false)).toBe("tile.paused");
    expect(sentenceOn(lesson(room(false)), BARE, FINE, false)).toBe("tile.here");
    expect(sentenceOn(lesson(room(false)), off, still, false)).toBe("tile.off");
    const unbound = { ...FINE, bound: false };
    expect(sentenceOn(lesson(room(false)), CAMERA, unbound, false)).toBe("tile.coming");
    expect(sentenceOn(lesson(room(false)), CAMERA, still, false)).toBe("tile.still");
    const cut = { ...still, linked: false };
    expect(sentenceOn(lesson(room(false)), CAMERA, cut, false)).toBe("tile.frozen");
  });

  it("tells a room that another of its devices sends its picture", () => {
    const sent = lesson(room(false), { sources: [CAMERA.source!] });
    expect(sentenceOn(sent, BARE, FINE, true)).toBe("tile.elsewhere");
    expect(sentenceOn(lesson(room(false)), BARE, FINE, true)).toBe("tile.off");
  });

  it("tells who saves data why a camera does not come, and nothing of a screen that stands", () => {
    const kind = "screen" as const;
    const screen = { ...CAMERA, source: { ...CAMERA.source!, kind } };
    const saving = { ...FINE, saving: true };
    const there = lesson(room(false));
    expect(sentenceOn(there, CAMERA, { ...saving, bound: false }, false)).toBe("tile.spared");
    expect(sentenceOn(there, screen, { ...saving, bound: false }, false)).toBe("tile.coming");
    expect(sentenceOn(there, screen, { ...saving, still: true }, false)).toBeNull();
    expect(sentenceOn(there, screen, { ...saving, still: true, linked: false }, false)).toBe(
      "tile.frozen",
    );
  });
});
