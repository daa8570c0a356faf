/** What a plot of a school's line draws, from what the server said: pure. */
import type { History, Step } from "../../../api/lines";
import type { LinkStep } from "../../../protocol/messages";

/** The ladder, from the least up. */
export const LADDER: readonly LinkStep[] = ["stills", "low", "high"];

/** Width and height of what is drawn in. */
export const WIDE = 1000;
export const HIGH = 60;

/** What stands is noted again every five minutes: without a word for longer the lesson was over. */
const HELD_MS = 320_000;
const MINUTE_MS = 60_000;
/** However short, a step can be seen. */
const THIN = 2;

/** One stretch of time in which receivers got one step. */
export interface Stretch {
  readonly step: LinkStep;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** The stretches within what is shown, oldest first. */
export function stretches({ since, until, steps }: History): readonly Stretch[] {
  const [begin, end] = [Date.parse(since), Date.parse(until)];
  return steps
    .map(([at, lesson, step], n) => {
      const from = Date.parse(at);
      const next = steps.slice(n + 1).find((later) => later[1] === lesson);
      const last = Math.min(from + HELD_MS, end);
      const to = next === undefined ? last : Math.min(last, Date.parse(next[0]));
      return { step, from: Math.max(from, begin), to };
    })
    .filter(({ from, to }) => to > from);
}

/** A stretch as it is drawn: the better the step, the higher. */
export interface Bar {
  readonly step: LinkStep;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** All of them. */
export function bars(history: History): readonly Bar[] {
  const begin = Date.parse(history.since);
  const scale = WIDE / (Date.parse(history.until) - begin);
  return stretches(history).map(({ step, from, to }) => {
    const width = Math.max(THIN, (to - from) * scale);
    const height = (HIGH * (LADDER.indexOf(step) + 1)) / LADDER.length;
    const x = Math.min(WIDE - width, (from - begin) * scale);
    return { step, x, y: HIGH - height, width, height };
  });
}

/** Whole minutes of each step. */
export function minutes(history: History): Readonly<Record<LinkStep, number>> {
  const sum = { stills: 0, low: 0, high: 0 };
  for (const { step, from, to } of stretches(history)) {
    sum[step] += to - from;
  }
  return {
    stills: Math.round(sum.stills / MINUTE_MS),
    low: Math.round(sum.low / MINUTE_MS),
    high: Math.round(sum.high / MINUTE_MS),
  };
}

/** What the path carried where that was measured; broken where a lesson ends. */
export function carried(history: History, most: number): string {
  const begin = Date.parse(history.since);
  const scale = WIDE / (Date.parse(history.until) - begin);
  let before: Step | null = null;
  return history.steps
    .filter((one) => one[4] !== null && Date.parse(one[0]) >= begin)
    .map((one) => {
      const [at, lesson, , , kbps] = one;
      const goes =
        before !== null && before[1] === lesson && Date.parse(at) - Date.parse(before[0]) < HELD_MS;
      before = one;
      const x = ((Date.parse(at) - begin) * scale).toFixed(1);
      const y = (HIGH * (1 - Math.min(1, (kbps ?? 0) / most))).toFixed(1);
      // A point alone is drawn as one by its round ends.
      return goes ? `L${x} ${y}` : `M${x} ${y}h0`;
    })
    .join("");
}
