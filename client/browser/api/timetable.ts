/** The timetable: the teacher's home, the week, lessons planned, changed and entered. */
import { ask } from "./office";

/** Somebody, or a room, by what people call them. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** Who learns in a room: a class, a part of one, or children brought together. */
export interface Learners {
  readonly class_group: string | null;
  readonly name: string;
  readonly part: string;
  readonly grade: number | null;
  readonly number: number | null;
}

/** A classroom in one lesson. */
export interface LessonRoom {
  readonly participant: string;
  readonly name: string;
  readonly host: boolean;
  /** Whether a device of it is in the lesson just now. */
  readonly here: boolean;
  /** Whether its side says that it is ready. */
  readonly prepared: boolean;
  readonly classroom: string;
  readonly organisation: string;
  readonly school: string;
  readonly teachers: readonly Named[];
  readonly assistants: readonly Named[];
  readonly learners: readonly Learners[];
  readonly pairing: string | null;
}

/** A lesson of the timetable; instants are ISO 8601. */
export interface Lesson {
  readonly id: string;
  readonly title: string;
  readonly form: string;
  readonly subject: string;
  readonly starts: string;
  readonly ends: string;
  readonly mixed_grades: string;
  readonly called_off: string;
  readonly state: "planned" | "open" | "ended" | "called_off";
  readonly enter_from: string;
  /** Whether the reader teaches it from its host room. */
  readonly hosted: boolean;
  /** Whether the reader works in it. */
  readonly mine: boolean;
  readonly rooms: readonly LessonRoom[];
}

/** A roll that was not called. */
export interface OpenRoll {
  readonly lesson: string;
  readonly title: string;
  readonly room: string;
  readonly ended: string;
  readonly handed_on: boolean;
}

/** A lesson that was held. */
export interface Held {
  readonly lesson: string;
  readonly title: string;
  readonly ended: string;
  readonly seconds: number;
}

/** Everything a teacher sees first. */
export interface Home {
  /** The server's clock. */
  readonly time: string;
  readonly week_of_term: number | null;
  readonly plans: boolean;
  readonly now: Lesson | null;
  /** How many were there, by the participant of the room, where the roll was called. */
  readonly counted: Readonly<Record<string, number>>;
  readonly today: readonly Lesson[];
  readonly week: readonly Lesson[];
  readonly rolls: readonly OpenRoll[];
  readonly replays: readonly Held[];
  readonly again: Lesson | null;
}

/** One week. */
export interface Week {
  readonly monday: string;
  readonly plans: boolean;
  readonly lessons: readonly Lesson[];
  readonly more: boolean;
}

/** A class as a plan may choose it. */
export interface ClassChoice extends Named {
  readonly grade: number;
  readonly expected: number;
}

/** A school with what of it can take part. */
export interface SchoolChoice extends Named {
  readonly classrooms: readonly Named[];
  readonly class_groups: readonly ClassChoice[];
  readonly teachers: readonly Named[];
}

/** What a plan may be made of; the reader's own school comes first. */
export interface Choices {
  readonly me: string;
  readonly forms: readonly string[];
  readonly schools: readonly SchoolChoice[];
}

/** Learners as they are sent. */
export interface LearnersPlan {
  readonly class_group: string | null;
  readonly name: string;
  readonly part: string;
  readonly number: number | null;
}

/** A room as it is sent. */
export interface RoomPlan {
  readonly classroom: string;
  readonly teachers: readonly string[];
  readonly assistants: readonly string[];
  readonly learners: readonly LearnersPlan[];
}

/** A lesson as it is sent; the host room comes first. */
export interface Plan {
  readonly form: string;
  readonly subject: string;
  readonly title: string;
  readonly starts: string;
  readonly ends: string;
  readonly mixed_grades: string;
  readonly rooms: readonly RoomPlan[];
}

/** What a teacher sees first. */
export const fetchHome = (): Promise<Home> => ask("GET", "/api/home");

/** A page, from 0, of the week of a day such as 2026-11-25. */
export const fetchWeek = (day: string, of: "own" | "school", page = 0): Promise<Week> =>
  ask("GET", `/api/week?day=${day}&of=${of}&page=${page}`);

/** What a plan for a day may be made of. */
export const fetchChoices = (day: string): Promise<Choices> => ask("GET", `/api/plan?day=${day}`);

/** One lesson. */
export const fetchPlanned = (lesson: string): Promise<Lesson> =>
  ask("GET", `/api/lessons/${lesson}`);

/** Plans a lesson; answers its id. */
export const planLesson = (plan: Plan): Promise<{ id: string }> =>
  ask("POST", "/api/lessons", plan);

/** Plans it anew. */
export const changeLesson = (lesson: string, plan: Plan): Promise<{ id: string }> =>
  ask("PUT", `/api/lessons/${lesson}`, plan);

/** Has it not take place. */
export const callOff = (lesson: string, why: string): Promise<{ id: string }> =>
  ask("POST", `/api/lessons/${lesson}/call-off`, { why });

/** Where a small picture of a lesson that was held lies, as long as one may watch it. */
export const stillOf = (lesson: string): string => `/api/recordings/${lesson}/still.jpg`;

/** The address of one of a lesson's pages, for the reader alone. */
export const enterLesson = (
  lesson: string,
  page: "lesson" | "roll" | "replay" = "lesson",
): Promise<{ open: string }> => ask("POST", `/api/lessons/${lesson}/enter`, { page });
