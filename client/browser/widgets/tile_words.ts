/** What a tile says about its picture, and how good its link is; pure. */
import type {
  LessonState,
  LinkQuality,
  ParticipantState,
  Pulse,
  SourceState,
} from "../protocol/messages";
import { ownerOf } from "../state/fold";
import { isAway, isHere, participantOf } from "../state/floor";
import type { Picture } from "../state/wall";
import type { Word } from "./words";

/** How good a link is. */
export type Quality = "good" | "weak" | "away" | "absent";

/** What is known about a picture on this device. */
export interface Arriving {
  /** Whether a slot carries it, or a camera of this device. */
  readonly bound: boolean;
  /** Whether no new frame came for a while. */
  readonly still: boolean;
  /** Whether the lesson answers this device just now. */
  readonly linked: boolean;
  /** Whether this device saves data: no camera comes, and a screen stands still on purpose. */
  readonly saving: boolean;
}

const WEAK_LOSS = 0.05;
const WEAK_RTT_MS = 400;

/** The link of a participant. */
export function qualityOf(one: ParticipantState | undefined, pulse: Pulse | null): Quality {
  if (one === undefined || (!isHere(one) && !isAway(one))) {
    return "absent";
  }
  if (isAway(one)) {
    return "away";
  }
  const loss = linkOf(one, pulse)?.loss ?? 0;
  const weak = loss > WEAK_LOSS || (roundTripOf(one, pulse) ?? 0) > WEAK_RTT_MS;
  return weak ? "weak" : "good";
}

/** The round trip of a participant in milliseconds; null before it is measured. */
export function roundTripOf(one: ParticipantState, pulse: Pulse | null): number | null {
  return linkOf(one, pulse)?.rtt_ms ?? null;
}

function linkOf(one: ParticipantState, pulse: Pulse | null): LinkQuality | undefined {
  return pulse?.links.find((known) => known.participant === one.participant);
}

/** The sentence on a picture that does not move; null when there is nothing to say. */
export function sentenceOn(
  lesson: LessonState,
  picture: Picture,
  arriving: Arriving,
  isMine: boolean,
): Word | null {
  const quality = qualityOf(participantOf(lesson, picture.participant), null);
  if (isMine && picture.source === null) {
    const sent = lesson.sources.some((one) => isPictureOf(one, picture.participant));
    return sent ? "tile.elsewhere" : "tile.off";
  }
  if (!isMine && (quality === "absent" || quality === "away")) {
    return quality === "away" ? "tile.away" : "tile.absent";
  }
  return lesson.paused ? "tile.paused" : sentenceOnSource(picture, arriving);
}

function isPictureOf(source: SourceState, participant: string): boolean {
  const sound = source.kind === "microphone" || source.kind === "screen_sound";
  return ownerOf(source.source) === participant && !sound;
}

function sentenceOnSource(picture: Picture, arriving: Arriving): Word | null {
  if (picture.source === null) {
    return "tile.here";
  }
  if (!picture.source.on) {
    return "tile.off";
  }
  if (!arriving.bound) {
    const spared = arriving.saving && picture.source.kind !== "screen";
    return spared ? "tile.spared" : "tile.coming";
  }
  if (!arriving.linked) {
    return arriving.still ? "tile.frozen" : null;
  }
  return arriving.still && !arriving.saving ? "tile.still" : null;
}
