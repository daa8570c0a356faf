/**
 * How much of what a loudspeaker plays comes back in the microphone; pure.
 *
 * The recording is correlated with the sweep that was played: speech, noise and fans, which know
 * nothing of the sweep, average out, and what remains is the echo, however late it comes.
 */
import { decibels, thinned } from "./levels";

/** What came back. */
export interface Echo {
  /** The amplitude of its strongest way back against what was played, in decibels; 0 is as loud. */
  readonly level: number;
  /** Seconds from the start of the recording to the start of the sweep in it. */
  readonly delay: number;
  /** What would be found by chance in a recording without an echo, in decibels likewise. */
  readonly floor: number;
}

/** What a room's echo comes to. */
export type Verdict = "passed" | "loud";

/**
 * The strongest way back from here on is heard at the other end. A room returns what it returns on
 * many ways, of which one is 1 dB (dry) to 7 dB (bare walls) below all together: this is 36 to
 * 42 dB in all, a voice at -20 dBov that returns at -56, as loud as the hum of a classroom.
 * Simulated rooms are in `docs/performance.md`.
 */
export const LOUD_DB = -43;
/** How far an echo stands out of chance; noise alone came 7 dB over `floor` in 80 recordings. */
export const CLEAR_DB = 9;

/** Rate at which is compared: twice the sweep's highest tone, and a little. */
const RATE = 8000;
/** How late the sweep may begin in the recording: the way through mixer, air and buffers. */
const LATEST_SECONDS = 0.6;

/** Looks for the played sweep in a recording that began when it was started; both of one rate. */
export function findEcho(played: Float32Array, recorded: Float32Array, rate: number): Echo {
  const factor = Math.max(1, Math.floor(rate / RATE));
  const [sweep, heard] = [thinned(played, factor), thinned(recorded, factor)];
  const found = correlations(sweep, heard, Math.floor((LATEST_SECONDS * rate) / factor));
  let best = 0;
  let squares = 0;
  found.forEach((value, at) => {
    best = Math.abs(value) > Math.abs(found[best] ?? 0) ? at : best;
    squares += value * value;
  });
  return {
    level: decibels(Math.abs(found[best] ?? 0)),
    delay: (best * factor) / rate,
    floor: decibels(2 * Math.sqrt(squares / Math.max(1, found.length))),
  };
}

/** Whether an echo stands out of chance at all. */
export function isHeard({ level, floor }: Echo): boolean {
  return level >= floor + CLEAR_DB;
}

/** What it comes to, with the browser's echo cancellation on. */
export function judge(echo: Echo): Verdict {
  return isHeard(echo) && echo.level > LOUD_DB ? "loud" : "passed";
}

/** For each delay, the part of the recording that is the sweep: 1 is the sweep as it was played. */
function correlations(sweep: Float32Array, heard: Float32Array, latest: number): Float64Array {
  let energy = 0;
  for (const sample of sweep) {
    energy += sample * sample;
  }
  const found = new Float64Array(latest + 1);
  for (let delay = 0; delay <= latest; delay += 1) {
    let sum = 0;
    for (let at = 0; at < sweep.length; at += 1) {
      sum += (sweep[at] ?? 0) * (heard[at + delay] ?? 0);
    }
    found[delay] = energy === 0 ? 0 : sum / energy;
  }
  return found;
}
