/** The peer that receives: a fixed pool of slots, bound to sources by messages. */
import type { Bound, IceServer } from "../protocol/messages";
import { CodedError } from "../protocol/wire";
import { offer } from "./repair";
import { newPeer, newPeerId, OneAtATime, type Signal } from "./signal";
import { pairs, pool, Slots } from "./slots";
import { arrivedBy, bytesOf } from "./traffic";

/** What the peer tells its owner. */
export interface DownListener {
  /** Tracks or their bindings changed: read `received()` again. */
  changed(): void;
  /** The server refused the offer. */
  refused(error: CodedError): void;
  /** ICE or DTLS gave up or works again. */
  state(state: RTCPeerConnectionState): void;
}

/** One source as it arrives. */
export interface Received {
  readonly source: string;
  readonly mid: string;
  readonly track: MediaStreamTrack;
  readonly receiver: RTCRtpReceiver;
}

/** Receives what the server binds to its slots. */
export class DownPeer {
  readonly slots = new Slots();
  private pc: RTCPeerConnection | null = null;
  private id = "";
  private relays: readonly IceServer[] = [];
  private grownBy = 0;
  private unsettled = false;
  private negotiation = this.newNegotiation();

  constructor(
    private readonly signal: Signal,
    private readonly listener: DownListener,
  ) {}

  /** The peer's id; empty while there is none. */
  get peer(): string {
    return this.id;
  }

  /** Relays that the next connection may use; one that stands keeps those it has. */
  allowRelays(relays: readonly IceServer[]): void {
    this.relays = relays;
  }

  /** Bytes sent and received by this connection; null while there is none. */
  async bytes(): Promise<number | null> {
    return this.pc === null ? null : bytesOf(this.pc);
  }

  /** Bytes that came by this connection's ways; null while there is none. */
  async arrived(): Promise<number | null> {
    return this.pc === null ? null : arrivedBy(this.pc);
  }

  /** Whether anything is to come. */
  get used(): boolean {
    return this.received().length > 0;
  }

  /** How the connection stands; null while there is none. */
  get state(): RTCPeerConnectionState | null {
    return this.pc?.connectionState ?? null;
  }

  /** Offers the pool, with a new connection if there is none or `fresh`; grown by `more` pairs. */
  offerAgain(fresh: boolean, more = 0): void {
    if (fresh) {
      this.close();
    }
    if (this.pc !== null) {
      this.addSections(this.pc, pairs(more));
    }
    this.grownBy += more;
    this.negotiation.request();
  }

  /** Slots were bound anew; those of an older peer are none of ours. */
  bound(message: Bound): void {
    if (message.peer === this.id) {
      this.slots.bind(message.bindings);
      this.listener.changed();
    }
  }

  /** Everything that is bound just now. */
  received(): Received[] {
    const sections = this.pc?.getTransceivers() ?? [];
    return sections.flatMap(({ mid, receiver }) => {
      const source = mid === null ? null : this.slots.sourceIn(mid);
      return mid === null || source === null
        ? []
        : [{ source, mid, track: receiver.track, receiver }];
    });
  }

  /** Looks for another way with the same keys: the next offer begins another ICE session. */
  restart(): void {
    if (this.pc !== null) {
      this.pc.restartIce();
      this.negotiation.request();
    }
  }

  /** The link is back and the server kept this peer: say again what could not be said. */
  resume(): void {
    if (this.unsettled) {
      this.unsettled = false;
      this.negotiation.request();
    }
  }

  /** Ends the connection. */
  close(): void {
    if (this.pc !== null) {
      this.pc.onconnectionstatechange = null;
      this.pc.close();
    }
    this.pc = null;
    this.id = "";
    this.negotiation = this.newNegotiation();
    this.slots.clear();
    this.listener.changed();
  }

  /** One for each connection: what a closed one was asked never settles, and would block the next. */
  private newNegotiation(): OneAtATime {
    return new OneAtATime(() => this.negotiate());
  }

  private open(): RTCPeerConnection {
    const pc = newPeer(this.relays);
    pc.onconnectionstatechange = () => {
      this.listener.state(pc.connectionState);
    };
    this.addSections(pc, [...pool(), ...pairs(this.grownBy)]);
    this.pc = pc;
    this.id = newPeerId();
    return pc;
  }

  private addSections(pc: RTCPeerConnection, kinds: ("audio" | "video")[]): void {
    for (const kind of kinds) {
      pc.addTransceiver(kind, { direction: "recvonly" });
    }
  }

  private async negotiate(): Promise<void> {
    const pc = this.pc ?? this.open();
    try {
      const sdp = await offer(pc);
      const answer = await this.signal({
        type: "offer",
        peer: this.id,
        direction: "down",
        sdp,
      });
      if (this.pc === pc) {
        await pc.setRemoteDescription({ type: "answer", sdp: answer.sdp });
        this.slots.name(answer.slots);
        this.listener.changed();
      }
    } catch (error) {
      await this.failed(pc, error);
    }
  }

  private async failed(pc: RTCPeerConnection, error: unknown): Promise<void> {
    if (this.pc !== pc) {
      return;
    }
    if (!(error instanceof CodedError)) {
      throw error;
    }
    if (pc.signalingState === "have-local-offer") {
      await pc.setLocalDescription({ type: "rollback" });
    }
    this.unsettled = error.code === "offline";
    if (!this.unsettled) {
      this.listener.refused(error);
    }
  }
}
