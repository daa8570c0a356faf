/** One viewer before one recording: what is known, what plays, and the moment that is shown. */
import { computed, ref, shallowRef } from "vue";
import { fetchRange, fetchReplay } from "../../api/replay";
import { mediaSource } from "../../media/replay/feed";
import { Player } from "../../media/replay/player";
import type { LessonState, Replay } from "../../protocol/messages";
import { CodedError } from "../../protocol/wire";
import { hostOf } from "../../state/floor";
import { Chronicle } from "../../widgets/replay/chronicle";
import { castOf, isOver, spanOf, type Span } from "../../widgets/replay/span";
import { Reviewing } from "./reviewing";

/** A running lesson is asked for what is new so often, in seconds; a finished one a few times. */
const REFRESH = 5;
/** The recorder's last bytes are on the disk after so many of these, at the latest. */
const LAST_LOOKS = 2;

export class Viewing {
  readonly replay = shallowRef<Replay | null>(null);
  readonly error = shallowRef<CodedError | null>(null);
  /** Grows by one whenever the player moved on. */
  readonly beats = ref(0);
  readonly lesson = shallowRef<LessonState | null>(null);
  readonly span = computed<Span>(() =>
    this.replay.value === null ? { from: 0, to: 0 } : spanOf(this.replay.value),
  );
  readonly player: Player;
  /** Comments, and telling what is watched. */
  readonly reviewing: Reviewing;
  /** Whether this browser has what it takes to play anything. */
  readonly able = mediaSource() !== null;

  private chronicle: Chronicle | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private looks = 0;

  /** `moment`: seconds after 上课 to begin at. */
  constructor(
    private readonly token: string,
    readonly moment: number,
  ) {
    this.reviewing = new Reviewing(token);
    void this.reviewing.open();
    this.player = new Player({
      fetch: (file, first, length, signal) => fetchRange(token, file, { first, length }, signal),
      now: () => performance.now() / 1000,
      changed: () => {
        this.moved();
      },
    });
  }

  /** The player, for what is to be read anew at every beat. */
  get live(): Player {
    void this.beats.value;
    return this.player;
  }

  /** Asks the server; again and again while there is more to come. */
  async open(): Promise<void> {
    try {
      const { replay, sitting } = await fetchReplay(this.token, this.reviewing.sitting);
      this.reviewing.sitting = sitting;
      this.take(replay);
      this.error.value = null;
    } catch (reason) {
      const known = reason instanceof CodedError ? reason : new CodedError("offline");
      // What is already here goes on playing.
      this.error.value = this.replay.value === null ? known : null;
    }
    this.lookAgain();
  }

  close(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
    this.reviewing.leave();
    this.player.stop();
  }

  private take(replay: Replay): void {
    const first = this.replay.value === null;
    this.chronicle = new Chronicle(replay.initial, replay.events);
    this.replay.value = replay;
    const { from, to } = this.span.value;
    const host = hostOf(castOf(replay))?.participant ?? "";
    this.player.load(this.able ? replay.tracks : [], host, from, to);
    if (first) {
      this.player.seek(from + this.moment);
    }
  }

  private lookAgain(): void {
    const replay = this.replay.value;
    const over = replay !== null && isOver(replay);
    this.looks += over ? 1 : 0;
    if (replay !== null && this.looks <= LAST_LOOKS) {
      this.timer = setTimeout(() => void this.open(), REFRESH * 1000);
    }
  }

  private moved(): void {
    this.reviewing.at(this.player.time, this.player.playing, performance.now() / 1000);
    const state = this.chronicle?.at(this.player.time) ?? null;
    if (state !== this.lesson.value) {
      this.lesson.value = state;
    }
    this.beats.value += 1;
  }
}
