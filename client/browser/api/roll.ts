/** A room's roll: looked at, declared and corrected by the room's teacher. */
import { answerOf } from "./trouble";

/** What was declared once. */
export interface Declared {
  readonly id: string;
  readonly at: string;
  readonly declared_by: string;
  readonly expected: number;
  readonly present: number;
  readonly on_leave: number;
  readonly absent: number;
  /** Of those present; by numbers nobody tells. */
  readonly late: number;
  /** Teachers who sat in to listen. */
  readonly observing: number;
  readonly why: string;
}

/** The answer of `GET` and `PUT /api/roll`. */
export interface Roll {
  readonly title: string;
  /** Whether the holder of the link calls it by name. */
  readonly by_name: boolean;
  readonly room: string;
  readonly name: string;
  readonly state: "not_yet" | "open" | "handed_on" | "declared";
  readonly open_until: string | null;
  /** How many belonged to the room when the lesson began; none if nobody knows. */
  readonly expected: number | null;
  readonly declared: Declared | null;
  /** What stood before, oldest first. */
  readonly before: readonly Declared[];
}

/** How a pupil was not simply there. */
export type Mark = "absent" | "late" | "on_leave";

/** Somebody who belongs to a room by roster; a mark as the last declaration has it. */
export interface Marked {
  readonly id: string;
  readonly name: string;
  readonly mark: Mark | null;
}

/** What a teacher declares; `after` is the declaration that was seen. */
export interface Declaring {
  readonly expected: number;
  readonly present: number;
  readonly on_leave: number;
  readonly observing: number;
  /** By roster the exceptions, from which the numbers are counted; none by numbers. */
  readonly marks: Readonly<Record<string, Mark>> | null;
  readonly why: string;
  readonly after: string | null;
}

/** The roll of a link's room; rejects with a `Trouble`. */
export function fetchRoll(token: string): Promise<Roll> {
  return ask("/api/roll", token, { method: "GET" });
}

/** Who belongs to a link's room, by name; each look is logged. */
export async function fetchRollNames(token: string): Promise<readonly Marked[]> {
  const found = await ask<{ pupils: readonly Marked[] }>("/api/roll/names", token, {
    method: "GET",
  });
  return found.pupils;
}

/** Declares it; rejects with a `Trouble`, and nothing is changed. */
export function declareRoll(token: string, declaring: Declaring): Promise<Roll> {
  return ask("/api/roll", token, { method: "PUT", body: JSON.stringify(declaring) });
}

function ask<T>(path: string, token: string, init: RequestInit): Promise<T> {
  return answerOf(path, {
    ...init,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
  });
}
