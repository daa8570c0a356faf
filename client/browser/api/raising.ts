/** The grades of a school rise, and classes end, by the server's HTTP interface. */
import { ask } from "./office";

/** What becomes of one class. */
export interface Rising {
  readonly id: string;
  readonly name: string;
  /** What it is called from then on; none if it graduates, or stays. */
  readonly to: string | null;
  readonly stays: boolean;
  /** Whether a class that stays has that name. */
  readonly taken: boolean;
  /** Lessons to come that keep it from graduating. */
  readonly lessons: number;
}

/** What becomes of the classes of a school, from the top grade down. */
export interface Raising {
  readonly top: number;
  readonly year: number;
  /** When it was done last in this school year. */
  readonly last: string | null;
  readonly fits: boolean;
  readonly classes: readonly Rising[];
}

/** How they are to rise. */
export interface RaisingWish {
  /** The last grade; none: as the school's classes tell. */
  readonly top: number | null;
  /** Ids of classes that stay as they are. */
  readonly stay: readonly string[];
  /** When it was done last in this school year, once somebody says that they know. */
  readonly after: string | null;
}

/** Why there is a class no more. */
export type Closing = "graduated" | "dissolved";

const of = (school: string): string => `/api/organisations/${school}/raising`;
const closing = (group: string): string => `/api/classes/${group}/closing`;

/** Says what would become of the classes. */
export const tryRaising = (school: string, wish: RaisingWish): Promise<Raising> =>
  ask("POST", `${of(school)}/check`, wish);

/** Has it done. */
export const raise = (school: string, wish: RaisingWish): Promise<Raising> =>
  ask("POST", of(school), wish);

/** Closes a class. */
export const closeClass = (group: string, how: Closing): Promise<unknown> =>
  ask("POST", closing(group), { how });

/** Opens a class again. */
export const reopenClass = (group: string): Promise<unknown> => ask("DELETE", closing(group));
