/** From where to where a lesson is played, and who is in it; pure. */
import type { LessonState, Replay } from "../../protocol/messages";
import { Chronicle } from "./chronicle";

/** The part of lesson time that is shown, in seconds of lesson time. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** From 上课 to 下课, or to the last thing recorded while it still runs. */
export function spanOf(replay: Replay): Span {
  const from = replay.started ?? 0;
  const end = replay.events.find(({ event }) => event.type === "lesson_ended");
  return { from, to: Math.max(from, end?.t ?? replay.duration) };
}

/** How much of a span is over at a time: 0 to 1. */
export function shareOf({ from, to }: Span, time: number): number {
  return to > from ? Math.max(0, Math.min((time - from) / (to - from), 1)) : 0;
}

/** Whether the lesson is over. */
export function isOver(replay: Replay): boolean {
  return replay.events.some(({ event }) => event.type === "lesson_ended");
}

/** The lesson after its last event; names its classrooms. */
export function castOf(replay: Replay): LessonState {
  return new Chronicle(replay.initial, replay.events).at(Infinity);
}
