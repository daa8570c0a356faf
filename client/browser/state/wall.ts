/**
 * Which pictures a screen shows and where; pure geometry over a lesson's state.
 *
 * The other class is the hero. Rectangles are shares of the wall (0 to 1), so that the same plan
 * fits a phone and a panel.
 */
import type {
  Kind,
  Layout,
  LessonState,
  ParticipantState,
  Size,
  SourceState,
} from "../protocol/messages";
import { ownerOf } from "./fold";
import { hostOf, isOn, maySee, roomsOf, sourcesOf, type Me } from "./floor";

/** A rectangle in shares of the wall. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a tile shows: a source, or the place of someone who has no picture. */
export interface Picture {
  /** Stays the same while the tile lives: the source, or the participant without one. */
  readonly key: string;
  readonly participant: string;
  readonly source: SourceState | null;
  /** A preview of this device's own camera or screen, never from the server. */
  readonly own: boolean;
}

/** One tile of the wall. */
export interface Tile extends Picture, Rect {
  /** Whether it is the one large picture. */
  readonly large: boolean;
}

/** What the wall depends on besides the lesson. */
export interface Screen {
  readonly width: number;
  readonly height: number;
  /** The viewer's own choice of layout; null: the teacher's. */
  readonly layout: Layout | null;
  /** A picture the viewer made large with a click. */
  readonly large: string | null;
  /** The room that was called last. */
  readonly lastCalled: string | null;
}

const COLUMN = 0.18;

/** The tiles of a screen, the largest first. */
export function wall(state: LessonState, me: Me, screen: Screen): Tile[] {
  const pictures = picturesOf(state, me, screen);
  const shared = pictures.find((one) => isScreen(one.source?.kind)) ?? null;
  const hero = pictures.find((one) => one !== shared) ?? null;
  const rest = pictures.filter((one) => one !== shared && one !== hero);
  if (screen.width < screen.height) {
    return upright(hero, shared, rest, screen);
  }
  return place(screen.layout ?? layoutOf(state), hero, shared, rest, screen);
}

/** The layout for all; whoever is called is large at every end, whatever it says. */
function layoutOf(state: LessonState): Layout {
  return state.called !== null && state.layout === "equal" ? "speaker" : state.layout;
}

function isScreen(kind: Kind | undefined): boolean {
  return kind === "screen";
}

// ------------------------------------------------------------------ which pictures

/** Everything that can be shown, in order of importance. */
export function picturesOf(state: LessonState, me: Me, screen: Screen): Picture[] {
  const order = people(state, me, screen);
  const pictures = order.flatMap((one) => picturesOfOne(state, me, one));
  const first = pictures.findIndex((one) => one.key === screen.large);
  return first <= 0 ? pictures : [...pictures.splice(first, 1), ...pictures];
}

/** Participants, the one to be shown large first and oneself after the other rooms. */
function people(state: LessonState, me: Me, screen: Screen): ParticipantState[] {
  const rank = (one: ParticipantState): number => importance(state, me, screen, one);
  const shown = [...roomsOf(state), ...persons(state, me)];
  return shown
    .map((one, index) => ({ one, index }))
    .sort((a, b) => rank(a.one) - rank(b.one) || a.index - b.index)
    .map(({ one }) => one);
}

/** Pupils who show this device something or are called. */
function persons(state: LessonState, me: Me): ParticipantState[] {
  return state.participants.filter(
    (one) =>
      one.role === "pupil" &&
      (one.participant === state.called ||
        sourcesOf(state, one.participant).some(
          (source) => isPicture(source) && maySee(state, me, source),
        )),
  );
}

function importance(state: LessonState, me: Me, screen: Screen, one: ParticipantState): number {
  if (one.participant === me.participant) {
    return one.role === "pupil" ? 6 : 4;
  }
  if (one.participant === state.called) {
    return 0;
  }
  if (one.role === "pupil") {
    return 5;
  }
  const host = hostOf(state)?.participant;
  if (one.participant === host) {
    return 1;
  }
  if (!sourcesOf(state, one.participant).some((source) => isPicture(source))) {
    return 3;
  }
  return one.participant === screen.lastCalled ? 1 : 2;
}

function isPicture(source: SourceState): boolean {
  return source.kind === "camera" || source.kind === "class_camera" || source.kind === "screen";
}

/** One participant's pictures: of the host the teacher first, of other rooms the class. */
function picturesOfOne(state: LessonState, me: Me, one: ParticipantState): Picture[] {
  const { participant } = one;
  const firstKind: Kind = one.host || one.role === "pupil" ? "camera" : "class_camera";
  const shown = sourcesOf(state, participant)
    .filter((source) => isPicture(source) && isShown(state, me, source))
    .sort((a, b) => Number(b.kind === firstKind) - Number(a.kind === firstKind))
    .map((source) => ({
      key: source.source,
      participant,
      source,
      own: source.device === me.device,
    }));
  const hasPlace = participant !== me.participant || state.called === participant;
  const bare = !shown.some((picture) => picture.source.kind !== "screen");
  return bare && hasPlace
    ? [{ key: participant, participant, source: null, own: false }, ...shown]
    : shown;
}

/** What the server sends; not one's own by way of another device, no screen that shows nothing. */
function isShown(state: LessonState, me: Me, source: SourceState): boolean {
  const elsewhere = ownerOf(source.source) === me.participant && source.device !== me.device;
  const visible = !elsewhere && maySee(state, me, source);
  return visible && (source.kind !== "screen" || isOn(state, source));
}

// ------------------------------------------------------------------ where

/** On a wide screen. */
function place(
  layout: Layout,
  hero: Picture | null,
  shared: Picture | null,
  rest: Picture[],
  screen: Screen,
): Tile[] {
  if (layout === "screen" && shared !== null) {
    return screenLarge(hero, shared, rest, screen);
  }
  const small = shared === null ? rest : [shared, ...rest];
  if (hero === null) {
    return column(small, { x: 0, y: 0, width: 1, height: 1 }, screen);
  }
  return layout === "speaker" ? speakerLarge(hero, small, screen) : twoEqual(hero, small, screen);
}

/** Two pictures side by side, the rest in a column at the edge. */
function twoEqual(hero: Picture, small: Picture[], screen: Screen): Tile[] {
  const second = counterpart(hero, small);
  if (second === null) {
    return [tile(hero, { x: 0, y: 0, width: 1, height: 1 }, true)];
  }
  const others = small.filter((one) => one !== second);
  const width = (1 - (others.length > 0 ? COLUMN : 0)) / 2;
  const height = fitted(width, screen);
  const y = (1 - height) / 2;
  return [
    tile(hero, { x: 0, y, width, height }, true),
    tile(second, { x: width, y, width, height }, false),
    ...column(others, { x: 2 * width, y: 0, width: 1 - 2 * width, height: 1 }, screen),
  ];
}

/** What stands beside the hero: a shared screen, else another class, else its other camera. */
function counterpart(hero: Picture, small: Picture[]): Picture | null {
  const screen = small.find((one) => isScreen(one.source?.kind));
  const others = small.filter((one) => one.participant !== hero.participant);
  const seen = others.find((one) => one.source !== null);
  return screen ?? seen ?? others[0] ?? small[0] ?? null;
}

/** One picture as large as can be, the rest in a column at the edge. */
function speakerLarge(hero: Picture, small: Picture[], screen: Screen): Tile[] {
  const width = small.length > 0 ? 1 - COLUMN : 1;
  return [
    tile(hero, { x: 0, y: 0, width, height: 1 }, true),
    ...column(small, { x: width, y: 0, width: 1 - width, height: 1 }, screen),
  ];
}

/** The screen takes two thirds, the other class one third, the rest stands below it. */
function screenLarge(
  hero: Picture | null,
  shared: Picture,
  rest: Picture[],
  screen: Screen,
): Tile[] {
  const split = 2 / 3;
  const width = 1 - split;
  const slide = tile(shared, { x: 0, y: 0, width: split, height: 1 }, hero === null);
  if (hero === null) {
    return [slide];
  }
  const height = rest.length > 0 ? Math.min(0.6, fitted(width, screen)) : 1;
  const below = { x: split, y: height, width, height: 1 - height };
  return [
    tile(hero, { x: split, y: 0, width, height }, true),
    slide,
    ...grid(rest, below, rest.length > 1 ? 2 : 1, screen),
  ];
}

/** On an upright phone: full width for the screen and the hero, the rest two by two. */
function upright(
  hero: Picture | null,
  shared: Picture | null,
  rest: Picture[],
  screen: Screen,
): Tile[] {
  const other = hero === null ? null : counterpart(hero, rest);
  const second = shared ?? (other?.own === true ? null : other);
  const small = rest.filter((one) => one !== second);
  const large = (shared === null ? [hero, second] : [shared, hero]).filter((one) => one !== null);
  const share = (small.length > 0 ? 0.75 : 1) / Math.max(1, large.length);
  const height = Math.min(fitted(1, screen), share);
  const tiles = large.map((one, row) =>
    tile(one, { x: 0, y: row * height, width: 1, height }, one === hero),
  );
  const y = large.length * height;
  return [...tiles, ...grid(small, { x: 0, y, width: 1, height: 1 - y }, 2, screen)];
}

/** The height, in shares, of a 16:9 picture of this width. */
function fitted(width: number, screen: Screen): number {
  return Math.min(1, (width * screen.width * 9) / 16 / screen.height);
}

/** Pictures below one another, centred, none taller than 16:9. */
function column(pictures: Picture[], area: Rect, screen: Screen): Tile[] {
  const height = Math.min(area.height / Math.max(1, pictures.length), fitted(area.width, screen));
  const top = area.y + (area.height - height * pictures.length) / 2;
  return pictures.map((one, row) =>
    tile(one, { x: area.x, y: top + row * height, width: area.width, height }, false),
  );
}

/** Pictures in rows of `columns`, none taller than 16:9. */
function grid(pictures: Picture[], area: Rect, columns: number, screen: Screen): Tile[] {
  const rows = Math.max(1, Math.ceil(pictures.length / columns));
  const width = area.width / columns;
  const height = Math.min(area.height / rows, fitted(width, screen));
  return pictures.map((one, index) => {
    const [row, place] = [Math.floor(index / columns), index % columns];
    return tile(one, { x: area.x + place * width, y: area.y + row * height, width, height }, false);
  });
}

function tile(picture: Picture, rect: Rect, large: boolean): Tile {
  return { ...picture, ...rect, large };
}

/** So that a window that is being resized does not say so with every pixel. */
const ROWS_STEP = 40;
const ROWS_MOST = 8640;

/** The pictures a device wants slots for, the largest first, on a wall of this many pixels. */
export function wanted(tiles: Tile[], wall: { width: number; height: number }): Size[] {
  return [...tiles]
    .sort((a, b) => b.width * b.height - a.width * a.height)
    .flatMap((one) =>
      one.source === null || one.own
        ? []
        : [
            {
              source: one.source.source,
              rows: rowsOf(one.width * wall.width, one.height * wall.height),
            },
          ],
    );
}

/** Pictures are 16 wide and 9 high and seen whole. */
function rowsOf(width: number, height: number): number {
  const rows = Math.min(height, (width * 9) / 16);
  return Math.min(ROWS_MOST, Math.ceil(rows / ROWS_STEP) * ROWS_STEP);
}
