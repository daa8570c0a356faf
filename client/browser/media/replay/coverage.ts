/** What of a track there is at a moment: pieces to fetch, stretches that play, gaps between; pure. */
import type { GapReason, Part, Track } from "../../protocol/messages";

/** One segment of a part: begins at a key frame, is fetched and appended as a whole. */
export interface Piece {
  /** The same for the same bytes. */
  readonly key: string;
  readonly part: Part;
  /** Lesson time in seconds, as everywhere here. */
  readonly start: number;
  readonly end: number;
  /** First byte and length in bytes within the part's file. */
  readonly offset: number;
  readonly length: number;
}

/** Media without a hole that a viewer would notice. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What a track has at a moment: media, or nothing and how long already. */
export type Place =
  | { readonly kind: "media"; readonly stretch: Stretch }
  | {
      readonly kind: "gap";
      /** End of the media before; null when nothing came before. */
      readonly last: number | null;
      /** Start of the media after; null when nothing comes after. */
      readonly next: number | null;
      readonly reason: Lack;
    };

/** Why a track has nothing: the recorder's reason, or one of this page. */
export type Lack = GapReason | "before" | "after" | "unplayable";

/** Holes shorter than this are jumped over without a word, in seconds. */
const SMALL_HOLE = 0.25;

/** The pieces of the parts that this browser plays, in order of time. */
export function piecesOf(track: Track, plays: (mime: string) => boolean): Piece[] {
  return track.parts
    .filter((part) => plays(part.mime))
    .flatMap((part) => part.segments.map((segment) => pieceOf(part, segment)))
    .sort((a, b) => a.start - b.start);
}

function pieceOf(part: Part, segment: unknown[]): Piece {
  const [start, end, offset, length] = segment as [number, number, number, number];
  return { key: `${part.file}:${String(offset)}`, part, start, end, offset, length };
}

/** Pieces joined over small holes. */
export function stretchesOf(pieces: readonly Piece[]): Stretch[] {
  const found: Stretch[] = [];
  for (const { start, end } of pieces) {
    const last = found[found.length - 1];
    if (last !== undefined && start - last.end <= SMALL_HOLE) {
      found[found.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    } else {
      found.push({ start, end });
    }
  }
  return found;
}

/** What there is at `time`; `track` tells why there is nothing. */
export function placeAt(track: Track, stretches: readonly Stretch[], time: number): Place {
  const stretch = stretches.find((one) => one.start <= time && time < one.end);
  if (stretch !== undefined) {
    return { kind: "media", stretch };
  }
  const before = stretches.filter((one) => one.end <= time);
  const last = before[before.length - 1]?.end ?? null;
  const next = stretches.find((one) => one.start > time)?.start ?? null;
  return { kind: "gap", last, next, reason: lackAt(track, last, next, time) };
}

function lackAt(track: Track, last: number | null, next: number | null, time: number): Lack {
  if (track.parts.some((part) => part.start <= time && time < part.end)) {
    return "unplayable";
  }
  const gap = track.gaps.find(
    (one) => one.start - SMALL_HOLE <= time && time < one.end + SMALL_HOLE,
  );
  if (gap !== undefined) {
    return gap.reason;
  }
  return last === null ? "before" : next === null ? "after" : "sender_away";
}

/** Whether a track has parts in formats this browser does not play. */
export function isPartlyUnplayable(track: Track, plays: (mime: string) => boolean): boolean {
  return track.parts.some((part) => !plays(part.mime));
}
