/** How many bytes a device has sent and received, and what the lesson will come to; pure but for what asks a connection. */

/** Seconds of the newest counts by which the rest is estimated. */
const WINDOW_SECONDS = 60;

interface Count {
  readonly at: number;
  readonly bytes: number;
}

/** Adds up the bytes of one connection after another. */
export class Traffic {
  /** Of all connections until now. */
  used = 0;
  private readonly last = new Map<string, number>();
  private counts: Count[] = [];

  /** Takes the counter of a connection of this id; a new id counts from zero. */
  take(id: string, bytes: number, now: number): void {
    this.used += Math.max(0, bytes - (this.last.get(id) ?? 0));
    this.last.set(id, bytes);
    const fresh = this.counts.filter(({ at }) => now - at <= WINDOW_SECONDS && at < now);
    this.counts = [...fresh, { at: now, bytes: this.used }];
  }

  /** Forgets at what rate bytes came: it is another from now on. */
  changed(): void {
    this.counts = this.counts.slice(-1);
  }

  /** Bytes a second of the last minute; 0 until there are two counts. */
  rate(): number {
    const [first, last] = [this.counts[0], this.counts[this.counts.length - 1]];
    return first === undefined || last === undefined || last.at === first.at
      ? 0
      : (last.bytes - first.bytes) / (last.at - first.at);
  }

  /** What it comes to if it goes on like this for so many seconds. */
  estimate(seconds: number): number {
    return this.used + this.rate() * Math.max(0, seconds);
  }
}

/** What a connection has sent and received, headers and all. */
export async function bytesOf(pc: Pick<RTCPeerConnection, "getStats">): Promise<number> {
  let bytes = 0;
  (await pc.getStats()).forEach((report: RTCStats & Partial<RTCTransportStats>) => {
    if (report.type === "transport") {
      bytes += (report.bytesReceived ?? 0) + (report.bytesSent ?? 0);
    }
  });
  return bytes;
}

/** What came by a connection's ways, checks not counted: Firefox tells it of candidate pairs alone. */
export async function arrivedBy(pc: Pick<RTCPeerConnection, "getStats">): Promise<number> {
  let bytes = 0;
  (await pc.getStats()).forEach((report: RTCStats & Partial<RTCIceCandidatePairStats>) => {
    if (report.type === "candidate-pair") {
      bytes += report.bytesReceived ?? 0;
    }
  });
  return bytes;
}
