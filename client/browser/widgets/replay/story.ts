/** What happened in a lesson, as sentences in order of time; pure. */
import type { Event, Told } from "../../protocol/messages";
import { ownerOf, type Of } from "../../state/fold";
import { shortName } from "../names";
import { explain, say, type Word } from "../words";
import type { Scene } from "./lanes";

/** One line of the list beside the pictures. */
export interface Item {
  readonly n: number;
  /** Lesson time. */
  readonly t: number;
  /** Who said it; empty for what simply happened. */
  readonly who: string;
  readonly text: string;
}

/** What was written, with who wrote it. */
export function talkOf({ replay, cast, names }: Scene): Item[] {
  return replay.events.flatMap(({ n, t, event }) =>
    event.type === "chat_sent"
      ? [{ n, t, who: shortName(cast, names, event.participant), text: event.text }]
      : [],
  );
}

/** Who was called, raised a hand, came and went, and what the teacher switched. */
export function storyOf(scene: Scene): Item[] {
  return scene.replay.events
    .filter(({ t }) => t >= scene.span.from && t <= scene.span.to)
    .flatMap((told) => {
      const text = sentence(told, scene);
      return text === null ? [] : [{ n: told.n, t: told.t, who: "", text }];
    });
}

/** The number of the last item that has happened at `time`; null before the first. */
export function lastBefore(items: readonly Item[], time: number): number | null {
  const past = items.filter((item) => item.t <= time + 1e-3);
  return past[past.length - 1]?.n ?? null;
}

type Teller<E extends Event> = (event: E, name: (participant: string) => string) => string | null;

function about(word: Word): Teller<Event & { participant: string }> {
  return (event, name) => say(word, { name: name(event.participant) });
}

function either(on: Word, off: Word): Teller<Event & { on: boolean }> {
  return (event) => say(event.on ? on : off);
}

function plain(word: Word): Teller<Event> {
  return () => say(word);
}

const TELLERS: { [T in Event["type"]]?: Teller<Of<T>> } = {
  lesson_started: plain("replay.event.started"),
  lesson_ended: (event) => explain(event.reason, {}, "end"),
  participant_joined: about("replay.event.joined"),
  participant_left: (event, name) => {
    const why = explain(event.reason, {}, "leave");
    return event.reason === "lesson_over"
      ? null
      : say("replay.event.left", { name: name(event.participant), why });
  },
  device_away: about("replay.event.away"),
  device_back: about("replay.event.back"),
  called: about("replay.event.called"),
  sent_back: about("replay.event.sent_back"),
  hand_raised: about("replay.hand"),
  mode_set: (event) =>
    say(event.mode === "lecture" ? "replay.event.lecture" : "replay.event.discussion"),
  muted_all: plain("do.mute_all"),
  pause_set: either("replay.event.paused", "replay.event.unpaused"),
  ban_set: either("replay.event.banned", "replay.event.unbanned"),
  source_published: (event, name) =>
    event.kind === "screen"
      ? say("replay.event.shared", { name: name(ownerOf(event.source)) })
      : null,
  consent_decided: ({ source, allowed, reason }, name) => {
    const why = explain(reason, {}, "consent");
    return allowed ? null : say("replay.event.unrecorded", { name: name(ownerOf(source)), why });
  },
  recording_state_set: (event) =>
    event.on || event.reason === "ended" || event.reason === "paused"
      ? null
      : explain(event.reason, {}, "recording"),
};

function sentence(told: Told, { cast, names }: Scene): string | null {
  const tell = TELLERS[told.event.type] as Teller<Event> | undefined;
  return tell?.(told.event, (participant) => shortName(cast, names, participant)) ?? null;
}
