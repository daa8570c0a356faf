/** Who did what, by the server's HTTP interface. */
import { ask, askFile } from "./office";

/** One line of the audit log. */
export interface Line {
  readonly id: string;
  readonly at: string;
  /** None of whoever gives commands on the server itself, and of a stranger. */
  readonly by: string | null;
  /** Empty of a stranger, whose sign-in was refused. */
  readonly capacity: string;
  readonly organisation: string | null;
  readonly action: string;
  /** What it was done to, by name; never a pupil. */
  readonly subject: string;
  /** From where a sign-in was refused; else empty. */
  readonly address: string;
  /** How often within a minute. */
  readonly times: number;
}

/** A piece of the log, newest first. */
export interface Log {
  readonly lines: readonly Line[];
  /** Whether there may be older ones. */
  readonly more: boolean;
  /** What may be asked for. */
  readonly done: readonly string[];
}

/** Which lines are asked for; what is empty is not asked. */
export interface Wanted {
  /** A part of the name or sign-in name of whoever did it. */
  who: string;
  /** What was done. */
  what: string;
  /** The id of where they hold their capacity. */
  organisation: string;
  /** The first day. */
  from: string;
  /** The last day. */
  to: string;
}

/** Everything. */
export const NOTHING: Wanted = { who: "", what: "", organisation: "", from: "", to: "" };

/** The last lines of those wanted, and older than a line. */
export function fetchLog(wanted: Wanted, before: string | null): Promise<Log> {
  const asked = query(wanted);
  if (before !== null) {
    asked.set("before", before);
  }
  return ask("GET", `/api/audit?${asked.toString()}`);
}

/** All those wanted as CSV. */
export function fetchLogFile(wanted: Wanted, language: string): Promise<Blob> {
  const asked = query(wanted);
  asked.set("language", language);
  return askFile("GET", `/api/audit.csv?${asked.toString()}`);
}

function query({ who, what, organisation, from, to }: Wanted): URLSearchParams {
  const since = from === "" ? "" : new Date(begins(from)).toISOString();
  const until = to === "" ? "" : new Date(begins(to) + DAY_MS).toISOString();
  const all = Object.entries({ who: who.trim(), what, organisation, since, until });
  return new URLSearchParams(all.filter(([, value]) => value !== ""));
}

const DAY_MS = 86_400_000;

/** When a school's day begins. */
const begins = (day: string): number => Date.parse(`${day}T00:00:00+08:00`);
