/** How far a pairing has come, in words, and which come first. */
import type { Pairing } from "../../api/school";
import { say } from "../../widgets/words";

/** Those that wait for one's own agreement first, then other proposals; what is over comes last. */
export function inTurn(pairings: readonly Pairing[]): readonly Pairing[] {
  return [...pairings].sort((one, other) => turn(one) - turn(other));
}

function turn(one: Pairing): number {
  if (one.may_agree) {
    return 0;
  }
  return one.state === "waits" ? 1 : one.state === "stands" ? 2 : 3;
}

/** What the list says of its state. */
export function stateWords(one: Pairing): string {
  const day = one.ended ?? "";
  const name = one.ended_by === "" ? say("capacity.admin") : one.ended_by;
  switch (one.state) {
    case "waits":
      return say("pairings.state.waits", { name: one.waits_for });
    case "declined":
    case "ended":
      return say(`pairings.state.${one.state}`, { name, day });
    case "replaced":
      return say("pairings.state.replaced", { day });
    case "stands":
      return say("pairings.state.stands");
  }
}

/** What ending it means: nobody is bound yet by what waits. */
export function endWord(one: Pairing): "pairings.decline" | "pairings.withdraw" | "pairings.end" {
  if (one.state === "stands") {
    return "pairings.end";
  }
  return one.may_agree ? "pairings.decline" : "pairings.withdraw";
}
