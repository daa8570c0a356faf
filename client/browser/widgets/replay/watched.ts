/** Which stretches of a recording were watched: what the time jumps over was not. */

/** One stretch of lesson time. */
export interface Stretch {
  readonly start: number;
  readonly stop: number;
}

/** A jump of more than this many seconds is none of playing, not even at twice the speed. */
const JUMP = 3;

/** Follows the time of a player and gives the stretches to be told. */
export class Watched {
  private start: number | null = null;
  private last = 0;

  /** The player is at `time`; a stretch that a jump or a pause ended is given back. */
  at(time: number, playing: boolean): Stretch | null {
    const jumped = time < this.last || time > this.last + JUMP;
    const ended = this.start !== null && (jumped || !playing) ? this.take() : null;
    if (playing && this.start === null) {
      this.start = time;
    }
    this.last = time;
    return ended;
  }

  /** What was watched since the last time it was asked for; playing goes on. */
  soFar(): Stretch | null {
    const { start, last } = this;
    if (start === null || last <= start) {
      return null;
    }
    this.start = last;
    return { start, stop: last };
  }

  private take(): Stretch | null {
    const start = this.start;
    this.start = null;
    return start === null || this.last <= start ? null : { start, stop: this.last };
  }
}
