/** The lesson at any moment, by the reducer of the live page; remembers where it was last. */
import type { LessonState, Told } from "../../protocol/messages";
import { fold } from "../../state/fold";

export class Chronicle {
  private state: LessonState;
  private told = 0;

  /** `events` in order of time, as `initial` goes on. */
  constructor(
    private readonly initial: LessonState,
    private readonly events: readonly Told[],
  ) {
    this.state = initial;
  }

  /** The state at a lesson time; cheap while time goes forward. */
  at(time: number): LessonState {
    const before = this.events[this.told - 1];
    if (before !== undefined && before.t > time) {
      this.state = this.initial;
      this.told = 0;
    }
    for (
      let next = this.events[this.told];
      next !== undefined && next.t <= time;
      next = this.events[this.told]
    ) {
      this.state = fold(this.state, next);
      this.told += 1;
    }
    return this.state;
  }
}
