/** Who is heard, seen and in charge just now, read off a lesson's state; pure. */
import type {
  LessonState,
  ParticipantState,
  Role,
  SourceState,
  Switch,
} from "../protocol/messages";
import { ownerOf } from "./fold";

/** Who looks at the lesson. */
export interface Me {
  readonly participant: string;
  readonly device: string;
  readonly role: Role;
  /** Whether the host's commands are its to give. */
  readonly leads: boolean;
}

/** Whether someone is here: has a device that was heard of in the last seconds. */
export function isHere(one: ParticipantState): boolean {
  return one.devices.some((device) => !device.away);
}

/** Whether someone was here and their link is broken just now. */
export function isAway(one: ParticipantState): boolean {
  return one.devices.length > 0 && one.devices.every((device) => device.away);
}

/** The participant of this id. */
export function participantOf(state: LessonState, id: string): ParticipantState | undefined {
  return state.participants.find((one) => one.participant === id);
}

/** The host room. */
export function hostOf(state: LessonState): ParticipantState | undefined {
  return state.participants.find((one) => one.host);
}

/** The classrooms, expected ones too. */
export function roomsOf(state: LessonState): ParticipantState[] {
  return state.participants.filter((one) => one.role === "room" || one.role === "teacher");
}

/** The classrooms the host may call. */
export function otherRooms(state: LessonState, me: Me): ParticipantState[] {
  return roomsOf(state).filter((one) => one.participant !== me.participant);
}

/** Whether this device speaks and listens for its participant. */
export function isAudioMaster(state: LessonState, me: Me): boolean {
  return participantOf(state, me.participant)?.audio_master === me.device;
}

/** Whether a viewer, who only watches and listens. */
export function onlyWatches(role: Role): boolean {
  return role === "viewer" || role === "inspector";
}

/** What pupils may turn on by themselves; rooms and their teachers may always, but under a ban. */
export function mayUse(state: LessonState, me: Me, what: "camera" | "microphone"): boolean {
  if (onlyWatches(me.role) || state.phase === "ended") {
    return false;
  }
  if (me.role !== "pupil") {
    return true;
  }
  if (state.banned) {
    return false;
  }
  const heard = what === "camera" || state.mode === "discussion";
  return state.called === me.participant || (isAllowed(state, what) && heard);
}

/** Whether a switch of the pupils is on. */
export function isAllowed(state: LessonState, what: Switch): boolean {
  return state.switches[what] ?? false;
}

/** Whether this device may share its screen. */
export function mayShare(state: LessonState, me: Me): boolean {
  if (onlyWatches(me.role) || state.phase === "ended") {
    return false;
  }
  if (state.banned) {
    return participantOf(state, me.participant)?.host === true;
  }
  return me.role !== "pupil" || isAllowed(state, "sharing");
}

/** Whether this device may write a line of chat. */
export function mayChat(state: LessonState, me: Me): boolean {
  if (onlyWatches(me.role) || state.phase === "ended") {
    return false;
  }
  if (state.banned) {
    return me.leads;
  }
  return me.role !== "pupil" || isAllowed(state, "chat");
}

/** Whether this device may raise a hand for its participant. */
export function mayRaiseHand(state: LessonState, me: Me): boolean {
  const host = participantOf(state, me.participant)?.host === true;
  return !onlyWatches(me.role) && !host && state.phase !== "ended" && !state.banned;
}

/** A source that is shown: its picture is on and nobody has paused the lesson. */
export function isOn(state: LessonState, source: SourceState): boolean {
  return source.on && !state.paused;
}

/**
 * Whether the server sends this device another's picture: a camera in a pupil's home goes to
 * teachers alone, to everyone while the pupil is called, to a silent inspector never.
 */
export function maySee(state: LessonState, me: Me, source: SourceState): boolean {
  const owner = ownerOf(source.source);
  const atHome = participantOf(state, owner)?.role === "pupil" && isCamera(source);
  if (!atHome || me.role === "teacher" || owner === me.participant) {
    return true;
  }
  return me.role !== "inspector" && state.called === owner;
}

function isCamera({ kind }: SourceState): boolean {
  return kind === "camera" || kind === "class_camera";
}

/** The sources of one participant. */
export function sourcesOf(state: LessonState, participant: string): SourceState[] {
  return state.sources.filter((source) => ownerOf(source.source) === participant);
}
