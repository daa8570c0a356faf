/** When a peer is kept and when a new one is made; pure. */

const PATIENCE: Readonly<Record<RTCPeerConnectionState, number>> = {
  connected: Infinity,
  new: 4,
  connecting: 4,
  disconnected: 1.5,
  failed: 0,
  closed: 0,
};

/**
 * Watches one peer. While signaling answers, a peer that does not work is given a little time (its
 * ICE may still find the way back by itself) and is then renewed; while signaling is broken too,
 * nothing is done: the network is gone, and the peer may be as good as new when it returns.
 */
export class Renewal {
  private badSince: number | null = null;

  /** Whether to make a new peer now; `state` is null while there is none to watch. */
  due(state: RTCPeerConnectionState | null, linked: boolean, now: number): boolean {
    if (state === null || state === "connected" || !linked) {
      this.badSince = null;
      return false;
    }
    this.badSince ??= now;
    if (now - this.badSince < PATIENCE[state]) {
      return false;
    }
    this.badSince = now;
    return true;
  }
}
