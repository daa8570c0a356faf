/** The screens of a classroom and the four digits of those who help there, for the school. */
import { ask } from "./office";

/** A bound screen; times in ISO 8601. */
export interface Screen {
  readonly id: string;
  readonly bound: string;
  readonly seen: string;
}

/** Six digits that somebody may type on a screen. */
export interface Offered {
  readonly code: string;
  readonly ends: string;
}

/** A classroom's screens, and the code that waits to be typed. */
export interface Screens {
  readonly screens: readonly Screen[];
  readonly offered: Offered | null;
}

const at = (classroom: string): string => `/api/classrooms/${classroom}/screens`;

/** The screens of a classroom. */
export const screensOf = (classroom: string): Promise<Screens> => ask("GET", at(classroom));

/** A new code, in the place of the one before. */
export const offerCode = (classroom: string): Promise<Offered> =>
  ask("POST", `${at(classroom)}/code`);

/** Takes a screen's classroom away; what is left. */
export const unbind = (classroom: string, screen: string): Promise<Screens> =>
  ask("DELETE", `${at(classroom)}/${screen}`);

/** Sets one's own four digits, or somebody's at one's school. */
export const setPin = (pin: string, person: string | null = null): Promise<unknown> =>
  ask("PUT", person === null ? "/api/me/pin" : `/api/staff/${person}/pin`, { pin });
