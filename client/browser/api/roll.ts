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
  readonly why: string;
}

/** The answer of `GET` and `PUT /api/roll`. */
export interface Roll {
  readonly title: string;
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

/** What a teacher declares; `after` is the declaration that was seen. */
export interface Declaring {
  readonly expected: number;
  readonly present: number;
  readonly on_leave: number;
  readonly why: string;
  readonly after: string | null;
}

/** The roll of a link's room; rejects with a `Trouble`. */
export function fetchRoll(token: string): Promise<Roll> {
  return ask(token, { method: "GET" });
}

/** Declares it; rejects with a `Trouble`, and nothing is changed. */
export function declareRoll(token: string, declaring: Declaring): Promise<Roll> {
  return ask(token, { method: "PUT", body: JSON.stringify(declaring) });
}

function ask(token: string, init: RequestInit): Promise<Roll> {
  return answerOf("/api/roll", {
    ...init,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
  });
}
