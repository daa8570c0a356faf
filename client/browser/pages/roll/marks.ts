/** The exceptions of a roll by roster: who is not marked was there. Pure. */
import type { Mark, Marked } from "../../api/roll";

/** The exceptions by pupil. */
export type Marks = ReadonlyMap<string, Mark>;

/** A roll in numbers, of which the late are among the present. */
export interface Counted {
  readonly expected: number;
  readonly present: number;
  readonly onLeave: number;
  readonly absent: number;
  readonly late: number;
}

const CYCLE = [undefined, "absent", "late", "on_leave"] as const;

/** What a roll by roster was declared as, or nothing. */
export function marksOf(pupils: readonly Marked[]): Marks {
  return new Map(pupils.flatMap(({ id, mark }) => (mark === null ? [] : [[id, mark] as const])));
}

/** One tap on a pupil leads on: there, absent, late, on leave, there. */
export function tapped(marks: Marks, pupil: string): Marks {
  const mark = CYCLE[(CYCLE.indexOf(marks.get(pupil)) + 1) % CYCLE.length];
  const others = [...marks].filter(([id]) => id !== pupil);
  return new Map(mark === undefined ? others : [...others, [pupil, mark]]);
}

/** The numbers of it. */
export function counted(pupils: readonly Marked[], marks: Marks): Counted {
  const of = (mark: Mark): number => pupils.filter(({ id }) => marks.get(id) === mark).length;
  const [expected, absent, onLeave] = [pupils.length, of("absent"), of("on_leave")];
  return { expected, present: expected - absent - onLeave, onLeave, absent, late: of("late") };
}
