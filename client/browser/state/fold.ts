/**
 * The one reducer: what a lesson is after its next event; pure, for the live page and for replay.
 *
 * `signaling.lesson` folds the same way on the server; the vectors in tests/vectors/fold hold both
 * to it. States are never changed in place.
 */
import type {
  DeviceState,
  Event,
  LessonState,
  ParticipantState,
  SourceState,
  Told,
  WaitingState,
} from "../protocol/messages";

/** Events of one type. */
export type Of<T extends Event["type"]> = Extract<Event, { type: T }>;

const CHAT_KEPT = 200;
const WHISPERS_KEPT = 20;

/** A lesson before its first event. */
export function emptyLesson(): LessonState {
  return {
    n: -1,
    phase: "lobby",
    started: null,
    planned_seconds: 0,
    mode: "lecture",
    called: null,
    called_since: null,
    locked: false,
    paused: false,
    banned: false,
    switches: { chat: false, camera: true, microphone: true, sharing: false },
    layout: "equal",
    participants: [],
    sources: [],
    hands: [],
    chat: [],
    whispers: [],
    recording: false,
    recording_reason: "",
    waiting: [],
  };
}

/** The lesson after `told`; a planned room that leaves is still expected, a person is gone. An event that is in the state already changes nothing. */
export function fold(state: LessonState, told: Told): LessonState {
  if (told.n <= state.n) {
    return state;
  }
  const step = STEPS[told.event.type] as Step<Event>;
  return { ...state, ...step(state, told.event, told), n: told.n };
}

type Step<E extends Event> = (state: LessonState, event: E, told: Told) => Partial<LessonState>;

function nothing(): Partial<LessonState> {
  return {};
}

const STEPS: { [T in Event["type"]]: Step<Of<T>> } = {
  lesson_opened: (_, event) => ({
    planned_seconds: event.planned_seconds,
    participants: event.rooms.map((room) => expected(room.participant, room.host)),
  }),
  lesson_started: (_, __, told) => ({ phase: "live", started: told.t }),
  lesson_ended: () => ({ phase: "ended" }),
  participant_joined: (state, event) => ({
    participants: state.participants.some((one) => one.participant === event.participant)
      ? state.participants
      : [...state.participants, { ...expected(event.participant, event.host), role: event.role }],
  }),
  participant_left: (state, event) => ({
    participants: state.participants.filter(
      (one) => one.participant !== event.participant || one.role === "room",
    ),
  }),
  device_joined: (state, event) =>
    atParticipant(state, event.participant, (one) => ({
      ...one,
      devices: [
        ...one.devices.filter((device) => device.device !== event.device),
        { device: event.device, role: event.role, away: false },
      ],
    })),
  device_away: (state, event) => atDevice(state, event, (device) => ({ ...device, away: true })),
  device_back: (state, event) => atDevice(state, event, (device) => ({ ...device, away: false })),
  device_left: (state, event) =>
    atParticipant(state, event.participant, (one) => ({
      ...one,
      devices: one.devices.filter((device) => device.device !== event.device),
    })),
  audio_master_set: (state, event) =>
    atParticipant(state, event.participant, (one) => ({ ...one, audio_master: event.device })),
  source_published: published,
  source_codec_changed: (state, event) =>
    atSource(state, event.source, (source) => ({ ...source, codec: event.codec })),
  source_enabled: (state, event) =>
    atSource(state, event.source, (source) => ({ ...source, on: event.on })),
  source_ended: (state, event) => ({
    sources: state.sources.filter((source) => source.source !== event.source),
  }),
  consent_decided: (state, event) =>
    atSource(state, event.source, (source) => ({
      ...source,
      recorded: event.allowed,
      consent: event.reason,
    })),
  seating_confirmed: nothing,
  mode_set: (_, event) => ({ mode: event.mode }),
  called: (_, event, told) => ({ called: event.participant, called_since: told.t }),
  sent_back: () => ({ called: null, called_since: null }),
  hand_raised: (state, { participant }, told) => ({
    hands: state.hands.some((hand) => hand.participant === participant)
      ? state.hands
      : [...state.hands, { participant, since: told.t }],
  }),
  hand_lowered: (state, event) => ({
    hands: state.hands.filter((hand) => hand.participant !== event.participant),
  }),
  muted_all: () => ({ mode: "lecture" }),
  lock_set: (_, event) => ({ locked: event.on }),
  switch_set: (state, event) => ({ switches: { ...state.switches, [event.switch]: event.on } }),
  pause_set: (_, event) => ({ paused: event.on }),
  ban_set: (_, event) => ({ banned: event.on }),
  layout_set: (_, event) => ({ layout: event.layout }),
  chat_sent: (state, event, told) => ({
    chat: [
      ...state.chat.slice(1 - CHAT_KEPT),
      { n: told.n, t: told.t, participant: event.participant, text: event.text },
    ],
  }),
  whispered: (state, { participant, by_host, text }, { n, t }) => {
    const all = [...(state.whispers ?? []), { n, t, participant, by_host, text }];
    const [spare] = all.filter((line) => line.participant === participant).slice(0, -WHISPERS_KEPT);
    return { whispers: all.filter((line) => line !== spare) };
  },
  recording_state_set: (_, event) => ({
    recording: event.on,
    recording_reason: event.reason,
  }),
  pupil_waits: (state, { participant }, told) => ({
    waiting: [...withoutWaiting(state, participant), { participant, since: told.t }],
  }),
  pupil_admitted: waitsNoMore,
  pupil_turned_away: waitsNoMore,
  pupil_gave_up: waitsNoMore,
  recording_gap: nothing,
  resumed: nothing,
  journal_gap: nothing,
  inspector_joined: nothing,
  inspector_left: nothing,
  pace_signalled: nothing,
  summary: nothing,
  link_stepped: nothing,
  talked: nothing,
};

function waitsNoMore(state: LessonState, event: { participant: string }): Partial<LessonState> {
  return { waiting: withoutWaiting(state, event.participant) };
}

function withoutWaiting(state: LessonState, who: string): WaitingState[] {
  return (state.waiting ?? []).filter((one) => one.participant !== who);
}

/** The participant a source belongs to. */
export function ownerOf(source: string): string {
  return source.slice(0, source.indexOf("/"));
}

/** What a source is called within its participant. */
export function nameOf(source: string): string {
  return source.slice(source.indexOf("/") + 1);
}

function expected(participant: string, host: boolean): ParticipantState {
  return { participant, role: "room", host, devices: [], audio_master: null };
}

function atParticipant(
  state: LessonState,
  who: string,
  change: (one: ParticipantState) => ParticipantState,
): Partial<LessonState> {
  return {
    participants: state.participants.map((one) => (one.participant === who ? change(one) : one)),
  };
}

function atDevice(
  state: LessonState,
  event: { participant: string; device: string },
  change: (device: DeviceState) => DeviceState,
): Partial<LessonState> {
  return atParticipant(state, event.participant, (one) => ({
    ...one,
    devices: one.devices.map((device) =>
      device.device === event.device ? change(device) : device,
    ),
  }));
}

function atSource(
  state: LessonState,
  which: string,
  change: (source: SourceState) => SourceState,
): Partial<LessonState> {
  return {
    sources: state.sources.map((source) => (source.source === which ? change(source) : source)),
  };
}

function published(state: LessonState, event: Of<"source_published">): Partial<LessonState> {
  const known = state.sources.find((source) => source.source === event.source);
  const { source, kind, device, codec } = event;
  if (known !== undefined) {
    return atSource(state, source, (old) => ({ ...old, kind, device, codec, on: true }));
  }
  return {
    sources: [
      ...state.sources,
      { source, kind, device, codec, on: true, recorded: false, consent: "" },
    ],
  };
}
