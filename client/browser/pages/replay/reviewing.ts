/** The staff's side of a replay: comments, whose screen it is, and telling what was watched. */
import { ref, shallowRef } from "vue";
import { comment, fetchReview, type Review, takeBack, tellWatched } from "../../api/review";
import { Trouble } from "../../api/trouble";
import { type Stretch, Watched } from "../../widgets/replay/watched";
import { explain } from "../../widgets/words";

/** Seconds between two tellings of what is being watched. */
const TELL_S = 15;

export class Reviewing {
  readonly review = shallowRef<Review | null>(null);
  readonly trouble = ref("");
  /** Named by the server with the replay; what is watched is told with it. */
  sitting: string | null = null;
  private readonly watched = new Watched();
  private told = 0;

  constructor(private readonly token: string) {}

  /** Asks who watches and what was said. */
  readonly open = (): Promise<void> => this.take(fetchReview(this.token));

  readonly say = (said: { moment: number; text: string; answers: string | null }): Promise<void> =>
    this.take(comment(this.token, said));

  readonly takeBack = (id: string): Promise<void> => this.take(takeBack(this.token, id));

  /** The player is at `time` of the lesson; `now` in seconds. */
  at(time: number, playing: boolean, now: number): void {
    this.tell(this.watched.at(time, playing));
    if (now > this.told + TELL_S) {
      this.told = now;
      this.tell(this.watched.soFar());
    }
  }

  /** The page goes away. */
  leave(): void {
    this.tell(this.watched.soFar());
  }

  private tell(stretch: Stretch | null): void {
    if (stretch !== null && this.sitting !== null) {
      // What could not be told now is not worth disturbing whoever watches.
      tellWatched(this.token, { sitting: this.sitting, ...stretch }).catch(() => undefined);
    }
  }

  private async take(asked: Promise<Review>): Promise<void> {
    try {
      const answer = await asked;
      const viewer = answer.viewer === "" ? (this.review.value?.viewer ?? "") : answer.viewer;
      this.review.value = { ...answer, viewer };
      this.trouble.value = "";
    } catch (reason) {
      const told = reason instanceof Trouble ? reason : new Trouble("offline");
      this.trouble.value = explain(told.word, told.data, told.group);
    }
  }
}
