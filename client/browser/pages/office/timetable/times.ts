/** The clock and calendar on a school's wall: Asia/Shanghai, which has no summer time; pure. */

/** By so much a school's clock is ahead of UTC. */
export const AHEAD_MS = 8 * 3600 * 1000;
const DAY_MS = 24 * 3600 * 1000;

/** A moment as a school's clock shows it. */
export interface Wall {
  /** 2026-11-25 */
  readonly date: string;
  /** 09:10 */
  readonly time: string;
  /** 0 is Monday. */
  readonly weekday: number;
}

/** What the wall shows at a moment. */
export function wall(moment: string | number): Wall {
  const shown = new Date(new Date(moment).getTime() + AHEAD_MS);
  const text = shown.toISOString();
  return {
    date: text.slice(0, 10),
    time: text.slice(11, 16),
    weekday: (shown.getUTCDay() + 6) % 7,
  };
}

/** The moment at which the wall shows this. */
export function moment(date: string, time: string): string {
  return `${date}T${time}:00+08:00`;
}

/** A day so many days later. */
export function later(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** A time of day so many minutes later, past midnight if need be. */
export function after(time: string, minutes: number): string {
  const [hours, past] = time.split(":").map(Number);
  const all = ((hours ?? 0) * 60 + (past ?? 0) + minutes) % (24 * 60);
  const pad = (value: number): string => String(value).padStart(2, "0");
  return `${pad(Math.floor(all / 60))}:${pad(all % 60)}`;
}

/** From when to when: 09:10 – 09:50. */
export function span(starts: string, ends: string): string {
  return `${wall(starts).time} – ${wall(ends).time}`;
}

/** 11-25, as a day stands above a column. */
export function shortDay(date: string): string {
  return date.slice(5);
}
