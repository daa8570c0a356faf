/** The lines of schools: how much they carry, and what was sent on them. */
import type { LinkReason, LinkStep } from "../protocol/messages";
import { ask } from "./office";
import { answerOf } from "./trouble";

/** The line of one school; without numbers while nobody knows it. */
export interface Line {
  readonly id: string;
  readonly name: string;
  readonly down_kbps: number | null;
  readonly up_kbps: number | null;
  /** Whether a classroom's screen measured it or somebody typed it. */
  readonly origin: "test" | "typed" | null;
  /** When, in ISO 8601. */
  readonly at: string | null;
  readonly may_change: boolean;
}

/** How the lessons of a school went in the last seven days. */
export interface Recent {
  readonly lessons: number;
  /** Of these, in which the line left only sound and stills for a while. */
  readonly stills: number;
  /** Of these, in which it left no more than low video for a while. */
  readonly low: number;
  /** When it did last, in ISO 8601. */
  readonly last: string | null;
}

/** A line as it stands in the list. */
export interface ListedLine extends Line {
  readonly recent: Recent;
}

/** When (ISO 8601), lesson, step, why not more, kbit/s that the path carried if measured. */
export type Step = readonly [string, string, LinkStep, LinkReason, number | null];

/** What the receivers of a school got. */
export interface History {
  readonly since: string;
  readonly until: string;
  readonly steps: readonly Step[];
}

/** Those of the schools within reach. */
export const lines = (): Promise<{ lines: readonly ListedLine[] }> => ask("GET", "/api/lines");

/** Says how much one carries, as it was typed in kbit/s. */
export const saveLine = (id: string, typed: { down: string; up: string }): Promise<Line> =>
  ask("PUT", `/api/lines/${id}`, typed);

/** What was sent on one in the last days. */
export const stepsOf = (id: string, days: number): Promise<History> =>
  ask("GET", `/api/lines/${id}/steps?days=${String(days)}`);

/** What the check on a classroom's screen found. */
export interface Tested {
  readonly websocket: boolean;
  readonly media: boolean;
  readonly down_kbps: number | null;
  readonly up_kbps: number | null;
  readonly loss_down: number | null;
  readonly loss_up: number | null;
}

/** Tells what this classroom's screen measured; whether it is the line's budget now. */
export const tellLine = (tested: Tested): Promise<{ kept: boolean }> =>
  answerOf("/api/room/line", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(tested),
  });
