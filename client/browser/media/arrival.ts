/** What arrives of each source: whether its picture moves, how much was lost; pure but for `measure`. */
import type { Received } from "./down";

/** Counters of one source since its connection began. */
export interface Arrival {
  readonly frames: number;
  readonly packets: number;
  readonly lost: number;
}

const STILL_SECONDS = 2;

/** Follows the counters of every source of a device. */
export class Arrivals {
  private readonly last = new Map<string, { arrival: Arrival; movedAt: number }>();
  private packets = 0;
  private lost = 0;

  /** Takes the counters of one picture or sound. */
  take(source: string, arrival: Arrival, now: number): void {
    const before = this.last.get(source);
    // A new connection counts from zero again.
    const since = before !== undefined && arrival.packets >= before.arrival.packets;
    const from = since ? before.arrival : { frames: 0, packets: 0, lost: 0 };
    this.packets += arrival.packets - from.packets;
    this.lost += Math.max(0, arrival.lost - from.lost);
    const moved = before === undefined || arrival.frames !== before.arrival.frames;
    this.last.set(source, { arrival, movedAt: moved ? now : before.movedAt });
  }

  /** Sources that are not bound any more need no memory. */
  keep(sources: ReadonlySet<string>): void {
    for (const source of [...this.last.keys()]) {
      if (!sources.has(source)) {
        this.last.delete(source);
      }
    }
  }

  /** Pictures without a new frame for 2 s. */
  still(now: number): Set<string> {
    const found = [...this.last].filter(([, { movedAt }]) => now - movedAt >= STILL_SECONDS);
    return new Set(found.map(([source]) => source));
  }

  /** Share of packets lost since this was asked last, 0 to 1. */
  lossSinceAsked(): number {
    const total = this.packets + this.lost;
    const share = total === 0 ? 0 : this.lost / total;
    this.packets = this.lost = 0;
    return share;
  }
}

/** A statistics report as browsers fill it for RTP. */
export type RtpStats = RTCStats & Readonly<Record<string, unknown>>;

/** The report of one type; of a picture in layers that of the layer with the most frames. */
export async function rtpStats(
  end: RTCRtpReceiver | RTCRtpSender,
  type: "inbound-rtp" | "outbound-rtp",
): Promise<RtpStats | null> {
  let found: RtpStats | null = null;
  (await end.getStats()).forEach((report: RtpStats) => {
    if (report.type !== type) {
      return;
    }
    if (found === null || count(report, "framesEncoded") > count(found, "framesEncoded")) {
      found = report;
    }
  });
  return found;
}

/** The counters of one source as it arrives; null before its first packet. */
export async function measure({ receiver }: Received): Promise<Arrival | null> {
  const stats = await rtpStats(receiver, "inbound-rtp");
  if (stats === null) {
    return null;
  }
  return {
    frames: count(stats, "framesDecoded"),
    packets: count(stats, "packetsReceived"),
    lost: count(stats, "packetsLost"),
  };
}

function count(stats: RtpStats, name: string): number {
  const value = stats[name];
  return typeof value === "number" ? value : 0;
}
