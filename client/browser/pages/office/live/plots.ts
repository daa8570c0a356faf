/** What the live page draws, from what the server said: pure. */
import type { Live, Point, Weakest, Worker, Wrong } from "../../../api/live";
import { language, say, type Word } from "../../../widgets/words";

/** Where each number of a point stands. */
export const PEERS = 1;
export const UP = 2;
export const DOWN = 3;
export const LOSS = 4;
export const CPU = 5;

export type Column = typeof PEERS | typeof UP | typeof DOWN | typeof LOSS | typeof CPU;

const KILO = 1000;
const MEGA = 1_000_000;
const PER_CENT = 100;

/** What is known after an answer that holds only what is new; none if another server answered. */
export function merged(before: Live | null, next: Live): Live | null {
  if (before === null) {
    return next;
  }
  if (next.newest < before.newest) {
    return null;
  }
  const oldest = next.newest - next.kept;
  const joined = (old: readonly Point[] | undefined, fresh: readonly Point[]): readonly Point[] => {
    const last = old?.[old.length - 1]?.[0] ?? 0;
    const all = [...(old ?? []), ...fresh.filter((point) => point[0] > last)];
    return all.filter((point) => point[0] > oldest);
  };
  return {
    ...next,
    workers: next.workers.map((one) => ({
      ...one,
      points: joined(before.workers.find((old) => old.number === one.number)?.points, one.points),
    })),
    lessons: next.lessons.map((one) => ({
      ...one,
      points: joined(before.lessons.find((old) => old.lesson === one.lesson)?.points, one.points),
    })),
  };
}

/** A round number, 1, 2 or 5 times a power of ten, that no value passes. */
export function ceiling(values: readonly number[], least: number): number {
  const most = Math.max(least, ...values);
  const power = 10 ** Math.floor(Math.log10(most));
  return power * ([1, 2, 5, 10].find((one) => one * power >= most) ?? 10);
}

/** Width and height of what a line is drawn in. */
export const WIDE = 120;
export const HIGH = 40;

/** The line of one column, the newest at the right; where a moment is missing it is broken. */
export function line(
  points: readonly Point[],
  column: Column,
  frame: Readonly<{ newest: number; kept: number; most: number }>,
): string {
  let last = -1;
  return points
    .map((point) => {
      const x = WIDE * (1 - (frame.newest - point[0]) / (frame.kept - 1));
      const y = HIGH * (1 - Math.min(1, point[column] / frame.most));
      const begins = point[0] !== last + 1;
      last = point[0];
      return `${begins ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}

const decimals = (value: number, most: number): string =>
  value.toLocaleString(language.value, { maximumFractionDigits: most });

/** A column's value in words. */
export function told(value: number, column: Column): string {
  switch (column) {
    case PEERS:
      return decimals(value, 0);
    case CPU:
    case LOSS:
      return share(value);
    default:
      return value < KILO ? `${decimals(value, 0)} kbit/s` : `${decimals(value / KILO, 1)} Mbit/s`;
  }
}

/** 3.4%. */
export const share = (value: number): string => `${decimals(value * PER_CENT, 1)}%`;

/** How a worker and its recorder stand. */
export function standing(worker: Worker): string {
  const { lessons, duty } = worker;
  if (duty === "renewing") {
    return say("live.worker_renewing");
  }
  const word = duty === "draining" ? "live.worker_draining" : "live.worker_up";
  const own = worker.up ? say(word, { lessons }) : say("live.worker_down");
  return worker.recorder ? own : `${own} · ${say("live.recorder_down")}`;
}

/** The weakest receiver of a lesson: what its path carries, and what it gets for that. */
export const weakest = (one: Weakest): string =>
  say("live.weakest", {
    rate: told(one.kbps, DOWN),
    step: say(`live.step.${one.step ?? "none"}`),
    queue: decimals(one.queue_ms, 0),
  });

/** What is wrong, in one sentence. */
export function sentence(wrong: Wrong, live: Live): string {
  const rooms = live.lessons.find((one) => one.lesson === wrong.lesson)?.rooms ?? [];
  return say(`live.wrong.${wrong.what}` as Word, {
    worker: wrong.worker ?? "",
    rooms: rooms.join(say("live.and")),
    amount: amount(wrong),
  });
}

function amount(wrong: Wrong): string {
  switch (wrong.what) {
    case "worker_busy":
    case "lesson_lossy":
      return share(wrong.amount);
    case "worker_late":
      return decimals(wrong.amount * KILO, 0);
    case "disk_behind":
      return decimals(wrong.amount / MEGA, 0);
    default:
      return decimals(wrong.amount, 1);
  }
}
