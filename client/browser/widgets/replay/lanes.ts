/** What stands under the scrubber: one lane for each thing worth going to; pure. */
import type { GapReason, LessonState, Replay, Told } from "../../protocol/messages";
import { hostOf } from "../../state/floor";
import { fullName, shortName, type Names } from "../names";
import { clockTime, explain, say } from "../words";
import type { Span } from "./span";

/** A stretch or, when it has no length, a point of time. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  /** Drawn as a thin line below the others: there is something, whatever the others say of it. */
  readonly thin?: true;
}

/** How long somebody talked, to be read at the end of a lane. */
export interface Tally {
  readonly time: string;
  readonly share: string;
  /** Both in a sentence. */
  readonly label: string;
}

/** A row of marks. */
export interface Lane {
  readonly id: string;
  readonly kind: "sound" | "call" | "hand" | "chat" | "lost" | "gap";
  readonly label: string;
  readonly marks: readonly Mark[];
  readonly tally?: Tally;
}

/** Marks of one kind that are this close are drawn as one, in seconds. */
const CLOSE = 1;

/** What lanes are made of. */
export interface Scene {
  readonly replay: Replay;
  readonly cast: LessonState;
  readonly names: Names;
  readonly span: Span;
}

/** The lanes of a lesson, in the language chosen just now; those of events only with events. */
export function lanesOf(scene: Scene): Lane[] {
  const others: Lane[] = [
    { id: "call", kind: "call", label: say("replay.lane.call"), marks: calls(scene) },
    { id: "hand", kind: "hand", label: say("replay.lane.hand"), marks: hands(scene) },
    { id: "chat", kind: "chat", label: say("replay.lane.chat"), marks: lines(scene) },
    { id: "lost", kind: "lost", label: say("replay.lane.lost"), marks: lost(scene) },
    { id: "gap", kind: "gap", label: say("replay.lane.gap"), marks: gaps(scene) },
  ];
  return [...sounds(scene), ...others.filter((lane) => lane.marks.length > 0)];
}

/** Who has a lane of sound: whoever was recorded, and the classrooms whose talk is known. */
function sounds(scene: Scene): Lane[] {
  const { replay, cast } = scene;
  const host = hostOf(cast)?.participant;
  const recorded = replay.tracks
    .filter((track) => track.kind === "microphone" && track.parts.length > 0)
    .map((track) => track.participant);
  return [...new Set([...recorded, ...replay.talk.map((one) => one.participant)])]
    .sort((a, b) => Number(b === host) - Number(a === host))
    .map((who) => soundOf(who, who === host, scene));
}

function soundOf(who: string, isHost: boolean, scene: Scene): Lane {
  const name = shortName(scene.cast, scene.names, who);
  const label = isHost ? say("replay.lane.host") : say("replay.lane.sound", { name });
  const lane = { id: `${who}/sound`, kind: "sound", label } as const;
  const parts = recordedOf(who, label, scene);
  const tally = tallyOf(who, name, scene);
  if (tally === undefined) {
    return { ...lane, marks: parts };
  }
  const talked = talkedBy(who, name, scene);
  return {
    ...lane,
    marks: [...parts.map((part) => ({ ...part, thin: true as const })), ...talked],
    tally,
  };
}

function recordedOf(who: string, label: string, { replay }: Scene): Mark[] {
  return joined(
    replay.tracks
      .filter((track) => track.kind === "microphone" && track.participant === who)
      .flatMap((track) => track.parts.map(({ start, end }) => ({ start, end, label }))),
  );
}

function talkedBy(who: string, name: string, { replay }: Scene): Mark[] {
  const turns = replay.events.flatMap(({ event }) =>
    event.type === "talked" && event.participant === who
      ? [{ start: event.began, end: event.ended, label: "" }]
      : [],
  );
  return joined(turns).map((turn) => {
    const time = clockTime(turn.end - turn.start);
    return { ...turn, label: say("replay.talked", { name, time }) };
  });
}

function tallyOf(who: string, name: string, { replay }: Scene): Tally | undefined {
  const known = replay.talk.find((one) => one.participant === who);
  if (known === undefined) {
    return undefined;
  }
  const time = clockTime(known.seconds);
  const share = `${String(Math.round(known.share * 100))}%`;
  return { time, share, label: say("replay.tally", { name, time, share }) };
}

/** Neighbours that touch become one. */
function joined(marks: Mark[]): Mark[] {
  const found: Mark[] = [];
  for (const mark of [...marks].sort((a, b) => a.start - b.start)) {
    const last = found[found.length - 1];
    if (last !== undefined && last.label === mark.label && mark.start - last.end <= CLOSE) {
      found[found.length - 1] = { ...last, end: Math.max(last.end, mark.end) };
    } else {
      found.push(mark);
    }
  }
  return found;
}

function calls({ replay, cast, names, span }: Scene): Mark[] {
  const found: Mark[] = [];
  let open: { who: string; start: number } | null = null;
  for (const { t, event } of [...replay.events, ending(span)]) {
    const ends = ["called", "sent_back", "lesson_ended", "muted_all"].includes(event.type);
    if (open !== null && ends) {
      const name = shortName(cast, names, open.who);
      found.push({ start: open.start, end: t, label: say("tile.called", { name }) });
      open = null;
    }
    if (event.type === "called") {
      open = { who: event.participant, start: t };
    }
  }
  return found;
}

function ending({ to }: Span): Told {
  const event = { type: "lesson_ended", reason: "ended", by: null } as const;
  return { type: "event", n: Infinity, t: to, event };
}

function hands({ replay, cast, names }: Scene): Mark[] {
  return replay.events.flatMap(({ t, event }) => {
    if (event.type !== "hand_raised") {
      return [];
    }
    const name = shortName(cast, names, event.participant);
    return [{ start: t, end: t, label: say("replay.hand", { name }) }];
  });
}

function lines({ replay, cast, names }: Scene): Mark[] {
  return replay.events.flatMap(({ t, event }) => {
    if (event.type !== "chat_sent") {
      return [];
    }
    const name = shortName(cast, names, event.participant);
    return [{ start: t, end: t, label: say("replay.line", { name, text: event.text }) }];
  });
}

function lost({ replay, cast, names, span }: Scene): Mark[] {
  const open = new Map<string, { who: string; start: number }>();
  const found: Mark[] = [];
  const close = (device: string, end: number, cause: string): void => {
    const one = open.get(device);
    open.delete(device);
    if (one !== undefined) {
      const name = fullName(cast, names, one.who);
      const time = clockTime(end - one.start);
      found.push({ start: one.start, end, label: say("replay.lost", { name, time }) + cause });
    }
  };
  for (const { t, event } of replay.events) {
    if (event.type === "device_away") {
      open.set(event.device, { who: event.participant, start: Math.min(event.heard_at, t) });
    } else if (event.type === "device_back") {
      close(event.device, t, "");
    } else if (event.type === "device_left") {
      close(event.device, t, explain(event.reason, {}, "leave"));
    }
  }
  for (const device of [...open.keys()]) {
    close(device, span.to, "");
  }
  return joined(found);
}

/** A closed microphone is as it should be and shows in the lane of its sound. */
const EXPECTED: readonly GapReason[] = ["microphone_closed"];

function gaps({ replay, cast, names, span }: Scene): Mark[] {
  const all = replay.tracks.flatMap((track) =>
    track.gaps
      .filter((gap) => !EXPECTED.includes(gap.reason) && gap.end > span.from)
      .map((gap) => {
        const name = shortName(cast, names, track.participant);
        const kind = say(`kind.${track.kind}`);
        const why = explain(gap.reason, {}, "gap");
        const label = say("replay.gap", { name, kind, why });
        return { start: Math.max(gap.start, span.from), end: gap.end, label };
      }),
  );
  return [...all].sort((a, b) => a.start - b.start);
}
