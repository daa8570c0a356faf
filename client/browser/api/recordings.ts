/** Held lessons, for people who sign in and may see their recordings. */
import { ask } from "./office";

/** One choice of a filter. */
export interface Choice {
  readonly id: string;
  readonly name: string;
}

/** A held lesson. */
export interface Recorded {
  readonly lesson: string;
  readonly title: string;
  readonly subject: string | null;
  readonly opened: string;
  readonly seconds: number;
  readonly rooms: readonly string[];
  readonly schools: readonly string[];
  readonly teachers: readonly string[];
  /** How many were not taken back. */
  readonly comments: number;
}

/** One page of the list. */
export interface Listing {
  readonly lessons: readonly Recorded[];
  readonly more: boolean;
  readonly schools: readonly Choice[];
  readonly teachers: readonly Choice[];
  /** Of the school that is asked for, or one's own. */
  readonly classes: readonly Choice[];
  readonly sees_viewings: boolean;
}

/** One sitting before a recording. */
export interface Viewing {
  /** Empty for the holder of a link without a name. */
  readonly name: string;
  /** In what capacity, or the link's role. */
  readonly role: string;
  readonly began: string;
  readonly last: string;
  /** From which second of the lesson to which. */
  readonly stretches: readonly (readonly [number, number])[];
}

/** One page of what fits; empty fields ask for nothing. */
export const fetchRecordings = (asked: Record<string, string>): Promise<Listing> =>
  ask("GET", `/api/recordings?${new URLSearchParams(asked).toString()}`);

/** A token for the replay of one of them. */
export const watchRecording = (lesson: string): Promise<{ token: string }> =>
  ask("POST", `/api/recordings/${encodeURIComponent(lesson)}/watch`);

/** Who watched one of them, the newest first. */
export async function fetchViewings(lesson: string): Promise<readonly Viewing[]> {
  const path = `/api/recordings/${encodeURIComponent(lesson)}/viewings`;
  return (await ask<{ viewings: readonly Viewing[] }>("GET", path)).viewings;
}
