/** What the preview of a school's rising grades says, and when it can be confirmed. */
import type { Raising, Rising } from "../../api/raising";
import type { ClassGroup } from "../../api/school";
import { say } from "../../widgets/words";
import { wall } from "./timetable/times";

/** What becomes of a class, in a line. */
export function lineOf(one: Rising): string {
  const filling = { name: one.name, to: one.to ?? "", count: one.lessons };
  if (one.stays) {
    return say("raising.stays", filling);
  }
  if (one.to === null) {
    return say(one.lessons > 0 ? "raising.lessons" : "raising.graduates", filling);
  }
  return say(one.taken ? "raising.taken" : "raising.rises", filling);
}

/** Whether a class keeps the others from rising. */
export const hinders = (one: Rising): boolean => one.taken || one.lessons > 0;

/** How many rise and how many graduate. */
export function counts(found: Raising): { rising: number; graduating: number } {
  const moving = found.classes.filter((one) => !one.stays);
  const graduating = moving.filter((one) => one.to === null).length;
  return { rising: moving.length - graduating, graduating };
}

/** Whether it can be confirmed: it fits, and whoever does it a second time says that they know. */
export const mayRaise = (found: Raising, knows: boolean): boolean =>
  found.fits && (found.last === null || knows);

/** When and why a class was closed; empty while it is open. */
export function ended(group: ClassGroup): string {
  if (group.closed === null || group.closed_how === null) {
    return "";
  }
  return say(`classes.ended.${group.closed_how}`, { day: wall(group.closed).date });
}
