/** The peer that sends: one section per source of this device. */
import type { IceServer, Kind, SourceOffer } from "../protocol/messages";
import { CodedError } from "../protocol/wire";
import { encodingsOf, rowsOf, settle } from "./layers";
import { offer } from "./repair";
import { newPeer, newPeerId, OneAtATime, type Signal } from "./signal";
import { limited, Strain } from "./strain";
import { arrivedBy, bytesOf } from "./traffic";

/** One of this device's own pictures or sounds. */
export interface OwnSource {
  /** Unique in its participant: `camera`, `microphone`, `screen`… */
  readonly name: string;
  readonly kind: Kind;
  readonly track: MediaStreamTrack;
  /** Whether it shows or sounds at once. */
  readonly enabled: boolean;
}

/** What the peer tells its owner. */
export interface UpListener {
  /** The server refused the offer with these sources in it. */
  refused(error: CodedError, names: string[]): void;
  /** ICE or DTLS gave up or works again. */
  state(state: RTCPeerConnectionState): void;
}

/** Sends what `set` says; offers again when that changes or when it is told to. */
export class UpPeer {
  private pc: RTCPeerConnection | null = null;
  private id = "";
  private relays: readonly IceServer[] = [];
  private sources: readonly OwnSource[] = [];
  private readonly sections = new Map<string, RTCRtpTransceiver>();
  private readonly watched = new Map<string, readonly string[]>();
  private readonly strain = new Strain();
  private layered = false;
  private unsettled = false;
  private negotiation = this.newNegotiation();

  constructor(
    private readonly signal: Signal,
    private readonly listener: UpListener,
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

  /** Whether anything is sent. */
  get used(): boolean {
    return this.sources.length > 0;
  }

  /** How the connection stands; null while there is none. */
  get state(): RTCPeerConnectionState | null {
    return this.pc?.connectionState ?? null;
  }

  /** Whether new sections offer pictures in layers. */
  allowLayers(allowed: boolean): void {
    this.layered = allowed;
  }

  /** Of a picture that is sent in layers, sends those that somebody watches. */
  sendLayers(name: string, layers: readonly string[]): void {
    this.watched.set(name, layers);
    void this.settle();
  }

  /** A second has passed: a computer that is short of processor time sends fewer layers. */
  async ease(now: number): Promise<void> {
    const senders = this.senders().map(({ sender }) => sender);
    const layered = senders.filter((sender) => sender.getParameters().encodings.length > 1);
    const before = this.strain.spared;
    const layers = Math.max(0, ...layered.map((one) => one.getParameters().encodings.length));
    this.strain.take(await limited(layered), layers, now);
    if (this.strain.spared !== before) {
      await this.settle();
    }
  }

  /** What is sent, from now on. A source of the same name continues with its new track. */
  set(sources: readonly OwnSource[]): void {
    const before = this.sources;
    this.sources = sources;
    const sameNames =
      sources.length === before.length &&
      sources.every((one, index) => one.name === before[index]?.name);
    if (!sameNames) {
      this.negotiation.request();
    } else if (sources.some((one, index) => one.track !== before[index]?.track)) {
      this.replaceTracks();
    }
  }

  /** Offers again: with a new connection if `fresh`. */
  offerAgain(fresh: boolean): void {
    if (fresh) {
      this.close();
    }
    if (this.pc !== null || this.sources.length > 0) {
      this.negotiation.request();
    }
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

  /** Ends the connection; the sources stay for the next one. */
  close(): void {
    this.sections.clear();
    this.watched.clear();
    if (this.pc !== null) {
      this.pc.onconnectionstatechange = null;
      this.pc.close();
    }
    this.pc = null;
    this.id = "";
    this.negotiation = this.newNegotiation();
  }

  /** Each source that is sent, with its sender. */
  senders(): { name: string; kind: Kind; mid: string | null; sender: RTCRtpSender }[] {
    return this.sources.flatMap(({ name, kind }) => {
      const section = this.sections.get(name);
      return section === undefined
        ? []
        : [{ name, kind, mid: section.mid, sender: section.sender }];
    });
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
    this.pc = pc;
    this.id = newPeerId();
    return pc;
  }

  private async negotiate(): Promise<void> {
    const pc = this.pc ?? this.open();
    const names = this.sources.map((source) => source.name);
    try {
      this.arrange(pc);
      const sdp = await offer(pc);
      const answer = await this.signal({
        type: "offer",
        peer: this.id,
        direction: "up",
        sdp,
        sources: this.offers(),
      });
      if (this.pc === pc) {
        await pc.setRemoteDescription({ type: "answer", sdp: answer.sdp });
        await this.settle();
      }
    } catch (error) {
      await this.failed(pc, error, names);
    }
  }

  /** One section per source; sections of sources that ended fall silent and are used again. */
  private arrange(pc: RTCPeerConnection): void {
    for (const [name, section] of this.sections) {
      if (!this.sources.some((source) => source.name === name)) {
        section.direction = "inactive";
        this.watched.delete(name); // whoever watches it when it is back is another matter
        void section.sender.replaceTrack(null);
      }
    }
    for (const source of this.sources) {
      const section = this.sections.get(source.name);
      if (section === undefined) {
        const sendEncodings = encodingsOf(source.kind, this.layered, source.track);
        const init = { direction: "sendonly" as const, sendEncodings };
        this.sections.set(source.name, pc.addTransceiver(source.track, init));
      } else {
        section.direction = "sendonly";
        void section.sender.replaceTrack(source.track);
      }
    }
  }

  private offers(): SourceOffer[] {
    return this.sources.map(({ name, kind, enabled, track }) => ({
      mid: this.sections.get(name)?.mid ?? "",
      name,
      kind,
      enabled,
      rows: rowsOf(track),
    }));
  }

  private replaceTracks(): void {
    for (const { name, track } of this.sources) {
      void this.sections
        .get(name)
        ?.sender.replaceTrack(track)
        .then(() => this.settle());
    }
  }

  private async settle(): Promise<void> {
    for (const { name, kind, sender } of this.senders()) {
      const parameters = sender.getParameters();
      const watched = this.watched.get(name);
      if (settle(parameters, kind, { track: sender.track, watched, spared: this.strain.spared })) {
        // A refusal costs only the limit.
        await sender.setParameters(parameters).catch(() => undefined);
      }
    }
  }

  private async failed(pc: RTCPeerConnection, error: unknown, names: string[]): Promise<void> {
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
      this.listener.refused(error, names);
    }
  }
}
