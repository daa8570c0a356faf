/** A classroom's screen, and the phone in front of it that scanned its QR. */
import { ask, whoAmI } from "./office";
import { answerOf } from "./trouble";

/** What takes place in the classroom of this screen. */
export interface Day {
  readonly screen: string;
  readonly classroom: string;
  readonly school: string;
  /** The lesson to enter now, with the link's token. */
  readonly lesson: {
    readonly id: string;
    readonly title: string;
    readonly host: boolean;
    readonly token: string;
  } | null;
  /** The lesson after it; `starts` in ISO 8601, null where no time was planned. */
  readonly next: { readonly title: string; readonly starts: string | null } | null;
  /** For the QR that an assistant scans; null where a PIN opens nothing. */
  readonly code: string | null;
  /** How links begin that a phone in the room can open. */
  readonly base: string;
}

/** A panel's wish to be signed in on. */
export interface Asking {
  readonly code: string;
  /** Never shown; with it the login is collected. */
  readonly secret: string;
  readonly seconds: number;
  readonly base: string;
}

/** Where a phone scanned, and who may help there; staff alone is ever named. */
export interface ScannedRoom {
  readonly classroom: string;
  readonly school: string;
  readonly title: string;
  readonly staff: readonly { readonly id: string; readonly name: string }[];
}

/** A panel that asks, as the phone of whoever is signed in is told. */
export interface ScannedPanel {
  readonly screen: string;
  readonly classroom: string;
  readonly school: string;
  /** Who would be signed in there. */
  readonly name: string;
}

/** What this screen shows now; rejects with the `Trouble` `screen_unbound` on any other browser. */
export const fetchDay = (): Promise<Day> => answerOf("/api/room", { method: "GET" });

/** The page begins: whoever was signed in on this browser is signed out. */
export const beginRoom = (): Promise<unknown> => post("/api/room/begin", {});

/** Makes this browser a classroom's screen, which comes back by its key if it has one. */
export const bindScreen = (code: string, key: string | null): Promise<{ classroom: string }> =>
  post("/api/room/bind", { code, key });

/** What a screen that lost its cookie is to sign. */
export const askNonce = (): Promise<{ nonce: string }> => post("/api/room/nonce", {});

/** Shows the key and the signature; the screen's cookie comes with the answer. */
export const proveScreen = (proof: {
  key: string;
  nonce: string;
  signature: string;
}): Promise<{ classroom: string }> => post("/api/room/prove", proof);

/** Asks for somebody to be signed in here. */
export const askPanel = (): Promise<Asking> => post("/api/room/panel", {});

/** Whether somebody said yes; the login's cookie comes with it. */
export const collectPanel = (secret: string): Promise<{ signed_in: boolean }> =>
  post("/api/room/panel/collect", { secret });

/** Where a room's QR was scanned. */
export const scanRoom = (code: string): Promise<ScannedRoom> => post("/api/phone/room", { code });

/** The token of the lesson's link, for a PIN. */
export const assist = (code: string, person: string, pin: string): Promise<{ token: string }> =>
  post("/api/phone/assistant", { code, person, pin });

/** Which panel asks; rejects with `sign_in_needed` on a phone that is not signed in. */
export async function scanPanel(code: string): Promise<ScannedPanel> {
  await whoAmI();
  return ask("POST", "/api/phone/panel", { code });
}

/** Says yes to the panel that this phone was told. */
export const approvePanel = (code: string, screen: string): Promise<unknown> =>
  ask("POST", "/api/phone/panel/approve", { code, screen });

function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  return answerOf<T>(path, { method: "POST", headers, body: JSON.stringify(body) });
}
