/** `window.tongke.replay()`: lets a technician's console and the browser tests read the player. */
import type { Player } from "../../media/replay/player";

/** One track at one instant. */
export interface TrackStats {
  readonly source: string;
  /** Lesson time that the element shows, in seconds. */
  readonly currentTime: number;
  /** What lies in the browser's memory: from and to, in lesson time. */
  readonly buffered: readonly (readonly [from: number, to: number])[];
  /** HTMLMediaElement.readyState. */
  readonly readyState: number;
  /** Whether it shows what there is at the player's time, or there is nothing. */
  readonly ready: boolean;
  /** What there is at the player's time. */
  readonly place: "media" | "gap";
  /** A code, when the track cannot be played. */
  readonly error: string | null;
}

/** Everything at one instant. */
export interface ReplayStats {
  /** Lesson time. */
  readonly time: number;
  readonly playing: boolean;
  readonly waiting: boolean;
  readonly tracks: TrackStats[];
}

/** Lets the window read a player; it changes nothing. */
export function expose(player: Player): void {
  Object.assign(window, { tongke: { replay: () => statsOf(player) } });
}

function statsOf(player: Player): ReplayStats {
  return {
    time: player.instant,
    playing: player.playing,
    waiting: player.waiting,
    tracks: player.shown.map((deck) => ({
      source: deck.track.source,
      currentTime: deck.element.currentTime,
      buffered: rangesOf(deck.element.buffered),
      readyState: deck.element.readyState,
      ready: deck.isReady(player.time),
      place: deck.at(player.time).kind,
      error: deck.trouble,
    })),
  };
}

function rangesOf(ranges: TimeRanges): [number, number][] {
  return Array.from({ length: ranges.length }, (_, at) => [ranges.start(at), ranges.end(at)]);
}
