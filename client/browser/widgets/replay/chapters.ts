/** The lesson cut where it takes a turn: who is asked to speak, what all talk about, a screen; pure. */
import type { Event, LessonState } from "../../protocol/messages";
import { isOn } from "../../state/floor";
import { ownerOf } from "../../state/fold";
import { shortName, type Names } from "../names";
import { clockTime, say } from "../words";
import { Chronicle } from "./chronicle";
import type { Scene } from "./lanes";
import type { Item } from "./story";

/** Only these can begin a chapter. */
const TURNS: ReadonlySet<Event["type"]> = new Set([
  "called",
  "sent_back",
  "mode_set",
  "muted_all",
  "pause_set",
  "source_published",
  "source_enabled",
  "source_ended",
]);

/** The chapters in order, each with how long it lasts. */
export function chaptersOf({ replay, cast, names, span }: Scene): Item[] {
  const found: { n: number; t: number; text: string }[] = [];
  const chronicle = new Chronicle(replay.initial, replay.events);
  const begin = (n: number, t: number): void => {
    const text = headingOf(chronicle.at(t), cast, names);
    if (text !== found[found.length - 1]?.text) {
      found.push({ n, t, text });
    }
  };
  if (replay.started !== null) {
    begin(-1, span.from);
  }
  for (const { n, t, event } of replay.events) {
    if (TURNS.has(event.type) && t > span.from && t < span.to) {
      begin(n, t);
    }
  }
  return found.map((one, index) => {
    const seconds = (found[index + 1]?.t ?? span.to) - one.t;
    return { ...one, who: say("replay.lasts", { time: clockTime(seconds) }) };
  });
}

function headingOf(state: LessonState, cast: LessonState, names: Names): string {
  if (state.paused) {
    return say("replay.event.paused");
  }
  const mode = say(state.mode === "lecture" ? "replay.chapter.lecture" : "replay.event.discussion");
  const floor =
    state.called === null
      ? mode
      : say("tile.called", { name: shortName(cast, names, state.called) });
  const screens = state.sources
    .filter((source) => source.kind === "screen" && isOn(state, source))
    .map(({ source }) => say("tile.screen", { name: shortName(cast, names, ownerOf(source)) }));
  return [floor, ...screens].join(" · ");
}
