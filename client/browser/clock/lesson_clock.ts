/** Lesson time on this device, measured by pings; pure: clocks are read by whoever calls. */

/** One ping: both local readings and the lesson time the server put into its answer, in seconds. */
export interface Sample {
  /** Local clock when the ping left. */
  readonly sent: number;
  /** Local clock when its answer came. */
  readonly received: number;
  /** Lesson time when it was answered. */
  readonly lesson: number;
}

const KEPT_SECONDS = 60;
const KEPT_SAMPLES = 64;

/** The round trip of a ping in seconds. */
export function roundTrip(sample: Sample): number {
  return sample.received - sample.sent;
}

/**
 * Maps the local clock to lesson time by the ping with the smallest round trip of the last minute:
 * the less a ping waited on its way, the less it can be wrong (at most half its round trip).
 *
 * Holds at most 64 samples; the oldest goes first.
 */
export class LessonClock {
  private samples: Sample[] = [];
  private best: Sample | null = null;

  /** Takes one answered ping. */
  add(sample: Sample): void {
    const since = sample.received - KEPT_SECONDS;
    this.samples = [...this.samples.filter((kept) => kept.received >= since), sample];
    this.samples = this.samples.slice(-KEPT_SAMPLES);
    this.best = this.samples.reduce((a, b) => (roundTrip(b) <= roundTrip(a) ? b : a));
  }

  /** A first guess, from the `now` of `welcome`, used until the first ping is answered. */
  guess(local: number, lesson: number): void {
    if (this.samples.length === 0) {
      this.best = { sent: local, received: local, lesson };
    }
  }

  /** Lesson time at local time `local`; null before anything is known. */
  at(local: number): number | null {
    return this.best === null ? null : local - this.offset;
  }

  /** Local clock minus lesson time, in seconds; 0 before anything is known. */
  get offset(): number {
    return this.best === null ? 0 : (this.best.sent + this.best.received) / 2 - this.best.lesson;
  }

  /** The smallest round trip of the last minute in seconds; 0 before the first answer. */
  get rtt(): number {
    return this.best === null ? 0 : roundTrip(this.best);
  }
}
