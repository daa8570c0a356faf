/** How one track keeps to the common clock; pure. */

/** Off by less than this nobody notices, in seconds. */
export const CLOSE = 0.02;
/** Off by more than this a seek brings it back, in seconds. */
export const FAR = 0.08;
/** A seek while playing may need this long; no other follows sooner, in seconds. */
export const SEEK_PAUSE = 2;

const NUDGE = 0.05;
const STRONG_NUDGE = 0.15;

/** What to do with an element. */
export interface Steer {
  /** Put it at the common time. */
  readonly seek: boolean;
  /** Factor of its playback rate. */
  readonly factor: number;
}

/** `ahead`: how far the element is before the common clock; `since`: seconds since its last seek. */
export function steer(ahead: number, since: number): Steer {
  const off = Math.abs(ahead);
  if (off <= CLOSE) {
    return { seek: false, factor: 1 };
  }
  if (off > FAR && since >= SEEK_PAUSE) {
    return { seek: true, factor: 1 };
  }
  const nudge = off > FAR ? STRONG_NUDGE : NUDGE;
  return { seek: false, factor: ahead > 0 ? 1 - nudge : 1 + nudge };
}

/** Share of the difference to the leading sound that the clock takes up at each step. */
const PULL = 0.1;
/** Off by more than this the clock jumps to the leading sound, in seconds. */
const TORN = 0.25;

/** The common time after `passed` seconds; `leader` is where the leading sound is, null without one. */
export function advance(time: number, passed: number, leader: number | null): number {
  const free = time + passed;
  if (leader === null) {
    return free;
  }
  const off = leader - free;
  return Math.abs(off) > TORN ? leader : free + off * PULL;
}
