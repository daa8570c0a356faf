/** Attendance for whoever signs in: of lessons, of classes over a time, declared and corrected. */
import { ask } from "./office";
import type { Declaring, Marked, Roll } from "./roll";
import type { Named } from "./timetable";

/** Which days, on a school's calendar: 2026-11-25. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** A room's attendance in one lesson. */
export interface RoomAttendance {
  readonly name: string;
  readonly school: string;
  /** Who learns there; empty if nobody does. */
  readonly learners: string;
  readonly roll: Omit<Roll, "title" | "by_name">;
  /** What people are called, by `declared_by`; empty for a link alone. */
  readonly by: Readonly<Record<string, string>>;
  /** Whether the reader calls the roll there, on its own page. */
  readonly mine: boolean;
  /** Whether the reader declares or corrects it here. */
  readonly may_write: boolean;
  /** Whether it is by roster and the reader may see the names. */
  readonly by_name: boolean;
}

/** A teacher who sat in a lesson to listen. */
export interface Observer {
  readonly id: string;
  readonly name: string;
  /** When they came by their account; none if they were added by hand. */
  readonly begin: string | null;
  /** When they went; none while they are there. */
  readonly end: string | null;
  /** Who added them by hand; empty if they came by their account. */
  readonly added_by: string;
}

/** A lesson's attendance. */
export interface LessonAttendance {
  readonly id: string;
  readonly title: string;
  readonly subject: string;
  readonly starts: string;
  readonly ends: string;
  /** Teachers who listened, in none of the numbers. */
  readonly observers: readonly Observer[];
  /** Whether the reader adds such teachers by hand. */
  readonly may_observe: boolean;
  readonly rooms: readonly RoomAttendance[];
}

/** Those who learn together, over the days. */
export interface ClassAttendance {
  readonly name: string;
  readonly class_group: string | null;
  readonly school: string;
  readonly lessons: number;
  readonly declared: number;
  readonly expected: number;
  readonly present: number;
  readonly on_leave: number;
  readonly absent: number;
  readonly observing: number;
  /** 0 to 1. */
  readonly rate: number | null;
  /** Whether the reader may see how often each pupil of it was missing. */
  readonly by_name: boolean;
}

/** How often a pupil was not simply there. */
export interface Missed {
  readonly name: string;
  /** Lessons whose roll was called by name. */
  readonly lessons: number;
  readonly absent: number;
  readonly on_leave: number;
  readonly late: number;
}

/** What may be listed. */
export type Listed = "lessons" | "classes";

/** Where a list is, or a file of it. */
export function addressOf(
  listed: Listed,
  days: Days,
  more: Readonly<Record<string, string>> = {},
  kind: "" | ".xlsx" | ".csv" = "",
): string {
  const parameters = new URLSearchParams({ from: days.from, to: days.to, ...more });
  return `/api/attendance/${listed}${kind}?${parameters.toString()}`;
}

/** Each lesson, or those of one class; the newest first. */
export const fetchLessons = (
  days: Days,
  classGroup: string | null,
): Promise<{ lessons: readonly LessonAttendance[]; more: boolean }> =>
  ask("GET", addressOf("lessons", days, classGroup === null ? {} : { class: classGroup }));

/** Each class. */
export const fetchClasses = (days: Days): Promise<{ classes: readonly ClassAttendance[] }> =>
  ask("GET", addressOf("classes", days));

/** Where the absences of a class are, or a file of them. */
export function absencesOf(
  classGroup: string,
  days: Days,
  more: Readonly<Record<string, string>> = {},
  kind: "" | ".xlsx" | ".csv" = "",
): string {
  const parameters = new URLSearchParams({ from: days.from, to: days.to, ...more });
  return `/api/classes/${classGroup}/absences${kind}?${parameters.toString()}`;
}

/** How often each pupil of a class was missing; each look is logged. */
export async function fetchAbsences(classGroup: string, days: Days): Promise<readonly Missed[]> {
  return (await ask<{ pupils: readonly Missed[] }>("GET", absencesOf(classGroup, days))).pupils;
}

/** Declares or corrects the roll of one room. */
export const declareRoom = (
  lesson: string,
  room: string,
  declaring: Declaring,
): Promise<LessonAttendance> => ask("PUT", `/api/attendance/${lesson}/${room}`, declaring);

const observersOf = (lesson: string): string => `/api/attendance/${lesson}/observers`;

/** Who may be added to those who listened to a lesson. */
export async function fetchColleagues(lesson: string): Promise<readonly Named[]> {
  return (await ask<{ colleagues: readonly Named[] }>("GET", observersOf(lesson))).colleagues;
}

/** Adds a colleague, or a name that was typed. */
export async function addObserver(
  lesson: string,
  added: { readonly person: string | null; readonly name: string },
): Promise<readonly Observer[]> {
  const told = await ask<{ observers: readonly Observer[] }>("POST", observersOf(lesson), added);
  return told.observers;
}

/** Takes back who was added by hand. */
export async function takeObserverBack(
  lesson: string,
  observer: string,
): Promise<readonly Observer[]> {
  const path = `${observersOf(lesson)}/${observer}`;
  return (await ask<{ observers: readonly Observer[] }>("DELETE", path)).observers;
}

/** Who belongs to a room of a lesson, by name; each look is logged. */
export async function fetchRoomNames(lesson: string, room: string): Promise<readonly Marked[]> {
  const path = `/api/attendance/${lesson}/${room}/names`;
  return (await ask<{ pupils: readonly Marked[] }>("GET", path)).pupils;
}
