/**
 * One track on one media element: fetches what is near, lets go of what is far, keeps to the
 * common clock, and stands still on its last frame where nothing was recorded.
 */
import type { Track } from "../../protocol/messages";
import { CodedError } from "../../protocol/wire";
import { BEFORE_END, covered, FULL, unwanted, wanted, type Window } from "./appetite";
import { piecesOf, placeAt, stretchesOf, type Piece, type Place, type Stretch } from "./coverage";
import { Feed, mediaSource, plays } from "./feed";
import { FAR, steer } from "./pace";

/** Fetches a range of a file of the lesson; rejects with a `CodedError`. */
export type Fetch = (
  file: string,
  first: number,
  length: number,
  signal: AbortSignal,
) => Promise<ArrayBuffer>;

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
const RETRY = 1;
const REOPENS = 3;
const SMALLEST: Window = { back: 2, ahead: 8 };

export class Deck {
  /** Why this track cannot be played; null while it can. A code of the server or "unplayable". */
  trouble: string | null = null;
  /** Whether the server did not answer when last asked. */
  offline = false;

  private pieces: Piece[] = [];
  private stretches: Stretch[] = [];
  private feed: Feed | null = null;
  private readonly held = new Map<string, number>();
  private readonly heads = new Map<string, ArrayBuffer>();
  private window = FULL;
  private focus: { time: number; place: Place } | null = null;
  private fetching: { piece: Piece; abort: AbortController } | null = null;
  private filling = false;
  private closed = false;
  private retryAt = 0;
  private reopened = 0;
  private jump = true;
  private soughtAt = -Infinity;
  private wasReady = true;
  private unreadyAt = 0;

  constructor(
    private shown: Track,
    readonly element: HTMLMediaElement,
    private readonly world: Surroundings,
  ) {
    element.addEventListener("error", this.broken);
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
  }

  get isSound(): boolean {
    return this.shown.kind === "microphone" || this.shown.kind === "screen_sound";
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
    this.focus = { time: beat.time, place };
    this.dropStale();
    void this.fill();
    if (place.kind === "gap") {
      this.rest(place.last);
    } else {
      this.keep(place.stretch, beat);
    }
  }

  /** Lets go of the element and of everything fetched. */
  close(): void {
    this.closed = true;
    this.fetching?.abort.abort();
    this.element.removeEventListener("error", this.broken);
    this.element.pause();
    this.feed?.close();
    this.feed = null;
  }

  private isReady(time: number): boolean {
    const place = this.at(time);
    if (this.trouble !== null || place.kind === "gap") {
      return true;
    }
    const enough = place.stretch.end - time < NEAR_END ? 2 : 3;
    return !this.element.seeking && !this.jump && this.element.readyState >= enough;
  }

  private rest(last: number | null): void {
    this.element.pause();
    this.jump = false;
    if (!this.isSound && last !== null) {
      const target = last - BEFORE_END;
      if (Math.abs(this.element.currentTime - target) > RESTING) {
        this.put(target);
      }
    }
  }

  private keep(stretch: Stretch, { time, run, rate, leads }: Beat): void {
    const { element } = this;
    const target = Math.max(stretch.start + AFTER_START, Math.min(time, stretch.end - BEFORE_END));
    if (this.jump) {
      this.jump = false;
      this.put(target);
    }
    if (!run) {
      element.pause();
      if (!element.seeking && Math.abs(element.currentTime - target) > FAR) {
        this.put(target);
      }
      return;
    }
    this.run(target, rate, leads);
  }

  private run(target: number, rate: number, leads: boolean): void {
    const { element } = this;
    const since = this.world.now() - this.soughtAt;
    const still = leads || element.seeking;
    const { seek, factor } = steer(still ? 0 : element.currentTime - target, since);
    if (seek) {
      this.put(target);
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

  private put(target: number): void {
    this.soughtAt = this.world.now();
    this.element.currentTime = target;
  }

  /** Stops a fetch whose piece a seek has made useless. */
  private dropStale(): void {
    const { focus, fetching } = this;
    if (focus !== null && fetching !== null) {
      const now = wanted(this.pieces, focus.place, focus.time, this.window);
      if (!now.includes(fetching.piece) || this.isUrgent(now[0], fetching.piece)) {
        fetching.abort.abort();
      }
    }
  }

  /** Whether the moment shown lies in a piece that is neither here nor on its way. */
  private isUrgent(first: Piece | undefined, fetched: Piece): boolean {
    return first !== undefined && first !== fetched && this.isMissing(first);
  }

  private isMissing(piece: Piece): boolean {
    const reached = this.held.get(piece.key);
    const buffered = this.feed?.buffered() ?? [];
    return reached === undefined || covered(piece, buffered) < reached / 2;
  }

  private async fill(): Promise<void> {
    if (this.filling || this.world.now() < this.retryAt) {
      return;
    }
    this.filling = true;
    try {
      while (!this.closed && (await this.step()));
      this.offline = false;
    } catch (reason) {
      this.stumbled(reason);
    } finally {
      this.filling = false;
    }
  }

  /** Brings the most urgent piece; false when nothing is missing. */
  private async step(): Promise<boolean> {
    const { focus } = this;
    if (focus === null) {
      return false;
    }
    const near = wanted(this.pieces, focus.place, focus.time, this.window);
    const piece = near.find((one) => this.isMissing(one));
    if (piece === undefined) {
      this.endIfWhole();
      return false;
    }
    const [head, body] = await this.bytes(piece);
    const feed = await this.opened(piece.part.mime);
    await this.trim(feed);
    await this.append(feed, piece, head, body);
    this.held.set(piece.key, covered(piece, feed.buffered()));
    return true;
  }

  private async bytes(piece: Piece): Promise<[ArrayBuffer, ArrayBuffer]> {
    const abort = new AbortController();
    this.fetching = { piece, abort };
    const { file, init } = piece.part;
    const [first, length] = init as [number, number];
    try {
      const head =
        this.heads.get(file) ?? (await this.world.fetch(file, first, length, abort.signal));
      this.heads.set(file, head);
      return [head, await this.world.fetch(file, piece.offset, piece.length, abort.signal)];
    } finally {
      this.fetching = null;
    }
  }

  private async opened(mime: string): Promise<Feed> {
    if (this.feed === null) {
      const Source = mediaSource();
      const last = this.pieces[this.pieces.length - 1];
      if (Source === null || last === undefined || this.closed) {
        throw new CodedError("no_such_source");
      }
      const feed = new Feed(this.element, Source);
      this.feed = feed;
      await feed.open(mime, last.end);
    }
    return this.feed;
  }

  private async trim(feed: Feed): Promise<void> {
    const { focus } = this;
    if (focus === null) {
      return;
    }
    const ranges = unwanted(this.pieces, focus.place, focus.time, this.window);
    for (const range of ranges) {
      const some = feed.buffered().some(({ from, to }) => from < range.to && range.from < to);
      if (some) {
        await feed.remove(range);
      }
    }
  }

  /** Appends; when memory is full, keeps less from now on and tries once more. */
  private async append(feed: Feed, piece: Piece, head: ArrayBuffer, body: ArrayBuffer) {
    try {
      await feed.append(piece, head, body);
    } catch (reason) {
      if (!(reason instanceof DOMException) || reason.name !== "QuotaExceededError") {
        throw reason;
      }
      this.window = {
        back: Math.max(SMALLEST.back, this.window.back / 2),
        ahead: Math.max(SMALLEST.ahead, this.window.ahead / 2),
      };
      await this.trim(feed);
      await feed.append(piece, head, body);
    }
  }

  /** Lets the element show the very last frames, which it holds back while more may come. */
  private endIfWhole(): void {
    const last = this.pieces[this.pieces.length - 1];
    if (last !== undefined && this.held.has(last.key) && !this.isMissing(last)) {
      this.feed?.end();
    }
  }

  private stumbled(reason: unknown): void {
    const aborted = reason instanceof DOMException && reason.name === "AbortError";
    if (this.closed || aborted) {
      return;
    }
    if (reason instanceof CodedError && reason.code !== "offline") {
      this.trouble = reason.code;
      return;
    }
    this.retryAt = this.world.now() + RETRY;
    if (reason instanceof CodedError) {
      this.offline = true;
    } else {
      this.reopen();
    }
  }

  private readonly broken = (): void => {
    this.reopen();
  };

  /** Begins with a new source: this browser would not go on with the old one. */
  private reopen(): void {
    if (this.closed || this.trouble !== null || this.feed === null) {
      return;
    }
    const feed = this.feed;
    this.feed = null;
    this.held.clear();
    feed.close();
    this.jump = true;
    this.reopened += 1;
    if (this.reopened > REOPENS) {
      this.trouble = "unplayable";
    }
  }
}
