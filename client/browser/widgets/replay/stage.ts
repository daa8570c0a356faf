/** Which pictures a replay shows and which of them is large; pure. */
import type { Kind, LessonState, Track } from "../../protocol/messages";
import { hostOf } from "../../state/floor";

const SOUNDS: readonly Kind[] = ["microphone", "screen_sound"];
const ORDER: readonly Kind[] = ["camera", "class_camera", "screen"];

/** The pictures in an order that never changes: the host's, the other classes', the screens. */
export function picturesOf(tracks: readonly Track[], cast: LessonState): Track[] {
  const host = hostOf(cast)?.participant;
  const rank = (track: Track): number =>
    (track.kind === "screen" ? 100 : 0) +
    (track.participant === host ? 0 : 10) +
    ORDER.indexOf(track.kind);
  return tracks
    .filter((track) => !SOUNDS.includes(track.kind) && track.parts.length > 0)
    .sort((a, b) => rank(a) - rank(b));
}

/** Whether a picture has its place at a moment: a camera always, a screen while it is shared. */
export function isPlaced(track: Track, state: LessonState, time: number): boolean {
  if (track.kind !== "screen") {
    return true;
  }
  const known = state.sources.find((source) => source.source === track.source);
  return known?.on === true || track.parts.some((part) => part.start <= time && time < part.end);
}

/** The source that is large: the viewer's choice, else the screen, else who is called; or none. */
export function largeOf(
  placed: readonly Track[],
  state: LessonState,
  chosen: string | null,
): string | null {
  const mine = placed.find((track) => track.source === chosen);
  const screen = placed.find((track) => track.kind === "screen");
  const called = placed.filter((track) => track.participant === state.called);
  const speaker = called.find((track) => track.kind === "class_camera") ?? called[0];
  return (mine ?? screen ?? speaker)?.source ?? null;
}
