/** What a peer needs of the signaling below it. */
import type { Answer, IceServer, SourceOffer } from "../protocol/messages";

/** One offer, before it has a request id. */
export interface OfferBody {
  readonly type: "offer";
  readonly peer: string;
  readonly direction: "up" | "down";
  readonly sdp: string;
  readonly sources?: SourceOffer[];
}

/** Sends an offer and waits for its answer; rejects with a `CodedError`. */
export type Signal = (offer: OfferBody) => Promise<Answer>;

/** A random peer id. `crypto.randomUUID` is newer than the browsers we build for. */
export function newPeerId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * A connection of ours: one bundle, no STUN server, and a relay where the server names one. The
 * server is ICE-lite with its addresses in the answer: it learns ours, a relay's too, from our
 * checks, so none need gathering before the offer goes out.
 */
export function newPeer(relays: readonly IceServer[]): RTCPeerConnection {
  const iceServers = relays.map((each) => ({ ...each }));
  return new RTCPeerConnection({
    bundlePolicy: "max-bundle",
    rtcpMuxPolicy: "require",
    iceServers,
  });
}

/** Runs one negotiation after another, never two at once; the last request covers those before. */
export class OneAtATime {
  private running = false;
  private again = false;

  constructor(private readonly work: () => Promise<void>) {}

  /** Does the work, now or once more after the work under way. */
  request(): void {
    this.again = true;
    if (!this.running) {
      void this.drain();
    }
  }

  private async drain(): Promise<void> {
    this.running = true;
    try {
      while (this.again) {
        this.again = false;
        await this.work();
      }
    } finally {
      this.running = false;
    }
  }
}
