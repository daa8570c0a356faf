/** A lesson as somebody is planning it; pure. */
import type {
  Choices,
  Learners,
  Lesson,
  LessonRoom,
  Plan,
  RoomPlan,
  SchoolChoice,
} from "../../../api/timetable";
import { after, later, moment, wall } from "./times";

/** How long a lesson of primary school is. */
export const MINUTES = 40;

/** Learners in the form: a class (perhaps a part of it), or children brought together. */
export interface LearnersDraft {
  classGroup: string | null;
  name: string;
  part: string;
  number: number | null;
}

/** A room in the form. */
export interface RoomDraft {
  school: string;
  classroom: string;
  teachers: string[];
  assistants: string[];
  learners: LearnersDraft[];
}

/** The form. */
export interface Draft {
  form: string;
  subject: string;
  title: string;
  date: string;
  from: string;
  until: string;
  mixedGrades: string;
  rooms: RoomDraft[];
}

/** An empty room of a school: its first classroom, nobody in it yet. */
export function emptyRoom(school: SchoolChoice): RoomDraft {
  return {
    school: school.id,
    classroom: school.classrooms[0]?.id ?? "",
    teachers: [],
    assistants: [],
    learners: [],
  };
}

/** A new lesson from a moment on: taught from one's own school, received by the first paired one. */
export function newDraft(choices: Choices, now: string): Draft {
  const [own, ...paired] = choices.schools;
  const { date, time } = wall(now);
  const host = own === undefined ? [] : [emptyRoom(own)];
  const teaches = own?.teachers.some((one) => one.id === choices.me) ?? false;
  host.forEach((room) => (room.teachers = teaches ? [choices.me] : []));
  return {
    form: choices.forms[0] ?? "sync_class",
    subject: "chinese",
    title: "",
    date,
    from: time,
    until: after(time, MINUTES),
    mixedGrades: "",
    rooms: [...host, ...paired.slice(0, 1).map(emptyRoom)],
  };
}

/** The form filled with a lesson, in its own time. */
export function draftOf(lesson: Lesson): Draft {
  const begin = wall(lesson.starts);
  return {
    form: lesson.form,
    subject: lesson.subject,
    title: lesson.title,
    date: begin.date,
    from: begin.time,
    until: wall(lesson.ends).time,
    mixedGrades: lesson.mixed_grades,
    rooms: lesson.rooms.map(roomOf),
  };
}

/** The like of a lesson from a moment on, without what is not to be had any more. */
export function again(lesson: Lesson, choices: Choices, now: string): Draft {
  const { date, time } = wall(now);
  const rooms = draftOf(lesson).rooms.filter((room) => isOffered(room, choices));
  const fresh = newDraft(choices, now);
  return {
    ...draftOf(lesson),
    date,
    from: time,
    until: after(time, MINUTES),
    rooms: rooms.length === lesson.rooms.length ? rooms : fresh.rooms,
  };
}

/** What is sent. */
export function planOf(draft: Draft): Plan {
  return {
    form: draft.form,
    subject: draft.subject,
    title: draft.title,
    starts: moment(draft.date, draft.from),
    ends: moment(draft.until > draft.from ? draft.date : later(draft.date, 1), draft.until),
    mixed_grades: draft.mixedGrades,
    rooms: draft.rooms.filter((room) => room.classroom !== "").map(sent),
  };
}

/** The grades that are taught together. */
export function gradesOf(draft: Draft, choices: Choices): Set<number> {
  const chosen = new Set(
    draft.rooms.flatMap((room) => room.learners.map((one) => one.classGroup ?? "")),
  );
  const groups = choices.schools.flatMap((school) => school.class_groups);
  return new Set(groups.filter((one) => chosen.has(one.id)).map((one) => one.grade));
}

/** Whether a reason is needed. */
export function gradesDiffer(draft: Draft, choices: Choices): boolean {
  return gradesOf(draft, choices).size > 1;
}

function isOffered(room: RoomDraft, choices: Choices): boolean {
  const school = choices.schools.find((one) => one.id === room.school);
  return (
    school !== undefined &&
    school.classrooms.some((one) => one.id === room.classroom) &&
    [...room.teachers, ...room.assistants].every((person) =>
      school.teachers.some((one) => one.id === person),
    ) &&
    room.learners.every(
      (one) =>
        one.classGroup === null || school.class_groups.some((group) => group.id === one.classGroup),
    )
  );
}

function roomOf(room: LessonRoom): RoomDraft {
  return {
    school: room.organisation,
    classroom: room.classroom,
    teachers: room.teachers.map((one) => one.id),
    assistants: room.assistants.map((one) => one.id),
    learners: room.learners.map(learnersOf),
  };
}

function learnersOf(one: Learners): LearnersDraft {
  return { classGroup: one.class_group, name: one.name, part: one.part, number: one.number };
}

function sent(room: RoomDraft): RoomPlan {
  return {
    classroom: room.classroom,
    teachers: room.teachers,
    assistants: room.assistants,
    learners: room.learners.map((one) => ({
      class_group: one.classGroup,
      name: one.classGroup === null ? one.name : "",
      part: one.part,
      number: one.number,
    })),
  };
}
