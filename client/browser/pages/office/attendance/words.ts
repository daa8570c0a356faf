/** How attendance is told. */
import type { Observer, RoomAttendance } from "../../../api/attendance";
import type { Declared } from "../../../api/roll";
import { say } from "../../../widgets/words";
import { wall } from "../timetable/times";

/** Who declared: a person's name, whoever runs the server, or the link of the room. */
export function declarer(room: RoomAttendance, one: Declared): string {
  if (one.declared_by === "operator") {
    return say("attendance.operator");
  }
  const name = room.by[one.declared_by] ?? "";
  return name === "" ? say("attendance.link", { room: room.name }) : name;
}

/** 11-25 20:05. */
export function minute(moment: string): string {
  const { date, time } = wall(moment);
  return `${date.slice(5)} ${time}`;
}

/** 91.7%; empty where nobody was expected. */
export function percent(rate: number | null): string {
  return rate === null ? "" : `${(rate * 100).toFixed(1)}%`;
}

/** A declaration that stood before, with why it was changed. */
export interface Correction {
  readonly old: Declared;
  readonly next: Declared;
}

/** Everything that was corrected, oldest first. */
export function corrections(room: RoomAttendance): readonly Correction[] {
  const last = room.roll.declared;
  const all = last === null ? [] : [...room.roll.before, last];
  return all.slice(1).flatMap((next, at) => {
    const old = all[at];
    return old === undefined ? [] : [{ old, next }];
  });
}

/** Whether a roll is called here at all: in a room without learners only if somebody did. */
export function hasRoll(room: RoomAttendance): boolean {
  return room.learners !== "" || room.roll.declared !== null;
}

/** 周老师 09:12–09:50; of whoever was added by hand, the name and who says so. */
export function listened(one: Observer): string {
  if (one.begin === null) {
    return say("observers.added", { name: one.name, by: one.added_by });
  }
  const end = one.end === null ? "" : wall(one.end).time;
  return `${one.name} ${wall(one.begin).time}–${end}`;
}
