/** What participants are called on the screen; journals hold ids, so names come apart from them. */
import type { LessonState } from "../protocol/messages";
import { ownerOf } from "../state/fold";
import { roomsOf } from "../state/floor";
import { say } from "./words";

/** Names by participant. */
export type Names = ReadonlyMap<string, string>;

/** The letter of a classroom: A is the host, then in order of the plan; empty for persons. */
export function letterOf(lesson: LessonState, participant: string): string {
  const rooms = [...roomsOf(lesson)].sort((a, b) => Number(b.host) - Number(a.host));
  const index = rooms.findIndex((room) => room.participant === participant);
  return index < 0 ? "" : String.fromCharCode(65 + index);
}

/** A short name, as one says it: 「B 班」 for a classroom, the own name for a person. */
export function shortName(lesson: LessonState, names: Names, participant: string): string {
  const letter = letterOf(lesson, participant);
  return letter === ""
    ? (names.get(participant) ?? say("name.unknown"))
    : say("name.room", { letter });
}

/** The full name: 「B 齐溪镇中心小学 三(1)班」. */
export function fullName(lesson: LessonState, names: Names, participant: string): string {
  const letter = letterOf(lesson, participant);
  const name = names.get(participant);
  if (letter === "") {
    return name ?? say("name.unknown");
  }
  return name === undefined ? say("name.room", { letter }) : `${letter} ${name}`;
}

/** The name of whoever a source belongs to. */
export function nameOfOwner(lesson: LessonState, names: Names, source: string): string {
  return fullName(lesson, names, ownerOf(source));
}
