/**
 * One track on one media element: keeps to the common clock, and stands still on its last frame
 * where nothing was recorded.
 */
import type { Track } from "../../protocol/messages";
import { BEFORE_END } from "./appetite";
import { piecesOf, placeAt, stretchesOf, type Piece, type Place, type Stretch } from "./coverage";
import { plays } from "./feed";
import { Larder, type Fetch } from "./larder";
import { FAR, SEEK_PAUSE, steer } from "./pace";

/** How the clock stands at a tick. */
export interface Beat {
  readonly time: number;
  /** Whether the lesson runs just now. */
  readonly run: boolean;
  readonly rate: number;
  /** Whether this deck's element leads the clock. */
  readonly leads: boolean;
}

/** What a deck needs of the world. */
export interface Surroundings {
  readonly fetch: Fetch;
  /** Any steady clock, in seconds. */
  readonly now: () => number;
  /** The browser does not let sound play without a tap. */
  readonly blocked: () => void;
}

const AFTER_START = 0.005;
const RESTING = 0.3;
const NEAR_END = 0.5;
const REOPENS = 3;
const SILENT_AFTER = 2;

export class Deck {
  /** Why this track cannot be played; null while it can. A code of the server or "unplayable". */
  trouble: string | null = null;
  /** Whether it runs without being heard, for this computer has nothing to play sound on. */
  silent = false;

  private pieces: Piece[] = [];
  private stretches: Stretch[] = [];
  private readonly larder: Larder;
  private reopened = 0;
  /** Whether the element has yet to be put where the clock is. */
  private jump = true;
  private soughtAt = -Infinity;
  private wasReady = true;
  private unreadyAt = 0;

  constructor(
    private shown: Track,
    readonly element: HTMLMediaElement,
    private readonly world: Surroundings,
  ) {
    this.larder = new Larder([], element, {
      fetch: world.fetch,
      now: world.now,
      refused: (code) => {
        this.trouble = code;
      },
      broken: this.reopen,
    });
    element.addEventListener("error", this.reopen);
    this.track = shown;
  }

  get track(): Track {
    return this.shown;
  }

  /** The same track, perhaps with more media than before. */
  set track(track: Track) {
    this.shown = track;
    this.pieces = piecesOf(track, plays);
    this.stretches = stretchesOf(this.pieces);
    this.larder.pieces = this.pieces;
  }

  get isSound(): boolean {
    return this.shown.kind === "microphone" || this.shown.kind === "screen_sound";
  }

  /** Whether the server did not answer when last asked. */
  get offline(): boolean {
    return this.larder.offline;
  }

  /** Seconds of media. */
  get length(): number {
    return this.stretches.reduce((sum, one) => sum + one.end - one.start, 0);
  }

  /** What there is at a moment. */
  at(time: number): Place {
    return placeAt(this.shown, this.stretches, time);
  }

  /** The next beat puts the element exactly where the clock is. */
  seek(): void {
    this.jump = true;
  }

  /** Where the element is, if it may lead the clock. */
  leading(time: number): number | null {
    const { element } = this;
    const runs = !element.paused && !element.seeking && element.readyState >= 3;
    return runs && !this.jump && this.trouble === null && this.at(time).kind === "media"
      ? element.currentTime
      : null;
  }

  /** Seconds for which this track had something to show and could not; 0 when all is well. */
  lag(time: number): number {
    const ready = this.isReady(time);
    if (!ready && this.wasReady) {
      this.unreadyAt = this.world.now();
    }
    this.wasReady = ready;
    return ready ? 0 : Math.max(1e-3, this.world.now() - this.unreadyAt);
  }

  /** Follows the clock; called some twenty times a second. */
  follow(beat: Beat): void {
    if (this.trouble !== null || this.pieces.length === 0) {
      return;
    }
    const place = this.at(beat.time);
    this.larder.serve({ time: beat.time, place, limit: this.limit(place) });
    if (place.kind === "gap") {
      this.rest(place.last);
    } else {
      this.keep(place.stretch, beat);
    }
  }

  /** Lets go of the element and of everything fetched. */
  close(): void {
    this.element.removeEventListener("error", this.reopen);
    this.element.pause();
    this.larder.close();
  }

  /** Whether what there is at a moment is on the screen, or there is nothing. */
  isReady(time: number): boolean {
    const place = this.at(time);
    if (this.trouble !== null || place.kind === "gap") {
      return true;
    }
    const enough = place.stretch.end - time < NEAR_END ? 2 : 3;
    return this.isThere(place.stretch, time) && this.element.readyState >= enough;
  }

  /**
   * Whether it has arrived. One that had been at its end may stand there once more: Firefox tells
   * of the end when it has been sought away already, and is put back at the next beat.
   */
  private isThere(stretch: Stretch, time: number): boolean {
    const { element } = this;
    const near = !element.paused || Math.abs(element.currentTime - within(stretch, time)) <= FAR;
    return near && !element.seeking && !this.jump;
  }

  /** Up to where media may be in the element: nothing after the frame that is, or must be, shown. */
  private limit(place: Place): number {
    if (place.kind === "media") {
      return place.stretch.end;
    }
    return place.last === null || this.rests(place.last) ? Infinity : place.last;
  }

  /** Whether the last frame before a gap is on the screen. */
  private rests(last: number): boolean {
    const { element } = this;
    const there = Math.abs(element.currentTime - last) <= RESTING;
    return this.isSound || (there && !element.seeking && element.readyState >= 2);
  }

  private rest(last: number | null): void {
    this.element.pause();
    this.jump = true;
    if (last !== null && !this.rests(last) && !this.onItsWay) {
      this.putIfThere(last - BEFORE_END);
    }
  }

  private keep(stretch: Stretch, { time, run, rate, leads }: Beat): void {
    const { element } = this;
    const target = within(stretch, time);
    if (this.jump) {
      this.jump = !this.putIfThere(target);
    }
    if (run && !this.jump) {
      this.run(target, rate, leads);
      return;
    }
    element.pause();
    if (!this.jump && !this.onItsWay && Math.abs(element.currentTime - target) > FAR) {
      this.putIfThere(target);
    }
  }

  private run(target: number, rate: number, leads: boolean): void {
    const { element } = this;
    const since = this.world.now() - this.soughtAt;
    const still = leads || this.onItsWay;
    const { seek, factor } = steer(still ? 0 : element.currentTime - target, since);
    if (seek) {
      this.putIfThere(target);
    }
    if (element.playbackRate !== rate * factor) {
      element.playbackRate = rate * factor;
    }
    if (element.paused && !element.ended) {
      element.play().catch((reason: unknown) => {
        if (reason instanceof DOMException && reason.name === "NotAllowedError") {
          this.world.blocked();
        }
      });
    }
  }

  /** Whether a seek is under way that may still arrive. */
  private get onItsWay(): boolean {
    return this.element.seeking && this.world.now() - this.soughtAt < SEEK_PAUSE;
  }

  /** Goes to where there are media; elsewhere the element would not go, or never arrive. */
  private putIfThere(target: number): boolean {
    const there = this.larder.has(target);
    if (there) {
      this.soughtAt = this.world.now();
      this.element.currentTime = target;
    }
    return there;
  }

  /** Begins with a new source: this browser would not go on with the old one. */
  private readonly reopen = (): void => {
    if (this.trouble !== null) {
      return;
    }
    this.larder.restart();
    this.jump = true;
    this.reopened += 1;
    if (this.isSound && this.reopened === SILENT_AFTER) {
      // Firefox fails so without a sound card; a muted element needs none and still leads the clock.
      this.silent = true;
      this.element.muted = true;
    }
    if (this.reopened > REOPENS) {
      this.trouble = "unplayable";
    }
  };
}

/** The moment that an element can show: not before the first frame, nor after the last. */
function within(stretch: Stretch, time: number): number {
  return Math.max(stretch.start + AFTER_START, Math.min(time, stretch.end - BEFORE_END));
}
