/** What a check has measured, and what each measurement comes to; pure. */
import type { Trouble } from "../../media/devices";
import { isHeard, judge, type Echo } from "../../media/check/echo";
import type { Path } from "../../media/check/path";
import type { Sight } from "../../media/check/picture";

/** The lines of a check, in the order of their measuring. */
export const LINES = [
  "camera",
  "microphone",
  "speaker",
  "echo",
  "path",
  "loss",
  "jitter",
  "bandwidth",
  "round_trip",
] as const;

/** One of them. */
export type Line = (typeof LINES)[number];

/** How a line stands: fine; works with a drawback; does not work; could not be measured. */
export type Grade = "good" | "poor" | "bad" | "unknown";

/** A line's result. */
export interface Finding {
  readonly grade: Grade;
  /** Which sentence of its line says it. */
  readonly word: string;
  /** What the sentence is filled with. */
  readonly data: Readonly<Record<string, string | number>>;
}

function finding(grade: Grade, word: string, data: Finding["data"] = {}): Finding {
  return { grade, word, data };
}

/** A camera that opened, or why it did not. */
export function ofCamera(sight: Sight | null, trouble: Trouble | null): Finding {
  if (sight === null) {
    return finding("bad", trouble ?? "missing");
  }
  return sight === "good" ? finding("good", "good") : finding("bad", sight);
}

/** Below this even a soft voice near the microphone is not, in decibels of full scale. */
const QUIET_DB = -50;
/** No microphone that is on is so still: its own noise is louder. */
const DEAD_DB = -90;

/** The loudest moment while somebody spoke, or why there is no microphone. */
export function ofMicrophone(loudest: number | null, trouble: Trouble | null): Finding {
  if (loudest === null) {
    return finding("bad", trouble ?? "missing");
  }
  if (loudest < DEAD_DB) {
    return finding("bad", "dead");
  }
  return loudest < QUIET_DB ? finding("poor", "quiet") : finding("good", "good");
}

/** What came back without echo cancellation: whether the loudspeaker sounds at all. */
export function ofSpeaker(raw: Echo | null): Finding {
  if (raw === null) {
    return finding("unknown", "unknown");
  }
  return isHeard(raw) ? finding("good", "good") : finding("poor", "unheard");
}

/** What came back with it; nothing can be said where the loudspeaker was not heard. */
export function ofEcho(raw: Echo | null, cancelled: Echo | null): Finding {
  if (cancelled === null) {
    return finding("unknown", "unknown");
  }
  if (judge(cancelled) === "loud") {
    return finding("bad", "loud");
  }
  return raw !== null && isHeard(raw) ? finding("good", "good") : finding("unknown", "unheard");
}

/** Whether signaling and media pass. */
export function ofPath(path: Path | null): Finding {
  if (path === null) {
    return finding("unknown", "unknown");
  }
  if (!path.websocket) {
    return finding("bad", "no_signaling");
  }
  if (path.udp) {
    return finding("good", "good");
  }
  return path.udp_to === null ? finding("bad", "no_answer") : finding("bad", "no_media");
}

/** Shares of lost packets from which speech breaks up, and from which it is not understood. */
const [LOSSY, BROKEN] = [0.02, 0.1] as const;

/** What gets lost on the way to the server and back from it. */
export function ofLoss(path: Path | null): Finding {
  if (path?.loss_up == null || path.loss_down == null) {
    return finding("unknown", "unknown");
  }
  const data = { up: Math.round(100 * path.loss_up), down: Math.round(100 * path.loss_down) };
  const worst = Math.max(path.loss_up, path.loss_down);
  if (worst < LOSSY) {
    return finding("good", "good", data);
  }
  return worst < BROKEN ? finding("poor", "lossy", data) : finding("bad", "broken", data);
}

/** Beyond it players fall behind to stay even. */
const UNEVEN_MS = 50;

/** How unevenly packets arrive. */
export function ofJitter(path: Path | null): Finding {
  if (path?.jitter_ms == null) {
    return finding("unknown", "unknown");
  }
  const data = { ms: Math.round(path.jitter_ms) };
  return path.jitter_ms <= UNEVEN_MS
    ? finding("good", "good", data)
    : finding("poor", "uneven", data);
}

/** A camera at full size with its sound, and the same from the other class, in kbit/s. */
const [ENOUGH_UP, ENOUGH_DOWN] = [2200, 2200] as const;
/** Sound and a small picture. */
const LEAST = 500;

/** Whether a lesson fits. */
export function ofBandwidth(path: Path | null): Finding {
  if (path?.up_kbps == null || path.down_kbps == null) {
    return finding("unknown", "unknown");
  }
  const data = { up: mbits(path.up_kbps), down: mbits(path.down_kbps) };
  if (path.up_kbps >= ENOUGH_UP && path.down_kbps >= ENOUGH_DOWN) {
    return finding("good", "good", data);
  }
  return Math.min(path.up_kbps, path.down_kbps) < LEAST
    ? finding("bad", "small", data)
    : finding("poor", "tight", data);
}

function mbits(kbps: number): string {
  return (kbps / 1000).toFixed(1);
}

/** From here on people begin to speak into each other's words (ITU-T G.114: 150 ms one way). */
const SLOW_MS = 300;

/** How long an answer takes. */
export function ofRoundTrip(path: Path | null): Finding {
  if (path?.rtt_ms == null) {
    return finding("unknown", "unknown");
  }
  const data = { ms: Math.round(path.rtt_ms) };
  return path.rtt_ms <= SLOW_MS ? finding("good", "good", data) : finding("poor", "slow", data);
}

/** A check in three words: 设备, 回声, 网络. */
export interface Summary {
  readonly devices: Grade;
  readonly echo: Grade;
  readonly network: Grade;
}

const WORST: readonly Grade[] = ["bad", "poor", "unknown", "good"];

/** What the lines come to together: each word is as bad as its worst line. */
export function summarise(lines: Readonly<Record<Line, Finding>>): Summary {
  const worst = (...of: Line[]): Grade =>
    WORST.find((grade) => of.some((line) => lines[line].grade === grade)) ?? "unknown";
  return {
    devices: worst("camera", "microphone", "speaker"),
    echo: worst("echo"),
    network: worst("path", "loss", "jitter", "bandwidth", "round_trip"),
  };
}
