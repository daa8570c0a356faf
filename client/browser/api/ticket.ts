/** A ticket by which whoever is signed in here, or a classroom's screen, measures their path. */
import { ask, whoAmI } from "./office";

/** A new one, for minutes; rejects with a `Trouble`. */
export async function ownTicket(): Promise<string> {
  // It says which page asks; a screen on which nobody is signed in is known by its cookie alone.
  await whoAmI();
  return (await ask<{ ticket: string }>("POST", "/api/check/ticket", {})).ticket;
}
