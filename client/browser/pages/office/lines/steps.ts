/** What a plot of a school's line draws, from what the server said: pure. */
import type { History, ListedLine, Step } from "../../../api/lines";
import type { LinkReason, LinkStep } from "../../../protocol/messages";
import { AHEAD_MS } from "../timetable/times";

/** The ladder, from the least up. */
export const LADDER: readonly LinkStep[] = ["stills", "low", "high"];

/** Width and height of what is drawn in. */
export const WIDE = 1000;
export const HIGH = 60;

/** What stands is noted again every five minutes: without a word for longer the lesson was over. */
const HELD_MS = 320_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** However short, a step can be seen; the worse, the better: it is what is looked for. */
const THIN: Readonly<Record<LinkStep, number>> = { stills: 6, low: 4, high: 2 };

/** One stretch of time in which receivers got one step. */
export interface Stretch {
  readonly lesson: string;
  readonly step: LinkStep;
  readonly reason: LinkReason;
  /** What the path carried, in kbit/s, if that was measured. */
  readonly kbps: number | null;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** The stretches within what is shown, oldest first. */
export function stretches({ since, until, steps }: History): readonly Stretch[] {
  const [begin, end] = [Date.parse(since), Date.parse(until)];
  return steps
    .map(([at, lesson, step, reason, kbps], n) => {
      const from = Date.parse(at);
      const next = steps.slice(n + 1).find((later) => later[1] === lesson);
      const last = Math.min(from + HELD_MS, end);
      const to = next === undefined ? last : Math.min(last, Date.parse(next[0]));
      return { lesson, step, reason, kbps, from: Math.max(from, begin), to };
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

/** All of them, the worse drawn over the better. */
export function bars(history: History): readonly Bar[] {
  const begin = Date.parse(history.since);
  const scale = WIDE / (Date.parse(history.until) - begin);
  const worstLast = [...stretches(history)].sort(
    (one, other) => LADDER.indexOf(other.step) - LADDER.indexOf(one.step),
  );
  return worstLast.map(({ step, from, to }) => {
    const width = Math.max(THIN[step], (to - from) * scale);
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

/** A moment below the plot, and where it lies: 0 to 1. */
export interface Tick {
  readonly share: number;
  readonly at: number;
  /** Whether it names an hour, else a day. */
  readonly hour: boolean;
}

/** Between two ticks of a plot that is so long at most; the last also of longer ones. */
const TICKS = [
  { most: DAY_MS, every: DAY_MS / 4 },
  { most: 7 * DAY_MS, every: DAY_MS },
  { most: Infinity, every: 14 * DAY_MS },
] as const;
/** A tick closer to the end than this share has no room for its words. */
const LAST_TICK = 0.94;

/** Full hours or days on a school's clock. */
export function ticks({ since, until }: History): readonly Tick[] {
  const [begin, end] = [Date.parse(since), Date.parse(until)];
  const { every } = TICKS.find(({ most }) => end - begin <= most) ?? TICKS[2];
  const first = Math.ceil((begin + AHEAD_MS) / every) * every - AHEAD_MS;
  const found: Tick[] = [];
  for (let at = first; at < begin + LAST_TICK * (end - begin); at += every) {
    found.push({ share: (at - begin) / (end - begin), at, hour: every < DAY_MS });
  }
  return found;
}

/** A lesson in which a school got less than was shown, for want of a better line. */
export interface Weak {
  readonly lesson: string;
  /** From the first to the last weak moment, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds of each. */
  readonly stills: number;
  readonly low: number;
  /** Why for the longest. */
  readonly why: Exclude<LinkReason, "enough">;
  /** The least that was measured, in kbit/s. */
  readonly least: number | null;
}

/** The lessons with weak moments, newest first. */
export function weakLessons(history: History): readonly Weak[] {
  const lessons = new Map<string, Stretch[]>();
  for (const stretch of stretches(history).filter(isWeak)) {
    lessons.set(stretch.lesson, [...(lessons.get(stretch.lesson) ?? []), stretch]);
  }
  return [...lessons.values()].map(weakOf).sort((a, b) => b.from - a.from);
}

function isWeak({ step, reason }: Stretch): boolean {
  return step !== "high" && reason !== "enough";
}

function weakOf(parts: readonly Stretch[]): Weak {
  const sum = (which: (one: Stretch) => boolean): number =>
    parts.filter(which).reduce((all, { from, to }) => all + to - from, 0);
  const why = (["loss", "narrow", "budget"] as const)
    .map((reason) => ({ reason, lasted: sum((one) => one.reason === reason) }))
    .reduce((most, one) => (one.lasted > most.lasted ? one : most));
  const measured = parts.flatMap(({ kbps }) => kbps ?? []);
  return {
    lesson: parts[0]?.lesson ?? "",
    from: Math.min(...parts.map(({ from }) => from)),
    to: Math.max(...parts.map(({ to }) => to)),
    stills: sum(({ step }) => step === "stills"),
    low: sum(({ step }) => step === "low"),
    why: why.reason,
    least: measured.length === 0 ? null : Math.min(...measured),
  };
}

/** How bad the last seven days were for a school. */
export type Standing = "none" | "well" | "low" | "stills";

/** What the list says of them. */
export function standingOf({ recent }: ListedLine): Standing {
  if (recent.lessons === 0) {
    return "none";
  }
  return recent.stills > 0 ? "stills" : recent.low > 0 ? "low" : "well";
}

/** The weakest lines first, else as they came. */
export function weakestFirst(lines: readonly ListedLine[]): readonly ListedLine[] {
  const by = (one: ListedLine, other: ListedLine): number =>
    other.recent.stills - one.recent.stills || other.recent.low - one.recent.low;
  return [...lines].sort(by);
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
