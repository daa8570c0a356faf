/** Both peers of a device and when they are made anew. */
import { DownPeer, type DownListener } from "../../media/down";
import { Renewal } from "../../media/renewal";
import type { Signal } from "../../media/signal";
import { UpPeer } from "../../media/up";
import type { IceServer, OfferAgain } from "../../protocol/messages";
import type { CodedError } from "../../protocol/wire";

/** What the peers tell their session. */
export interface PeersListener {
  /** What arrives changed. */
  received(): void;
  /** An upward offer was refused. */
  upRefused(error: CodedError): void;
  /** A downward offer was refused. */
  downRefused(error: CodedError): void;
}

/** One peer up, one down. */
export class Peers {
  readonly up: UpPeer;
  readonly down: DownPeer;
  private readonly upRenewal = new Renewal();
  private readonly downRenewal = new Renewal();
  private stale = false;

  /** `forget` gives up the offers of a peer that is replaced. */
  constructor(
    signal: Signal,
    private readonly forget: (peer: string) => void,
    listener: PeersListener,
  ) {
    const stands = (renewal: Renewal, state: RTCPeerConnectionState): void => {
      if (state === "connected") {
        renewal.recover();
      }
    };
    const down: DownListener = {
      changed: () => {
        listener.received();
      },
      refused: (error) => {
        listener.downRefused(error);
      },
      state: (state) => {
        stands(this.downRenewal, state);
      },
    };
    this.down = new DownPeer(signal, down);
    this.up = new UpPeer(signal, {
      refused: (error) => {
        listener.upRefused(error);
      },
      state: (state) => {
        stands(this.upRenewal, state);
      },
    });
  }

  /** Relays that connections made from now on may use. */
  allowRelays(relays: readonly IceServer[]): void {
    this.up.allowRelays(relays);
    this.down.allowRelays(relays);
  }

  /** The lesson welcomed this device; `kept`: the server still has its peers. */
  welcomed(kept: boolean, now: number): void {
    const fresh = this.stale;
    this.stale = false;
    if (kept && !fresh && this.down.peer !== "") {
      this.resume(this.up, this.upRenewal, now);
      this.resume(this.down, this.downRenewal, now);
    } else {
      this.renew(this.up);
      this.renew(this.down);
    }
  }

  /** The way to the server is another: with the next welcome both are made anew, unwatched. */
  rerouted(): void {
    this.stale = true;
  }

  /** The server asks for an offer. */
  offerAgain(message: OfferAgain): void {
    if (message.direction === "up") {
      this.forgetIf(message.fresh, this.up.peer);
      this.up.offerAgain(message.fresh);
    } else {
      this.forgetIf(message.fresh, this.down.peer);
      this.down.offerAgain(message.fresh, message.more_slots ?? 0);
    }
  }

  /** Time has passed: peers that do not work while signaling does look for a way, or are made anew. */
  tick(linked: boolean, now: number): void {
    this.mend(this.up, this.upRenewal, linked, now);
    this.mend(this.down, this.downRenewal, linked, now);
    void this.up.ease(now);
  }

  /** What each has sent and received since it began. */
  async traffic(): Promise<{ id: string; bytes: number }[]> {
    const found = [];
    for (const peer of [this.up, this.down]) {
      const id = peer.peer;
      const bytes = await peer.bytes();
      if (bytes !== null) {
        found.push({ id, bytes });
      }
    }
    return found;
  }

  /** Ends both. */
  close(): void {
    this.up.close();
    this.down.close();
  }

  private resume(peer: UpPeer | DownPeer, renewal: Renewal, now: number): void {
    if (renewal.returned(peer.state, now)) {
      peer.restart();
    } else {
      peer.resume();
    }
  }

  private mend(peer: UpPeer | DownPeer, renewal: Renewal, linked: boolean, now: number): void {
    const remedy = renewal.due(peer.state, linked, now, peer.used);
    if (remedy === "restart") {
      peer.restart();
    } else if (remedy === "renew") {
      this.renew(peer);
    } else if (peer.state === "disconnected" || peer.state === "connecting") {
      void this.count(peer, renewal, now);
    }
  }

  private async count(peer: UpPeer | DownPeer, renewal: Renewal, now: number): Promise<void> {
    renewal.asked(now);
    const bytes = await peer.arrived();
    if (bytes !== null) {
      renewal.counted(bytes, now);
    }
  }

  private renew(peer: UpPeer | DownPeer): void {
    this.forgetIf(true, peer.peer);
    peer.offerAgain(true);
  }

  private forgetIf(fresh: boolean, peer: string): void {
    if (fresh && peer !== "") {
      this.forget(peer);
    }
  }
}
