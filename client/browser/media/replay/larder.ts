/** Brings the pieces of one track to its element as they are wanted, and lets the others go. */
import { CodedError } from "../../protocol/wire";
import { covered, FULL, unwanted, wanted, type Moment, type Window } from "./appetite";
import type { Piece, Place } from "./coverage";
import { Feed, mediaSource } from "./feed";

/** Fetches a range of a file of the lesson; rejects with a `CodedError`. */
export type Fetch = (
  file: string,
  first: number,
  length: number,
  signal: AbortSignal,
) => Promise<ArrayBuffer>;

/** What a larder needs of the world. */
export interface Supply {
  readonly fetch: Fetch;
  /** Any steady clock, in seconds. */
  readonly now: () => number;
  /** The server will never give this; the code says why. */
  readonly refused: (code: string) => void;
  /** The element cannot go on with its source. */
  readonly broken: () => void;
}

type Bytes = readonly [head: ArrayBuffer, body: ArrayBuffer];

const RETRY = 1;
const EDGE = 0.04;
/** A piece behind a gap is fetched so long before the gap begins, in seconds. */
const PREFETCH = 10;
const SMALLEST: Window = { back: 2, ahead: 8 };

/** Keeps what a window round the moment holds, one operation at a time. */
export class Larder {
  /** Whether the server did not answer when last asked. */
  offline = false;

  private feed: Feed | null = null;
  private focus: (Moment & { place: Place }) | null = null;
  private spare: { piece: Piece; bytes: Bytes } | null = null;
  private readonly held = new Map<string, number>();
  private readonly heads = new Map<string, ArrayBuffer>();
  private window = FULL;
  private fetching: { piece: Piece; abort: AbortController } | null = null;
  private filling = false;
  private closed = false;
  private retryAt = 0;

  constructor(
    public pieces: readonly Piece[],
    private readonly element: HTMLMediaElement,
    private readonly supply: Supply,
  ) {}

  /** Whether the element has media at a moment. */
  has(time: number): boolean {
    const ranges = this.feed?.buffered() ?? [];
    return ranges.some(({ from, to }) => from - EDGE <= time && time < to + EDGE);
  }

  /** Looks after what is wanted at a moment; called some twenty times a second. */
  serve(focus: Moment & { place: Place }): void {
    this.focus = focus;
    this.dropStale(focus);
    if (!this.filling && this.supply.now() >= this.retryAt) {
      void this.fill();
    }
  }

  /** Begins with a new source. */
  restart(): void {
    const feed = this.feed;
    this.feed = null;
    this.held.clear();
    feed?.close();
  }

  close(): void {
    this.closed = true;
    this.fetching?.abort.abort();
    this.restart();
  }

  /** Stops a fetch when a seek has made something else more urgent. */
  private dropStale({ place, ...moment }: Moment & { place: Place }): void {
    const { fetching } = this;
    const near = fetching === null ? [] : wanted(this.pieces, place, moment, this.window);
    const missing = near.find((piece) => this.isMissing(piece));
    if (fetching !== null && missing !== undefined && missing !== fetching.piece) {
      if (missing === near[0] || !near.includes(fetching.piece)) {
        fetching.abort.abort();
      }
    }
  }

  private isMissing(piece: Piece): boolean {
    const reached = this.held.get(piece.key);
    const buffered = this.feed?.buffered() ?? [];
    return reached === undefined || covered(piece, buffered) < reached / 2;
  }

  private async fill(): Promise<void> {
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
    const near = wanted(this.pieces, focus.place, focus, this.window);
    const piece = near.find((one) => this.isMissing(one));
    if (piece === undefined) {
      await this.finish(focus);
      return false;
    }
    const bytes = this.spare?.piece === piece ? this.spare.bytes : await this.bytes(piece);
    this.spare = null;
    const feed = await this.opened(piece.part.mime);
    await this.trim(feed);
    await this.append(feed, piece, bytes);
    this.held.set(piece.key, covered(piece, feed.buffered()));
    return true;
  }

  private async bytes(piece: Piece): Promise<Bytes> {
    const abort = new AbortController();
    this.fetching = { piece, abort };
    const { file, init } = piece.part;
    const [first, length] = init as [number, number];
    try {
      const known = this.heads.get(file);
      const head = known ?? (await this.supply.fetch(file, first, length, abort.signal));
      this.heads.set(file, head);
      return [head, await this.supply.fetch(file, piece.offset, piece.length, abort.signal)];
    } finally {
      this.fetching = null;
    }
  }

  private async opened(mime: string): Promise<Feed> {
    if (this.feed === null) {
      const Source = mediaSource();
      const last = this.pieces[this.pieces.length - 1];
      if (Source === null || last === undefined || this.closed) {
        throw new DOMException("nothing to play on", "AbortError");
      }
      this.feed = new Feed(this.element, Source);
      await this.feed.open(mime, last.end);
    }
    return this.feed;
  }

  private async trim(feed: Feed): Promise<void> {
    const { focus } = this;
    const ranges = focus === null ? [] : unwanted(this.pieces, focus.place, focus, this.window);
    for (const range of ranges) {
      if (feed.buffered().some(({ from, to }) => from < range.to && range.from < to)) {
        await feed.remove(range);
      }
    }
  }

  /** Appends; when memory is full, keeps less from now on and tries once more. */
  private async append(feed: Feed, piece: Piece, [head, body]: Bytes): Promise<void> {
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

  /**
   * Everything wanted is there. At the end of a stretch the element is told that nothing follows, so
   * that it shows the frames it would hold back; what follows nevertheless is fetched and kept aside.
   */
  private async finish({ time, limit }: Moment): Promise<void> {
    if (this.feed === null) {
      return;
    }
    await this.trim(this.feed);
    const last = [...this.pieces].reverse().find((one) => one.start < limit);
    if (last !== undefined && !this.isMissing(last)) {
      this.feed.end();
    }
    const next = this.pieces.find((one) => one.start >= limit && one.start < time + PREFETCH);
    if (next !== undefined && this.spare?.piece !== next) {
      this.spare = { piece: next, bytes: await this.bytes(next) };
    }
  }

  private stumbled(reason: unknown): void {
    const aborted = reason instanceof DOMException && reason.name === "AbortError";
    if (this.closed || aborted) {
      return;
    }
    this.retryAt = this.supply.now() + RETRY;
    if (!(reason instanceof CodedError)) {
      this.supply.broken();
    } else if (reason.code === "offline") {
      this.offline = true;
    } else {
      this.supply.refused(reason.code);
    }
  }
}
