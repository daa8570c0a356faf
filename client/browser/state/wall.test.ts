import { describe, expect, it } from "vitest";
import type { Kind, LessonState, Role } from "../protocol/messages";
import { emptyLesson } from "./fold";
import type { Me } from "./floor";
import { wall, wanted, type Screen, type Tile } from "./wall";

const SIZES = [
  [1366, 650],
  [3840, 1900],
] as const;

function lesson(change: Partial<LessonState> = {}): LessonState {
  const room = (participant: string, host: boolean) => ({
    participant,
    role: "room" as Role,
    host,
    devices: [{ device: `${participant}-page`, role: "room" as Role, away: false }],
    audio_master: `${participant}-page`,
  });
  return {
    ...emptyLesson(),
    phase: "live",
    participants: [room("a", true), room("b", false)],
    sources: [source("a/camera", "camera"), source("b/class_camera", "class_camera")],
    ...change,
  };
}

function source(id: string, kind: Kind, on = true) {
  const device = `${id.slice(0, id.indexOf("/"))}-page`;
  return { source: id, kind, device, codec: "vp8" as const, on, recorded: true };
}

function withThird(state: LessonState): LessonState {
  const b = state.participants[1]!;
  return {
    ...state,
    participants: [
      ...state.participants,
      { ...b, participant: "c", devices: [{ device: "c-page", role: "room", away: false }] },
    ],
    sources: [...state.sources, source("c/class_camera", "class_camera")],
  };
}

const HOST: Me = { participant: "a", device: "a-page", role: "teacher", leads: true };
const ROOM: Me = { participant: "b", device: "b-page", role: "room", leads: false };
const PUPIL: Me = { participant: "p", device: "p-page", role: "pupil", leads: false };

function screen(width: number, height: number, change: Partial<Screen> = {}): Screen {
  return { width, height, layout: null, large: null, lastCalled: null, ...change };
}

/** The widest picture of another room. */
function widest(state: LessonState, me: Me, size: Screen): number {
  const others = wall(state, me, size).filter(
    (tile) => tile.participant !== me.participant && tile.source?.kind !== "screen",
  );
  return Math.max(...others.map((tile) => tile.width));
}

const HAIR = 1e-6;

function inside(tile: Tile): boolean {
  return tile.x + tile.width <= 1 + HAIR && tile.y + tile.height <= 1 + HAIR;
}

function overlap(one: Tile, other: Tile): boolean {
  const across = one.x + HAIR < other.x + other.width && other.x + HAIR < one.x + one.width;
  const down = one.y + HAIR < other.y + other.height && other.y + HAIR < one.y + one.height;
  return one !== other && across && down;
}

describe("the wall", () => {
  for (const [width, height] of SIZES) {
    for (const layout of ["equal", "speaker", "screen"] as const) {
      it(`shows the other class at least 40 % wide at ${width}, ${layout}`, () => {
        for (const me of [HOST, ROOM, PUPIL]) {
          expect(widest(lesson({ layout }), me, screen(width, height))).toBeGreaterThanOrEqual(0.4);
          const three = withThird(lesson({ layout }));
          expect(widest(three, me, screen(width, height))).toBeGreaterThanOrEqual(0.4);
        }
      });

      it(`keeps it at least 25 % wide beside a screen at ${width}, ${layout}`, () => {
        const state = withThird(lesson({ layout }));
        const shared = { ...state, sources: [...state.sources, source("a/screen", "screen")] };
        for (const me of [HOST, ROOM, PUPIL]) {
          expect(widest(shared, me, screen(width, height))).toBeGreaterThanOrEqual(0.25);
        }
      });
    }
  }

  it("gives the other class the full width of an upright phone", () => {
    const state = withThird(lesson());
    const shared = { ...state, sources: [...state.sources, source("a/screen", "screen")] };
    for (const me of [HOST, ROOM, PUPIL]) {
      expect(widest(state, me, screen(390, 700))).toBe(1);
      expect(widest(shared, me, screen(390, 700))).toBe(1);
    }
  });

  it("never lets tiles overlap or leave the wall", () => {
    const state = withThird(lesson());
    const shared = { ...state, sources: [...state.sources, source("a/screen", "screen")] };
    for (const size of [screen(1366, 650), screen(390, 700)]) {
      for (const layout of ["equal", "speaker", "screen"] as const) {
        const tiles = wall({ ...shared, layout }, HOST, size);
        expect(tiles.filter((one) => !inside(one))).toEqual([]);
        expect(tiles.filter((one) => tiles.some((other) => overlap(one, other)))).toEqual([]);
      }
    }
  });

  it("shows a called room large at every end", () => {
    const state = withThird(lesson({ called: "c" }));
    for (const me of [HOST, ROOM, PUPIL]) {
      const [first] = wall(state, me, screen(1366, 650));
      expect(first?.participant).toBe("c");
      expect(first?.width).toBeGreaterThan(0.7);
    }
  });

  it("shows a called room the host large and itself in the column", () => {
    const [first, ...rest] = wall(lesson({ called: "b" }), ROOM, screen(1366, 650));
    expect(first?.participant).toBe("a");
    expect(first?.large).toBe(true);
    expect(rest.map((tile) => tile.participant)).toEqual(["b"]);
    expect(rest[0]?.own).toBe(true);
  });

  it("keeps the room called last large for the host of several", () => {
    const state = withThird(lesson());
    expect(wall(state, HOST, screen(1366, 650))[0]?.participant).toBe("b");
    const later = screen(1366, 650, { lastCalled: "c" });
    expect(wall(state, HOST, later)[0]?.participant).toBe("c");
  });

  it("keeps the place of a room that is still expected", () => {
    const state = lesson({ sources: [source("a/camera", "camera")] });
    const tiles = wall(state, HOST, screen(1366, 650));
    expect(tiles.map((tile) => [tile.participant, tile.source?.source ?? null])).toEqual([
      ["b", null],
      ["a", "a/camera"],
    ]);
  });

  it("does not show a room its own pictures by way of another device", () => {
    const state = lesson();
    const second: Me = { ...ROOM, device: "b-other" };
    expect(wall(state, second, screen(1366, 650)).map((tile) => tile.participant)).toEqual(["a"]);
  });

  it("puts two classes side by side, not two cameras of one", () => {
    const state = lesson();
    const more = { ...state, sources: [...state.sources, source("b/camera", "camera")] };
    const [first, second] = wall(more, HOST, screen(1366, 650));
    expect([first?.key, second?.key]).toEqual(["b/class_camera", "a/camera"]);
  });

  it("does not give half the wall to a room that is not there yet", () => {
    const state = withThird(lesson());
    const early = { ...state, sources: state.sources.slice(0, 2) };
    const tiles = wall(early, HOST, screen(1366, 650));
    expect(tiles.map((tile) => tile.key)).toEqual(["b/class_camera", "a/camera", "c"]);
  });

  it("makes large what the viewer touched", () => {
    const touched = screen(1366, 650, { large: "a/camera", layout: "speaker" });
    expect(wall(withThird(lesson()), ROOM, touched)[0]?.key).toBe("a/camera");
  });

  it("asks for slots for what it shows, the largest first, never for its own", () => {
    const state = withThird(lesson());
    const shared = { ...state, sources: [...state.sources, source("b/screen", "screen")] };
    const tiles = wall(shared, HOST, screen(1366, 650, { layout: "screen" }));
    expect(wanted(tiles, { width: 1366, height: 650 })).toEqual([
      { source: "b/screen", rows: 520 },
      { source: "b/class_camera", rows: 280 },
      { source: "c/class_camera", rows: 160 },
    ]);
  });
});

describe("a camera in a pupil's home", () => {
  const PUPILS_ROOM: LessonState = {
    ...lesson(),
    participants: [
      ...lesson().participants,
      { ...lesson().participants[1]!, participant: "q", role: "pupil", devices: [] },
    ],
    sources: [...lesson().sources, source("q/camera", "camera")],
  };
  const shown = (me: Me, called: string | null = null) =>
    wall({ ...PUPILS_ROOM, called }, me, screen(1366, 650)).map((tile) => tile.key);
  const FAR_TEACHER: Me = { ...ROOM, role: "teacher" };
  const OTHERS: Me[] = [ROOM, PUPIL, { ...PUPIL, role: "viewer" }];

  it("has a place at teachers, and at everyone's while the pupil is called", () => {
    expect(shown(HOST)).toContain("q/camera");
    expect(shown(FAR_TEACHER)).toContain("q/camera");
    for (const me of OTHERS) {
      expect(shown(me)).not.toContain("q/camera");
      expect(shown(me)).not.toContain("q");
      expect(shown(me, "q")).toContain("q/camera");
    }
  });

  it("has none at a silent inspector, who is told only who is called", () => {
    const inspector: Me = { ...PUPIL, role: "inspector" };
    expect(shown(inspector)).not.toContain("q");
    expect(shown(inspector, "q")).not.toContain("q/camera");
    expect(shown(inspector, "q")).toContain("q");
  });
});
