/** What somebody looks for among recordings; kept in the address, so that "back" finds it again; pure. */
import { later, moment } from "../timetable/times";

/** Every field of the search; an empty one asks for nothing. Days are 2026-11-25. */
export interface Asked {
  words: string;
  school: string;
  teacher: string;
  subject: string;
  form: string;
  class: string;
  /** "yes" for those with comments alone. */
  commented: string;
  from: string;
  to: string;
}

const FIELDS = [
  "words",
  "school",
  "class",
  "teacher",
  "subject",
  "form",
  "commented",
  "from",
  "to",
] as const;

/** What an address asks for, and which page of it, from 0. */
export function readAddress(search: string): { asked: Asked; page: number } {
  const found = new URLSearchParams(search);
  const asked = Object.fromEntries(FIELDS.map((one) => [one, found.get(one) ?? ""]));
  const page = Number(found.get("page") ?? 0);
  return { asked: asked as unknown as Asked, page: Number.isInteger(page) && page > 0 ? page : 0 };
}

/** The end of the address that asks for this; empty when nothing is asked for. */
export function address(asked: Asked, page: number): string {
  const set = FIELDS.filter((one) => asked[one] !== "").map((one) => [one, asked[one]]);
  const paged = page > 0 ? [["page", String(page)]] : [];
  const text = new URLSearchParams([...set, ...paged] as string[][]).toString();
  return text === "" ? "" : `?${text}`;
}

/** The same as the server takes it: moments on a school's clock, the last day to its end. */
export function query({ from, to, ...rest }: Asked, page: number): Record<string, string> {
  return {
    ...rest,
    since: from === "" ? "" : moment(from, "00:00"),
    until: to === "" ? "" : moment(later(to, 1), "00:00"),
    page: String(page),
  };
}

/** Whether anything is asked for. */
export const asksNothing = (asked: Asked): boolean => FIELDS.every((one) => asked[one] === "");
