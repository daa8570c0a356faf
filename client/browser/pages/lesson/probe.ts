/**
 * `window.tongke`, the one global of the page: lets a technician's console and the browser tests
 * read what is sent, received and bound. It changes nothing.
 */
import { rtpStats, type RtpStats } from "../../media/arrival";
import type { Session } from "./session";

/** One source on one of the device's peers. */
export interface SourceStats {
  /** `<participant>/<name>`. */
  readonly source: string;
  readonly direction: "up" | "down";
  readonly kind: "audio" | "video";
  readonly mid: string | null;
  /** The browser's own `inbound-rtp` or `outbound-rtp` report; null before the first packet. */
  readonly rtp: RtpStats | null;
}

/** Everything at one instant. */
export interface Stats {
  readonly participant: string | null;
  readonly device: string | null;
  readonly standing: string;
  /** How both peers stand: `RTCPeerConnection.connectionState`. */
  readonly peers: { readonly up: string | null; readonly down: string | null };
  /** Peer ids, new for every RTCPeerConnection. */
  readonly ids: { readonly up: string; readonly down: string };
  readonly bindings: { mid: string; use: string | null; source: string | null }[];
  readonly sources: SourceStats[];
  /** Lesson time, smallest round trip and clock offset in seconds. */
  readonly clock: { readonly now: number; readonly rtt: number; readonly offset: number };
}

declare global {
  interface Window {
    tongke?: { stats: () => Promise<Stats> };
  }
}

/** Lets the window read a session. */
export function expose(session: Session): void {
  window.tongke = { stats: () => statsOf(session) };
}

async function statsOf(session: Session): Promise<Stats> {
  const { up, down } = session.peers;
  const { clock } = session.connection;
  return {
    participant: session.me.value?.participant ?? null,
    device: session.me.value?.device ?? null,
    standing: session.standing.value,
    peers: { up: up.state, down: down.state },
    ids: { up: up.peer, down: down.peer },
    bindings: down.slots.table(),
    sources: [...(await sent(session)), ...(await received(session))],
    clock: { now: session.now.value, rtt: clock.rtt, offset: clock.offset },
  };
}

function sent(session: Session): Promise<SourceStats[]> {
  const participant = session.me.value?.participant ?? "";
  return Promise.all(
    session.peers.up.senders().map(async ({ name, mid, sender }) => ({
      source: `${participant}/${name}`,
      direction: "up" as const,
      kind: sender.track?.kind === "audio" ? ("audio" as const) : ("video" as const),
      mid,
      rtp: await rtpStats(sender, "outbound-rtp"),
    })),
  );
}

function received(session: Session): Promise<SourceStats[]> {
  return Promise.all(
    session.peers.down.received().map(async ({ source, mid, track, receiver }) => ({
      source,
      direction: "down" as const,
      kind: track.kind === "audio" ? ("audio" as const) : ("video" as const),
      mid,
      rtp: await rtpStats(receiver, "inbound-rtp"),
    })),
  );
}
