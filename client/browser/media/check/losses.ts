/** How much of what was sent arrived, by both ends' own counts (webrtc-stats); pure. */

/** What a path loses; null where it could not be counted. */
export interface Losses {
  /** Share of what this device sent, 0 to 1. */
  readonly loss_up: number | null;
  /** Share of what it was sent. */
  readonly loss_down: number | null;
  /** How unevenly packets arrive, the worse of both ways (RFC 3550, 6.4.1). */
  readonly jitter_ms: number | null;
}

/** Statistics of a connection, as browsers hand them out. */
export interface Stats {
  forEach(each: (one: unknown) => void): void;
}

/** Fewer packets say nothing about a share of some per cent. */
const FEW = 50;

interface StreamStats {
  readonly type: string;
  readonly kind?: string;
  readonly packetsSent?: number;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly jitter?: number;
}

/**
 * What was lost on the way up, and of the rest on the way back.
 *
 * The server sends on what has arrived and leaves gaps where nothing did, so the gaps that come back
 * are those of both ways.
 */
export function lossesIn(up: Stats, down: Stats): Losses {
  const { packetsSent: sent = 0 } = streamIn(up, "outbound-rtp");
  const reported = streamIn(up, "remote-inbound-rtp");
  const { packetsReceived: came = 0, packetsLost: gone, jitter } = streamIn(down, "inbound-rtp");
  const loss_up = share(reported.packetsLost, sent);
  const both = share(gone, came + (gone ?? 0));
  return {
    loss_up,
    loss_down: loss_up === null || both === null ? null : rest(both, loss_up),
    jitter_ms: worse(reported.jitter, jitter),
  };
}

/** The picture's statistics of a kind; empty where there are none. */
function streamIn(stats: Stats, type: string): Omit<StreamStats, "type"> {
  let found: Omit<StreamStats, "type"> = {};
  stats.forEach((one) => {
    const entry = one as StreamStats;
    found = entry.type === type && entry.kind !== "audio" ? entry : found;
  });
  return found;
}

function share(lost: number | undefined, all: number): number | null {
  return lost === undefined || all < FEW ? null : within(lost / all);
}

/** What is lost behind a first loss, where both together lose `both`. */
function rest(both: number, first: number): number {
  return first >= 1 ? 0 : within(1 - (1 - both) / (1 - first));
}

/** Counts of two moments may make a share negative. */
function within(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function worse(one: number | undefined, other: number | undefined): number | null {
  const known = [one, other].filter((each) => each !== undefined);
  return known.length === 0 ? null : Math.max(...known) * 1000;
}
