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
    const ignore = (): void => undefined;
    const down: DownListener = {
      changed: () => {
        listener.received();
      },
      refused: (error) => {
        listener.downRefused(error);
      },
      state: ignore,
    };
    this.down = new DownPeer(signal, down);
    this.up = new UpPeer(signal, {
      refused: (error) => {
        listener.upRefused(error);
      },
      state: ignore,
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
      this.renewUp();
      this.renewDown();
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
    const up = this.upRenewal.due(this.up.state, linked, now);
    const down = this.downRenewal.due(this.down.state, linked, now);
    if (up === "restart") {
      this.up.restart();
    } else if (up === "renew") {
      this.renewUp();
    }
    if (down === "restart") {
      this.down.restart();
    } else if (down === "renew") {
      this.renewDown();
    }
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

  private renewUp(): void {
    this.forgetIf(true, this.up.peer);
    this.up.offerAgain(true);
  }

  private renewDown(): void {
    this.forgetIf(true, this.down.peer);
    this.down.offerAgain(true);
  }

  private forgetIf(fresh: boolean, peer: string): void {
    if (fresh && peer !== "") {
      this.forget(peer);
    }
  }
}
