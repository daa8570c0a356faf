/** One class's lessons as bars, in the order of the days: pure. */
import type { ClassAttendance, LessonAttendance } from "../../../api/attendance";

/** One lesson; shares of those who were expected, 0 to 1. */
export interface Bar {
  readonly lesson: string;
  readonly starts: string;
  /** None where nobody has declared yet, or nobody was expected. */
  readonly shares: { readonly present: number; readonly onLeave: number } | null;
}

/** A class's lessons, the oldest first. */
export function bars(
  lessons: readonly LessonAttendance[],
  one: Pick<ClassAttendance, "name" | "school">,
): readonly Bar[] {
  return lessons
    .flatMap((lesson) => {
      const room = lesson.rooms.find(
        ({ learners, school }) => school === one.school && learners.includes(one.name),
      );
      if (room === undefined) return [];
      const said = room.roll.declared;
      const shares =
        said === null || said.expected === 0
          ? null
          : { present: said.present / said.expected, onLeave: said.on_leave / said.expected };
      return [{ lesson: lesson.id, starts: lesson.starts, shares }];
    })
    .sort((a, b) => a.starts.localeCompare(b.starts));
}

/** The rates that are known, the oldest first. */
export function rates(found: readonly Bar[]): readonly number[] {
  return found.flatMap(({ shares }) => (shares === null ? [] : [shares.present]));
}
