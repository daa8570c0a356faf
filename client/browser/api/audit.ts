/** Who did what, by the server's HTTP interface. */
import { ask } from "./office";

/** One line of the audit log. */
export interface Line {
  readonly id: string;
  readonly at: string;
  /** None of whoever gives commands on the server itself. */
  readonly by: string | null;
  readonly capacity: string;
  readonly organisation: string | null;
  readonly action: string;
  /** What it was done to, by name; never a pupil. */
  readonly subject: string;
}

/** A piece of the log, newest first. */
export interface Log {
  readonly lines: readonly Line[];
  /** Whether there may be older ones. */
  readonly more: boolean;
}

/** The last lines of a day and the days before it, and older than a line. */
export function fetchLog(day: string, before: string | null): Promise<Log> {
  const asked = new URLSearchParams(day === "" ? {} : { until: endOf(day) });
  if (before !== null) {
    asked.set("before", before);
  }
  return ask("GET", `/api/audit?${asked.toString()}`);
}

const DAY_MS = 86_400_000;

/** When a school's day is over. */
const endOf = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00+08:00`) + DAY_MS).toISOString();
