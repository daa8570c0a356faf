/** Which piece a track fetches next and which it lets go; pure. */
import type { Piece, Place } from "./coverage";

/** Seconds kept before and after the moment that is shown. */
export interface Window {
  readonly back: number;
  readonly ahead: number;
}

/** What is kept in plenty of memory. */
export const FULL: Window = { back: 30, ahead: 30 };

/** The moment that is shown, and up to where media may be in the element. */
export interface Moment {
  readonly time: number;
  readonly limit: number;
}

const SMALL = 1e-3;

/** Before the end of a stretch, so that the seek finds its last frame. */
export const BEFORE_END = 0.05;

/** The range of lesson time to throw away. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * The pieces that are wanted at `time`, the most urgent first; none that ends after `limit`.
 *
 * A browser shows the last frames before a hole only when it is told that nothing follows. So while
 * a stretch is shown, nothing of the next one may be in the element.
 */
export function wanted(
  pieces: readonly Piece[],
  place: Place,
  { time, limit }: Moment,
  { ahead }: Window,
): Piece[] {
  const coming = pieces.filter(
    (piece) => piece.end > time && piece.start < time + ahead && piece.end <= limit + SMALL,
  );
  if (place.kind === "media" || place.last === null) {
    return coming;
  }
  const frozen = place.last - BEFORE_END;
  const shown = pieces.filter((piece) => piece.start <= frozen && frozen < piece.end);
  return [...shown, ...coming];
}

/**
 * What is further away than the window allows, in whole pieces: taking away half a piece would take
 * its other half along, for that depends on the key frame.
 */
export function unwanted(
  pieces: readonly Piece[],
  place: Place,
  { time, limit }: Moment,
  { back, ahead }: Window,
): Range[] {
  const shown = place.kind === "gap" && place.last !== null ? place.last - BEFORE_END : time;
  const first = pieces.find((piece) => piece.end > Math.min(shown, time - back));
  const after = pieces.find((piece) => piece.start > time + 2 * ahead || piece.end > limit + SMALL);
  const found: Range[] = [];
  if (first !== undefined && first.start > 0) {
    found.push({ from: 0, to: first.start });
  }
  if (after !== undefined) {
    found.push({ from: after.start, to: Infinity });
  }
  return found;
}

/** Seconds of a piece that lie in the buffered ranges. */
export function covered(piece: Piece, buffered: readonly Range[]): number {
  return buffered.reduce(
    (sum, { from, to }) => sum + Math.max(0, Math.min(piece.end, to) - Math.max(piece.start, from)),
    0,
  );
}
