/** What the teachers of a lesson prepare together: a note, files, a tick for each side. */
import { ask } from "./office";

/** A text as somebody saved it. */
export interface Note {
  readonly id: string;
  readonly author: string;
  readonly at: string;
  readonly text: string;
  /** Whether it was kept beside the one that stood. */
  readonly aside: boolean;
}

/** A file. */
export interface Handout {
  readonly id: string;
  readonly name: string;
  readonly octets: number;
  readonly added_by: string;
}

/** One of the lesson's rooms. */
export interface Side {
  readonly room: string;
  readonly name: string;
  readonly host: boolean;
  readonly ready: boolean;
  /** Whether the reader says for it that it is ready. */
  readonly mine: boolean;
}

/** All of it. */
export interface Preparation {
  readonly note: Note | null;
  /** Every other text, the newest first. */
  readonly before: readonly Note[];
  readonly files: readonly Handout[];
  readonly sides: readonly Side[];
  readonly may_write: boolean;
  /** Whether what was just saved is kept beside another that its author had not seen. */
  readonly conflict: boolean;
}

const of = (lesson: string): string => `/api/lessons/${lesson}/preparation`;

/** What is prepared for a lesson. */
export const fetchPreparation = (lesson: string): Promise<Preparation> => ask("GET", of(lesson));

/** Saves a note over the one that was seen. */
export const saveNote = (
  lesson: string,
  text: string,
  after: string | null,
): Promise<Preparation> => ask("PUT", `${of(lesson)}/note`, { text, after });

/** Says for the reader's own side whether it is ready. */
export const sayReady = (lesson: string, ready: boolean): Promise<Preparation> =>
  ask("PUT", `${of(lesson)}/ready`, { ready });

/** Puts a file to it. */
export function attachFile(lesson: string, file: File): Promise<Preparation> {
  const query = new URLSearchParams({ name: file.name });
  return ask("POST", `${of(lesson)}/files?${query.toString()}`, file);
}

/** Deletes one. */
export const detachFile = (lesson: string, file: string): Promise<Preparation> =>
  ask("DELETE", `${of(lesson)}/files/${file}`);

/** Where a file is downloaded. */
export const addressOfFile = (lesson: string, file: string): string =>
  `${of(lesson)}/files/${file}`;
