/** All tracks of a lesson on one clock, led by the sound of the host. */
import type { Track } from "../../protocol/messages";
import { isPartlyUnplayable } from "./coverage";
import { Deck } from "./deck";
import { plays } from "./feed";
import type { Fetch } from "./larder";
import { advance } from "./pace";

/** The speeds there are. */
export const RATES: readonly number[] = [0.75, 1, 1.25, 1.5, 2];

/** How often the tracks are looked after, in seconds. */
const BEAT = 0.05;
/** A running track may be unready for so long before all wait for it, in seconds. */
const GRACE = 0.25;
/** For so long all wait for one picture, or for one sound, in seconds. */
const PATIENCE = { picture: 5, sound: 15 };

/** What a player needs. */
export interface Wiring {
  readonly fetch: Fetch;
  /** Any steady clock, in seconds. */
  readonly now: () => number;
  /** Called after every beat. */
  readonly changed: () => void;
}

export class Player {
  /** Lesson time that is shown, in seconds. */
  time = 0;
  /** Whether the viewer lets it play. */
  playing = false;
  /** Whether it would play and waits for media. */
  waiting = false;
  rate = 1;

  private from = 0;
  private to = 0;
  private host = "";
  private tracks = new Map<string, Track>();
  private readonly decks = new Map<string, Deck>();
  private settling = true;
  private beatAt: number;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(private readonly wiring: Wiring) {
    this.beatAt = wiring.now();
    this.timer = setInterval(() => {
      this.beat();
    }, BEAT * 1000);
  }

  /** What is to be played, from and to which lesson time; again when more was recorded. */
  load(tracks: readonly Track[], host: string, from: number, to: number): void {
    [this.from, this.to, this.host] = [from, to, host];
    this.time = Math.max(from, Math.min(this.time, to));
    this.tracks = new Map(tracks.map((track) => [track.source, track]));
    for (const track of tracks) {
      const deck = this.decks.get(track.source);
      if (deck !== undefined) {
        deck.track = track;
      } else if (track.kind === "microphone" || track.kind === "screen_sound") {
        this.attach(track.source, document.createElement("audio"));
      }
    }
  }

  /** Shows a track on an element. */
  attach(source: string, element: HTMLMediaElement): void {
    const track = this.tracks.get(source);
    if (track !== undefined) {
      this.decks.get(source)?.close();
      const { fetch, now } = this.wiring;
      this.decks.set(source, new Deck(track, element, { fetch, now, blocked: () => this.pause() }));
    }
  }

  /** Stops showing a track. */
  detach(source: string): void {
    this.decks.get(source)?.close();
    this.decks.delete(source);
  }

  /** Every track that is shown. */
  get shown(): readonly Deck[] {
    return [...this.decks.values()];
  }

  deck(source: string): Deck | undefined {
    return this.decks.get(source);
  }

  /** Tracks with parts that this browser has no decoder for. */
  get unplayable(): Track[] {
    return [...this.tracks.values()].filter((track) => isPartlyUnplayable(track, plays));
  }

  /** Lesson time at this very instant, between two beats too. */
  get instant(): number {
    const passed = this.wiring.now() - this.beatAt;
    const runs = this.playing && !this.waiting;
    return runs ? Math.min(this.time + passed * this.rate, this.to) : this.time;
  }

  play(): void {
    if (this.time >= this.to) {
      this.seek(this.from);
    }
    this.playing = true;
    this.settle();
    // In the tap itself: some browsers let only those elements sound that were played in one.
    for (const deck of this.decks.values()) {
      if (deck.isSound && deck.element.paused && !deck.element.ended) {
        deck.element.play().catch(() => undefined);
      }
    }
    this.beat();
  }

  pause(): void {
    this.playing = false;
    this.beat();
  }

  seek(time: number): void {
    this.time = Math.max(this.from, Math.min(time, this.to));
    this.settle();
    for (const deck of this.decks.values()) {
      deck.seek();
    }
    this.beat();
  }

  speed(rate: number): void {
    this.rate = rate;
  }

  stop(): void {
    clearInterval(this.timer);
    for (const source of [...this.decks.keys()]) {
      this.detach(source);
    }
  }

  /** Nothing runs before everything that is shown is there. */
  private settle(): void {
    this.settling = true;
    this.waiting = this.playing;
  }

  private beat(): void {
    const now = this.wiring.now();
    const passed = now - this.beatAt;
    this.beatAt = now;
    const leader = this.leader();
    if (this.playing && !this.waiting) {
      const at = leader?.leading(this.time) ?? null;
      this.time = Math.min(advance(this.time, passed * this.rate, at), this.to);
      this.playing = this.time < this.to;
    }
    this.waiting = this.playing && this.mustWait();
    const run = this.playing && !this.waiting;
    for (const deck of this.decks.values()) {
      deck.follow({ time: this.time, run, rate: this.rate, leads: deck === leader });
    }
    this.wiring.changed();
  }

  private mustWait(): boolean {
    const grace = this.settling || this.waiting ? 0 : GRACE;
    const waits = [...this.decks.values()].some((deck) => {
      const lag = deck.lag(this.time);
      return lag > grace && lag < (deck.isSound ? PATIENCE.sound : PATIENCE.picture);
    });
    this.settling = this.settling && waits;
    return waits;
  }

  /** The sound that everything keeps to: the host's, else the longest one that plays just now. */
  private leader(): Deck | null {
    const sounds = [...this.decks.values()]
      .filter((deck) => deck.isSound && deck.leading(this.time) !== null)
      .sort((a, b) => this.weight(b) - this.weight(a));
    return sounds[0] ?? null;
  }

  private weight(deck: Deck): number {
    const isHost = deck.track.participant === this.host && deck.track.kind === "microphone";
    return isHost ? Infinity : deck.length;
  }
}
