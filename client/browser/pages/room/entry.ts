/** How a classroom's screen enters its lesson: by itself, and as the device that it was before. */
import type { Day } from "../../api/room";
import { abilities } from "../../media/codecs";
import { capture } from "../../media/devices";
import { Loudspeaker } from "../../media/loudspeaker";
import { signalingUrl } from "../../protocol/link";
import type { Resume } from "../../protocol/messages";
import { reachIn } from "../../protocol/reach";
import { Session } from "../lesson/session";
import { drop, keep, kept } from "./durable";

/** A lesson that a screen can enter. */
export type Enterable = NonNullable<Day["lesson"]>;

/**
 * Enters with camera and microphone. What it needs to come back lies in storage that outlives the
 * browser: a cut of power leaves no time to put it there later. It is taken out, not read, so that
 * a second page of this browser is a device of its own.
 */
export async function enter(lesson: Enterable, room: string): Promise<Session> {
  const proof = (await kept(lesson.id)) as Resume | undefined;
  await drop(lesson.id);
  const ticket = {
    url: signalingUrl(location),
    token: lesson.token,
    name: null,
    abilities: await abilities(),
    captured: await capture({ camera: true, microphone: true, room }),
    room,
    loudspeaker: new Loudspeaker(),
    proof: proof ?? null,
  };
  return new Session(ticket, {
    dial: (url) => new WebSocket(url),
    reach: reachIn(navigator.userAgent),
    now: () => performance.now() / 1000,
  });
}

/** Keeps what it takes to come back as the same device. */
export async function remember(lesson: Enterable, session: Session): Promise<void> {
  const { proof } = session.connection;
  if (proof !== null) {
    await keep(lesson.id, { ...proof, seen: -1 });
  }
}

/** The lesson is over: nothing of it is kept. */
export function forget(lesson: Enterable): Promise<void> {
  return drop(lesson.id);
}
