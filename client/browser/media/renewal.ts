/** When a peer is kept, when its ICE is restarted and when a new one is made; pure. */

const PATIENCE: Readonly<Record<RTCPeerConnectionState, number>> = {
  connected: Infinity,
  new: 4,
  connecting: 4,
  disconnected: 1.5,
  failed: 0,
  closed: 0,
};
/** How long a restart of its ICE may take before a new peer is made. */
const RESTARTED = 3;

/** What is to be done for a peer. */
export type Remedy = "restart" | "renew";

/**
 * Watches one peer. While signaling answers, a peer that has lost its way is given a little time
 * (its ICE may still find it by itself); then its ICE is restarted, by which keys and pictures stay;
 * one that does not work after that, and one that never did, is made anew. While signaling is broken
 * too, nothing is done: the network is gone, and the peer may be as good as new when it returns.
 */
export class Renewal {
  private badSince: number | null = null;
  private restartedAt: number | null = null;

  /** What to do now, if anything; `state` is null while there is none to watch. */
  due(state: RTCPeerConnectionState | null, linked: boolean, now: number): Remedy | null {
    if (state === null || state === "connected" || !linked) {
      this.badSince = null;
      this.restartedAt = null;
      return null;
    }
    this.badSince ??= now;
    if (now - (this.restartedAt ?? this.badSince) < this.patience(state)) {
      return null;
    }
    return this.choose(state, now);
  }

  /**
   * Signaling is back, and the server kept the peer: whether to restart its ICE at once. The network
   * may be another one, and a browser that has not noticed waits for its old one for seconds.
   */
  returned(state: RTCPeerConnectionState | null, now: number): boolean {
    if (state !== "disconnected") {
      return false;
    }
    this.badSince = this.restartedAt = now;
    return true;
  }

  private patience(state: RTCPeerConnectionState): number {
    const waits = state === "disconnected" || state === "connecting";
    return this.restartedAt !== null && waits ? RESTARTED : PATIENCE[state];
  }

  private choose(state: RTCPeerConnectionState, now: number): Remedy {
    if (state === "disconnected" && this.restartedAt === null) {
      this.restartedAt = now;
      return "restart";
    }
    this.badSince = now;
    this.restartedAt = null;
    return "renew";
  }
}
