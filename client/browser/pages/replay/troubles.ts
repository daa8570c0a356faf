/** What a replay cannot show, in sentences. */
import type { Player } from "../../media/replay/player";
import type { Track } from "../../protocol/messages";
import { shortName } from "../../widgets/names";
import { isOver } from "../../widgets/replay/span";
import type { Scene } from "../../widgets/replay/lanes";
import { explain, say } from "../../widgets/words";
import type { Viewing } from "./viewing";

/** Why pictures do not move just now, by source. */
export function sentencesOf(player: Player, pictures: readonly Track[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { source } of pictures) {
    const sentence = sentenceOn(player, source);
    if (sentence !== null) {
      found.set(source, sentence);
    }
  }
  return found;
}

function sentenceOn(player: Player, source: string): string | null {
  const deck = player.deck(source);
  if (deck === undefined) {
    return null;
  }
  if (deck.trouble !== null) {
    return deck.trouble === "unplayable" ? say("replay.failed") : explain(deck.trouble);
  }
  const place = deck.at(player.time);
  if (place.kind === "media") {
    return null;
  }
  const { reason } = place;
  return reason === "before" || reason === "after" || reason === "unplayable"
    ? say(`replay.lack.${reason}`)
    : explain(reason, {}, "gap");
}

/** What concerns the whole page. */
export function messagesOf(viewing: Viewing, scene: Scene): string[] {
  const player = viewing.live;
  const found: string[] = [];
  if (scene.replay.tracks.every((track) => track.parts.length === 0)) {
    found.push(say("replay.empty"));
  }
  if (!isOver(scene.replay)) {
    found.push(say("replay.running"));
  }
  if (player.shown.some((deck) => deck.offline)) {
    found.push(say("replay.offline"));
  }
  if (player.shown.some((deck) => deck.silent)) {
    found.push(say("replay.silent"));
  }
  return [...found, ...unplayable(player, scene), ...refused(player, scene)];
}

function unplayable(player: Player, scene: Scene): string[] {
  const tracks = player.unplayable;
  const names = tracks.map((track) => nameOf(track, scene)).join("、");
  return tracks.length === 0 ? [] : [say("replay.cannot", { names })];
}

function refused(player: Player, scene: Scene): string[] {
  return player.shown
    .filter((deck) => deck.isSound && deck.trouble !== null)
    .map((deck) => {
      const why =
        deck.trouble === "unplayable" ? say("replay.failed") : explain(deck.trouble ?? "");
      return say("replay.refused", { name: nameOf(deck.track, scene), why });
    });
}

function nameOf(track: Track, { cast, names }: Scene): string {
  return `${shortName(cast, names, track.participant)} ${say(`kind.${track.kind}`)}`;
}
