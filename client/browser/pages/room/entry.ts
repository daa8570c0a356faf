/** How a classroom's screen enters its lesson: by itself, and as the device that it was before. */
import type { Day } from "../../api/room";
import { abilities } from "../../media/codecs";
import { capture } from "../../media/devices";
import { Loudspeaker } from "../../media/loudspeaker";
import { leaveProof, signalingUrl, takeProof } from "../../protocol/link";
import { Session } from "../lesson/session";

/** A lesson that a screen can enter. */
export type Enterable = NonNullable<Day["lesson"]>;

/**
 * Enters with camera and microphone. What it needs to come back lies in storage that outlives the
 * browser: a cut of power leaves no time to put it there later.
 */
export async function enter(lesson: Enterable, room: string): Promise<Session> {
  const ticket = {
    url: signalingUrl(location),
    token: lesson.token,
    name: null,
    abilities: await abilities(),
    captured: await capture({ camera: true, microphone: true, room }),
    room,
    loudspeaker: new Loudspeaker(),
    proof: takeProof(localStorage, lesson.id),
  };
  return new Session(ticket, {
    dial: (url) => new WebSocket(url),
    now: () => performance.now() / 1000,
  });
}

/** Keeps what it takes to come back as the same device. */
export function remember(lesson: Enterable, session: Session): void {
  leaveProof(localStorage, lesson.id, session.connection.proof);
}

/** The lesson is over: nothing of it is kept. */
export function forget(lesson: Enterable): void {
  takeProof(localStorage, lesson.id);
}
