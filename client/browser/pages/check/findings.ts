/** What a measured path means to whoever stands before the device. */
import type { Path } from "../../media/check/path";
import type { Word } from "../../widgets/words";

/** One line. */
export interface Finding {
  readonly about:
    "https" | "websocket" | "udp" | "rtt" | "loss_up" | "loss_down" | "jitter" | "down" | "up";
  readonly mark: "good" | "weak" | "bad";
  readonly word: Word;
  readonly filling: Readonly<Record<string, string | number>>;
}

/** Milliseconds there and back from which talking to each other gets hard (ITU-T G.114). */
const SLOW_MS = 300;
/** Shares of lost packets from which speech breaks up, and from which it is not understood. */
const LOSSY = 0.02;
const BROKEN = 0.1;
/** Milliseconds of jitter beyond which players fall behind to stay even. */
const UNEVEN_MS = 50;
/** A class sends one picture and its sound, and receives the speaker's and some small ones. */
const ENOUGH_KBPS = { down: 3000, up: 2000 } as const;
/** Less carries sound and stills alone. */
const LEAST_KBPS = 300;

/** One line for each thing that was measured. */
export function findings(path: Path): Finding[] {
  return [
    passed("https", path.https),
    passed("websocket", path.websocket),
    udp(path),
    roundTrip(path.rtt_ms),
    ...(path.udp ? carried(path) : []),
    rate("down", path.down_kbps),
    rate("up", path.up_kbps),
  ];
}

function passed(about: "https" | "websocket", passes: boolean): Finding {
  return passes
    ? { about, mark: "good", word: `check.${about}.good`, filling: {} }
    : { about, mark: "bad", word: `check.${about}.bad`, filling: {} };
}

/** Whether media's packets pass; where they do not, the port that is to be opened. */
function udp({ udp: passes, tcp, relay, udp_to }: Path): Finding {
  if (passes && relay) {
    const port = portOf(udp_to ?? "");
    return { about: "udp", mark: "weak", word: "check.udp.relay", filling: { port } };
  }
  if (passes && tcp) {
    const port = portOf(udp_to ?? "");
    return { about: "udp", mark: "weak", word: "check.udp.tcp", filling: { port } };
  }
  if (passes) {
    return { about: "udp", mark: "good", word: "check.udp.good", filling: {} };
  }
  return udp_to === null
    ? { about: "udp", mark: "bad", word: "check.udp.unknown", filling: {} }
    : { about: "udp", mark: "bad", word: "check.udp.bad", filling: { port: portOf(udp_to) } };
}

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(" ") + 1);
}

/** What becomes of the packets that pass. */
function carried({ loss_up, loss_down, jitter_ms }: Path): Finding[] {
  return [loss("loss_up", loss_up), loss("loss_down", loss_down), ...jitter(jitter_ms)];
}

function loss(about: "loss_up" | "loss_down", share: number | null): Finding {
  if (share === null) {
    return { about, mark: "weak", word: `check.${about}.unknown`, filling: {} };
  }
  const filling = { percent: Math.round(share * 100) };
  if (share < LOSSY) {
    return { about, mark: "good", word: `check.${about}.good`, filling };
  }
  return share < BROKEN
    ? { about, mark: "weak", word: `check.${about}.weak`, filling }
    : { about, mark: "bad", word: `check.${about}.bad`, filling };
}

function jitter(measured: number | null): Finding[] {
  if (measured === null) {
    return [];
  }
  const filling = { ms: Math.round(measured) };
  return measured > UNEVEN_MS
    ? [{ about: "jitter", mark: "weak", word: "check.jitter.weak", filling }]
    : [{ about: "jitter", mark: "good", word: "check.jitter.good", filling }];
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
