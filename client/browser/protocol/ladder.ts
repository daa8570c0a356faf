/**
 * How a device finds its way back to the lesson; pure: `now` comes in, what to do comes out.
 *
 * A live link is pinged every 2 s and given up after 5 s of silence. Without one, a new attempt
 * begins every second though the one before still hangs, two at most; the first that is answered
 * wins and the other is dropped; each is given up after 2 s. So it goes on for the length of the
 * lesson. Before the first answer ever, attempts go one at a time and wait 5 s: nothing can be
 * resumed yet, and a second hello would make a second participant.
 */

/** What the shell has to do. */
export type Step =
  | { readonly do: "dial"; readonly attempt: number }
  | { readonly do: "drop"; readonly attempt: number }
  | { readonly do: "ping" }
  | { readonly do: "lost" };

export const PING_SECONDS = 2;
export const SILENCE_SECONDS = 5;
export const ATTEMPT_EVERY_SECONDS = 1;
export const ATTEMPT_SECONDS = 2;
export const FIRST_ATTEMPT_SECONDS = 5;
const ATTEMPTS_AT_ONCE = 2;

/** The recovery ladder of one device. */
export class Ladder {
  private live: number | null = null;
  private readonly attempts = new Map<number, number>();
  private heardAt = 0;
  private pingAt = 0;
  private dialAt: number;
  private next = 0;
  private known: boolean;

  /** `known`: the device has a secret to resume with from the start. */
  constructor(now: number, known: boolean) {
    this.dialAt = now;
    this.known = known;
  }

  /** Whether there is a link that answered. */
  get isLive(): boolean {
    return this.live !== null;
  }

  /** Whether messages of this attempt count. */
  counts(attempt: number): boolean {
    return this.live === attempt || (this.live === null && this.attempts.has(attempt));
  }

  /** Time has passed. */
  tick(now: number): Step[] {
    return this.live === null ? this.search(now) : this.watch(now);
  }

  /** The hello of an attempt was answered with `welcome`. */
  answered(attempt: number, now: number): Step[] {
    if (this.live !== null || !this.attempts.delete(attempt)) {
      return [];
    }
    const others = [...this.attempts.keys()].map((id): Step => ({ do: "drop", attempt: id }));
    this.attempts.clear();
    this.live = attempt;
    this.known = true;
    this.heardAt = now;
    this.pingAt = now;
    return others;
  }

  /** Any message came on the live link. */
  heard(attempt: number, now: number): void {
    if (attempt === this.live) {
      this.heardAt = now;
    }
  }

  /** A socket closed or could not be opened. */
  failed(attempt: number, now: number): Step[] {
    this.attempts.delete(attempt);
    if (attempt !== this.live) {
      return [];
    }
    this.live = null;
    return [{ do: "lost" }, ...this.search(now)];
  }

  /** Something says the network is back: do not wait. */
  hurry(now: number): Step[] {
    if (this.live !== null) {
      return [];
    }
    this.dialAt = now;
    return this.search(now);
  }

  /** There is nothing to resume with any more: every attempt goes, and the next go one at a time. */
  forget(now: number): Step[] {
    const dropped = [...this.attempts.keys()].map((id): Step => ({ do: "drop", attempt: id }));
    this.attempts.clear();
    this.known = false;
    return [...dropped, ...this.search(now)];
  }

  /** When `tick` has something to do next. */
  deadline(): number {
    if (this.live !== null) {
      return Math.min(this.pingAt, this.heardAt + SILENCE_SECONDS);
    }
    const ends = [...this.attempts.values()].map((start) => start + this.patience);
    return this.attempts.size < this.atOnce ? Math.min(this.dialAt, ...ends) : Math.min(...ends);
  }

  private get patience(): number {
    return this.known ? ATTEMPT_SECONDS : FIRST_ATTEMPT_SECONDS;
  }

  private get atOnce(): number {
    return this.known ? ATTEMPTS_AT_ONCE : 1;
  }

  private watch(now: number): Step[] {
    const live = this.live;
    if (live !== null && now >= this.heardAt + SILENCE_SECONDS) {
      this.live = null;
      return [{ do: "drop", attempt: live }, { do: "lost" }, ...this.search(now)];
    }
    if (now < this.pingAt) {
      return [];
    }
    this.pingAt = now + PING_SECONDS;
    return [{ do: "ping" }];
  }

  private search(now: number): Step[] {
    const steps: Step[] = [];
    for (const [attempt, start] of this.attempts) {
      if (now >= start + this.patience) {
        this.attempts.delete(attempt);
        steps.push({ do: "drop", attempt });
      }
    }
    if (now >= this.dialAt && this.attempts.size < this.atOnce) {
      const attempt = this.next++;
      this.attempts.set(attempt, now);
      this.dialAt = now + ATTEMPT_EVERY_SECONDS;
      steps.push({ do: "dial", attempt });
    }
    return steps;
  }
}
