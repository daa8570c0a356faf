/** What a school or a bureau keeps of itself, by the server's HTTP interface. */
import { ask, askFile } from "./office";
import type { Closing } from "./raising";

/** A school, or an office that looks after schools. */
export interface Organisation {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly region: string;
}

/** Schools and offices, and which of them one may change. */
export interface Organisations {
  readonly organisations: readonly Organisation[];
  readonly changes: readonly string[];
  readonly may_add: boolean;
}

/** One capacity that somebody holds. */
export interface Held {
  readonly capacity: string;
  readonly organisation: string;
  readonly organisation_name: string;
  readonly may_take: boolean;
}

/** Somebody who works there; the sign-in name is told to those who may change it. */
export interface Colleague {
  readonly id: string;
  readonly name: string;
  readonly login: string | null;
  readonly held: readonly Held[];
}

/** Who works where, as far as one sees it. */
export interface Staff {
  readonly staff: readonly Colleague[];
  readonly more: boolean;
  readonly gives: readonly string[];
  readonly places: readonly Organisation[];
}

/** A new account; its first password is in this answer and never again. */
export interface NewAccount {
  readonly name: string;
  readonly login: string;
  readonly first_password: string;
}

/** A room of a school. */
export interface Classroom {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly organisation_name: string;
}

/** Rooms, and the schools in which one may change them. */
export interface Classrooms {
  readonly classrooms: readonly Classroom[];
  readonly places: readonly Organisation[];
}

/** What is kept of the pupils of a class. */
export type Keeping = "numbers" | "roster";

/** A class of a school. */
export interface ClassGroup {
  readonly id: string;
  readonly organisation: string;
  readonly organisation_name: string;
  readonly name: string;
  readonly keeping: Keeping;
  readonly expected: number;
  readonly class_teacher: string | null;
  /** When it was closed; none while it is taught. */
  readonly closed: string | null;
  readonly closed_how: Closing | null;
}

/** Classes, and the schools in which one may change them. */
export interface ClassGroups {
  readonly class_groups: readonly ClassGroup[];
  readonly places: readonly Organisation[];
}

/** One side of a pairing. */
export interface PairedSchool {
  readonly id: string;
  readonly name: string;
  readonly region: string;
}

/** Two schools that are bound, or are to be once the other side agrees. */
export interface Pairing {
  readonly id: string;
  readonly supporter: PairedSchool;
  readonly recipient: PairedSchool;
  readonly scope: string;
  readonly forms: readonly string[];
  readonly begins: string;
  readonly ends: string;
  readonly waiver: string;
  readonly state: "waits" | "stands" | "declined" | "ended" | "replaced";
  /** The office or school that has not agreed; empty unless it waits. */
  readonly waits_for: string;
  /** The pairing whose place it is to take. */
  readonly instead_of: string | null;
  /** The day from which it binds nobody. */
  readonly ended: string | null;
  /** Who ended or declined it. */
  readonly ended_by: string;
  readonly may_change: boolean;
  readonly may_agree: boolean;
  readonly may_end: boolean;
}

/** Pairings, and the schools that one may pair. */
export interface Pairings {
  readonly pairings: readonly Pairing[];
  readonly places: readonly Organisation[];
}

/** What a roster would change. */
export interface RosterCheck {
  readonly good: number;
  readonly classes: readonly { name: string; pupils: number; is_new: boolean }[];
  readonly new: number;
  readonly changed: number;
  readonly same: number;
  readonly missing: number;
  readonly bad: readonly { sheet: string; row: number; reasons: readonly string[] }[];
  readonly bad_count: number;
  readonly unread: readonly string[];
  readonly by_numbers: readonly string[];
}

/** What a roster has changed. */
export interface RosterTaken {
  readonly new: number;
  readonly changed: number;
  readonly same: number;
  readonly dropped: number;
}

/** How a roster is to be let in. */
export interface RosterOptions {
  readonly language: string;
  readonly makesClasses: boolean;
  readonly dropsMissing: boolean;
}

/** Everything of a kind that one may see. */
export const organisations = (): Promise<Organisations> => ask("GET", "/api/organisations");
export const classrooms = (): Promise<Classrooms> => ask("GET", "/api/classrooms");
export const classGroups = (): Promise<ClassGroups> => ask("GET", "/api/classes");
export const pairings = (): Promise<Pairings> => ask("GET", "/api/pairings");

/** Agrees to a pairing that was proposed. */
export const agreeToPairing = (id: string): Promise<unknown> =>
  ask("POST", `/api/pairings/${id}/agree`);

/** What happens to the lessons by a pairing that are to come; nothing if nobody was asked. */
export interface Remaining {
  readonly keep_lessons?: boolean;
  /** Why they are called off. */
  readonly why?: string;
}

/** Ends a pairing, declines one that was proposed or withdraws it. */
export const endPairing = (id: string, lessons: Remaining): Promise<unknown> =>
  ask("POST", `/api/pairings/${id}/end`, lessons);

/** The school of this full name in this very region, to propose a pairing to. */
export const schoolElsewhere = (name: string, region: string): Promise<Organisation> =>
  ask("GET", `/api/pairings/school?${new URLSearchParams({ name, region }).toString()}`);

/** Who works where; a part of a name and a school narrow it down. */
export function staff(part: string, organisation?: string): Promise<Staff> {
  const query = new URLSearchParams({ part });
  if (organisation !== undefined) {
    query.set("organisation", organisation);
  }
  return ask("GET", `/api/staff?${query.toString()}`);
}

/** Makes a new one of a kind, or changes the one with this id. */
export function save(kind: string, id: string | null, body: unknown): Promise<unknown> {
  return id === null ? ask("POST", `/api/${kind}`, body) : ask("PUT", `/api/${kind}/${id}`, body);
}

/** Makes an account. */
export const hire = (body: unknown): Promise<NewAccount> => ask("POST", "/api/staff", body);

/** Gives somebody a new first password. */
export const renewPassword = (login: string): Promise<NewAccount> =>
  ask("POST", "/api/staff/password", { login });

/** Gives or takes a capacity. */
export const appoint = (body: unknown): Promise<unknown> =>
  ask("POST", "/api/staff/capacities", body);
export const dismiss = (body: unknown): Promise<unknown> =>
  ask("DELETE", "/api/staff/capacities", body);

/** The names of a class; the look is logged. */
export const pupils = (
  group: string,
): Promise<{ pupils: readonly { id: string; name: string }[] }> =>
  ask("GET", `/api/classes/${group}/pupils`);

/** Erases a name of a class for good. */
export const removePupil = (group: string, pupil: string): Promise<unknown> =>
  ask("DELETE", `/api/classes/${group}/pupils/${pupil}`);

/** Says what a roster would change. */
export const checkRoster = (
  school: string,
  file: Blob,
  options: RosterOptions,
): Promise<RosterCheck> => ask("POST", rosterPath(school, "/check", options), file);

/** Lets a roster in. */
export const importRoster = (
  school: string,
  file: Blob,
  options: RosterOptions,
): Promise<RosterTaken> => ask("POST", rosterPath(school, "", options), file);

/** The bad rows of a roster, as a file. */
export const returnedRoster = (school: string, file: Blob, options: RosterOptions): Promise<Blob> =>
  askFile("POST", rosterPath(school, "/returned", options), file);

function rosterPath(school: string, what: string, options: RosterOptions): string {
  const query = new URLSearchParams({
    language: options.language,
    makes_classes: options.makesClasses ? "yes" : "no",
    drops_missing: options.dropsMissing ? "yes" : "no",
  });
  return `/api/organisations/${school}/roster${what}?${query.toString()}`;
}
