/** How lessons of the timetable are told: in words a teacher uses. */
import type { Learners, Lesson, LessonRoom } from "../../../api/timetable";
import { say, type Word } from "../../../widgets/words";
import { wall } from "./times";

/** A subject by its name. */
export const subjectName = (subject: string): string => say(`subject.${subject}` as Word);

/** A form by its name. */
export const formName = (form: string): string => say(`form.${form}` as Word);

/** Wednesday. */
export const dayName = (weekday: number): string => say(`day.${String(weekday)}` as Word);

/** Who learns in a room: 三(2)班, 合唱队. */
export function learnersNames(learners: readonly Learners[]): string {
  return learners.map((one) => (one.part === "" ? one.name : `${one.name} ${one.part}`)).join("、");
}

/** The room the lesson is taught from. */
export function hostOf(lesson: Lesson): LessonRoom | undefined {
  return lesson.rooms.find((room) => room.host);
}

/** The rooms that receive it. */
export function receivingOf(lesson: Lesson): readonly LessonRoom[] {
  return lesson.rooms.filter((room) => !room.host);
}

/** 三(2)班 · 音乐《茉莉花》, as it stands on the card; without a class, from which room. */
export function headline(lesson: Lesson): string {
  const host = hostOf(lesson);
  const who = learnersNames(host?.learners ?? []) || (host?.name ?? "");
  return say("home.headline", {
    who,
    subject: subjectName(lesson.subject),
    title: lesson.title,
  });
}

/** A receiving room: its school, then who learns there or what the room is called. */
export function roomLabel(room: LessonRoom): string {
  const who = learnersNames(room.learners);
  return who === "" ? room.name : `${room.school} ${who}`;
}

/** 周三 2026-11-25 09:10, where a list goes back over years. */
export function fullMoment(moment: string): string {
  const { date, time, weekday } = wall(moment);
  return `${dayName(weekday)} ${date} ${time}`;
}

/** 周三 11-25 09:10. */
export function momentLabel(moment: string): string {
  const { date, time, weekday } = wall(moment);
  return `${dayName(weekday)} ${date.slice(5)} ${time}`;
}
