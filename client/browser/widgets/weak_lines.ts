/** What is said of lines that carry less than is shown; pure. */
import type { LessonState, Pulse } from "../protocol/messages";
import type { Me } from "../state/floor";
import { shortName, type Names } from "./names";
import { say, type Word } from "./words";

/** Between two stills of a shared screen; `server/media/stills.py` has the same. */
const STILL_SECONDS = 10;

/** A participant whose line is weak, and the sentence that says what it gets and why. */
export interface WeakLine {
  readonly participant: string;
  readonly sentence: string;
}

/** One's own line first; of others teachers alone are told. */
export function weakLines(
  lesson: LessonState,
  names: Names,
  pulse: Pulse | null,
  me: Me,
): readonly WeakLine[] {
  const weak = (pulse?.links ?? []).flatMap(({ participant, step, reason }) => {
    if (step == null || step === "high" || reason == null || reason === "enough") {
      return [];
    }
    const who =
      participant === me.participant
        ? ""
        : say("line.of", { name: shortName(lesson, names, participant) });
    const word: Word = `line.${step}.${reason}`;
    return [{ participant, sentence: say(word, { who, seconds: STILL_SECONDS }) }];
  });
  const mine = (one: WeakLine): number => Number(one.participant === me.participant);
  return weak.sort((one, other) => mine(other) - mine(one));
}
