/** Joining a lesson by a code: a teacher's page shows it, a pupil's types it. */
import { answerOf } from "./trouble";

/** The answer of `PUT` and `POST /api/invitation`. */
export interface Invitation {
  /** What a pupil types at /join. */
  readonly code: string;
  /** What a phone opens or reads as a QR code. */
  readonly link: string;
  readonly expires: string;
}

/** The code of a teacher's lesson; rejects with a `Trouble`. */
export function fetchInvitation(token: string): Promise<Invitation> {
  return ask(token, "PUT");
}

/** Another code; the one before opens nothing any more. */
export function renewInvitation(token: string): Promise<Invitation> {
  return ask(token, "POST");
}

/** The token of a pupil's link for a code; rejects with a `Trouble`. */
export async function tokenFor(code: string): Promise<string> {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ code });
  const answer = await answerOf<{ token: string }>("/api/join", { method: "POST", headers, body });
  return answer.token;
}

function ask(token: string, method: string): Promise<Invitation> {
  return answerOf("/api/invitation", { method, headers: { Authorization: `Bearer ${token}` } });
}
