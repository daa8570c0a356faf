/** What a measured path means to whoever stands before the device. */
import type { Path } from "../../media/check/path";
import type { Word } from "../../widgets/words";

/** One line. */
export interface Finding {
  readonly about: "https" | "websocket" | "udp" | "rtt" | "down" | "up";
  readonly mark: "good" | "weak" | "bad";
  readonly word: Word;
  readonly filling: Readonly<Record<string, string | number>>;
}

/** Milliseconds there and back from which talking to each other gets hard (ITU-T G.114). */
const SLOW_MS = 300;
/** A class sends one picture and its sound, and receives the speaker's and some small ones. */
const ENOUGH_KBPS = { down: 3000, up: 2000 } as const;
/** Less carries sound and stills alone. */
const LEAST_KBPS = 300;

/** One line for each thing that was measured. */
export function findings(path: Path): Finding[] {
  return [
    passed("https", path.https),
    passed("websocket", path.websocket),
    passed("udp", path.udp),
    roundTrip(path.rtt_ms),
    rate("down", path.down_kbps),
    rate("up", path.up_kbps),
  ];
}

function passed(about: "https" | "websocket" | "udp", passes: boolean): Finding {
  return passes
    ? { about, mark: "good", word: `check.${about}.good`, filling: {} }
    : { about, mark: "bad", word: `check.${about}.bad`, filling: {} };
}

function roundTrip(measured: number | null): Finding {
  if (measured === null) {
    return { about: "rtt", mark: "bad", word: "check.rtt.unknown", filling: {} };
  }
  const slow = measured > SLOW_MS;
  return {
    about: "rtt",
    mark: slow ? "weak" : "good",
    word: slow ? "check.rtt.weak" : "check.rtt.good",
    filling: { ms: Math.max(1, Math.round(measured)) },
  };
}

function rate(about: "down" | "up", measured: number | null): Finding {
  if (measured === null) {
    return { about, mark: "bad", word: `check.${about}.unknown`, filling: {} };
  }
  const filling = { mbit: (measured / 1000).toFixed(1) };
  if (measured >= ENOUGH_KBPS[about]) {
    return { about, mark: "good", word: `check.${about}.good`, filling };
  }
  const mark = measured < LEAST_KBPS ? "bad" : "weak";
  return { about, mark, word: `check.${about}.weak`, filling };
}
