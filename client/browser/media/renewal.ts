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
/**
 * So long after the last packet that came a way is taken to be there, whatever the browser says:
 * Firefox calls a peer disconnected for 5 s as soon as one check of consent (RFC 7675) is lost.
 */
const HEARD = 3;

/** What is to be done for a peer. */
export type Remedy = "restart" | "renew";

/**
 * Watches one peer. While signaling answers, a peer that has lost its way is given a little time
 * (its ICE may still find it by itself); then its ICE is restarted, by which keys and pictures stay;
 * one that does not work after that, and one that never did, is made anew. While signaling is broken
 * too, nothing is done: the network is gone, and the peer may be as good as new when it returns.
 * A way by which packets come is not lost; and one by which none are to come is the browser's to
 * find again, for nobody misses anything: at last it says `failed`.
 */
export class Renewal {
  private badSince: number | null = null;
  private restartedAt: number | null = null;
  private bytes: number | null = null;
  private heardAt = -Infinity;
  private askedAt: number | null = null;

  /**
   * What to do now, if anything; `state` is null while there is none to watch. `used`: whether
   * anything is sent or to come by it.
   */
  due(
    state: RTCPeerConnectionState | null,
    linked: boolean,
    now: number,
    used = true,
  ): Remedy | null {
    if (state === null || state === "connected" || !linked) {
      this.recover();
      return null;
    }
    this.badSince ??= now;
    const waited = now - (this.restartedAt ?? this.badSince);
    if (waited < this.patience(state) || (this.mayBeThere(state) && this.isThere(used, now))) {
      return null;
    }
    return this.choose(state, now);
  }

  /** It works: asked for from time to time alone, one that works for a moment would be missed. */
  recover(): void {
    this.badSince = this.restartedAt = null;
    this.forget();
  }

  /** Whether packets still come is being counted: a busy computer takes its time for that. */
  asked(now: number): void {
    this.askedAt ??= now;
  }

  /** How many bytes came by a peer in trouble until now: whether there were more is what counts. */
  counted(bytes: number, now: number): void {
    if (this.bytes !== null && bytes > this.bytes) {
      this.heardAt = now;
    }
    this.bytes = bytes;
    this.askedAt = null;
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

  private isThere(used: boolean, now: number): boolean {
    const counts = this.askedAt !== null && now - this.askedAt < HEARD;
    return counts || now - this.heardAt < HEARD || (!used && this.restartedAt === null);
  }

  /** While ICE is restarted packets go on coming by the way that there was. */
  private mayBeThere(state: RTCPeerConnectionState): boolean {
    return state === "disconnected" || (state === "connecting" && this.restartedAt !== null);
  }

  private forget(): void {
    this.bytes = this.askedAt = null;
    this.heardAt = -Infinity;
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
    this.forget();
    return "renew";
  }
}
