/** Whether media's own path works, and what it loses: a pattern goes up and comes back. */
import type { IceServer } from "../../protocol/messages";
import { newPeer } from "../signal";
import { lossesIn, type Losses, type Stats } from "./losses";
import { drawPattern } from "./pattern";

/** Longer than a lost handshake packet costs, shorter than the server waits. */
const CONNECT_MS = 8000;
/** So long the pattern is sent: some 250 packets. */
const COUNT_MS = 5000;
/** Until the last packets have come back, and the server has reported; it does so every second. */
const REPORT_MS = 1300;

/** The path as the browser sees it. */
export interface Udp extends Losses {
  /** Whether media's packets pass both ways. */
  readonly passes: boolean;
  readonly rtt_ms: number | null;
  /** Whether they pass by TCP, because UDP is shut. */
  readonly tcp: boolean;
  /** Whether they pass by a relay alone, because the server's own port is shut. */
  readonly relay: boolean;
  /** The server's address and port: the one in use, or the first that was tried. */
  readonly to: string | null;
}

interface Answers {
  readonly up: string;
  readonly down: string;
  /** Relays that the server names. */
  readonly ice_servers: readonly IceServer[];
}

/** What one try found, and the relays by which another may be made. */
interface Tried {
  readonly udp: Udp;
  readonly relays: readonly IceServer[];
}

interface PairStats {
  readonly id: string;
  readonly type: string;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly currentRoundTripTime?: number;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
}

interface CandidateStats {
  readonly id: string;
  readonly address?: string;
  readonly ip?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly candidateType?: string;
}

/**
 * Measures; null if the server did not answer, or there is no WebRTC. The server's own port comes
 * first and alone: only where it is shut, what its relays carry is of interest.
 */
export async function measureUdp(token: string): Promise<Udp | null> {
  if (typeof RTCPeerConnection === "undefined") {
    return null;
  }
  const direct = await attempt(token, []);
  if (direct === null || direct.udp.passes || direct.relays.length === 0) {
    return direct?.udp ?? null;
  }
  const relayed = await attempt(token, direct.relays);
  return relayed?.udp.passes === true ? relayed.udp : direct.udp;
}

async function attempt(token: string, relays: readonly IceServer[]): Promise<Tried | null> {
  const [up, down] = [newPeer(relays), newPeer(relays)];
  try {
    return await measured(token, up, down);
  } catch {
    return null;
  } finally {
    up.close();
    down.close();
  }
}

async function measured(
  token: string,
  up: RTCPeerConnection,
  down: RTCPeerConnection,
): Promise<Tried | null> {
  const { sender } = up.addTransceiver("video", { direction: "sendonly" });
  down.addTransceiver("video", { direction: "recvonly" });
  const answers = await answersTo(token, await offerOf(up), await offerOf(down));
  if (answers === null) {
    return null;
  }
  await up.setRemoteDescription({ type: "answer", sdp: answers.up });
  await down.setRemoteDescription({ type: "answer", sdp: answers.down });
  if (!(await Promise.all([up, down].map(connected))).every(Boolean)) {
    const nothing = { loss_up: null, loss_down: null, jitter_ms: null, rtt_ms: null };
    const udp = { passes: false, tcp: false, relay: false, to: firstIn(answers.up), ...nothing };
    return { udp, relays: answers.ice_servers };
  }
  await carry(sender);
  const stats = await up.getStats();
  const losses = lossesIn(stats, await down.getStats());
  return { udp: { passes: true, ...pathIn(stats), ...losses }, relays: answers.ice_servers };
}

async function offerOf(pc: RTCPeerConnection): Promise<string> {
  await pc.setLocalDescription(await pc.createOffer());
  return pc.localDescription?.sdp ?? "";
}

async function answersTo(token: string, up: string, down: string): Promise<Answers | null> {
  const response = await fetch("/api/check/peer", {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ up, down }),
  });
  return response.ok ? ((await response.json()) as Answers) : null;
}

/** Sends the pattern for a while, and waits until what became of it is known. */
async function carry(sender: RTCRtpSender): Promise<void> {
  const pattern = drawPattern();
  if (pattern === null) {
    return;
  }
  try {
    await sender.replaceTrack(pattern.track);
    await passed(COUNT_MS);
    await sender.replaceTrack(null);
  } finally {
    pattern.stop();
  }
  await passed(REPORT_MS);
}

function passed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Where the first candidate of an answer is. */
export function firstIn(sdp: string): string | null {
  const [, address, port] = /^a=candidate:\S+ \d+ udp \d+ (\S+) (\d+) /m.exec(sdp) ?? [];
  return address === undefined || port === undefined ? null : `${address} ${port}`;
}

/** Whether keys are agreed on in time. */
function connected(pc: RTCPeerConnection): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(false);
    }, CONNECT_MS);
    const look = (): void => {
      if (pc.connectionState === "connected" || pc.connectionState === "failed") {
        clearTimeout(timer);
        resolve(pc.connectionState === "connected");
      }
    };
    pc.onconnectionstatechange = look;
    look();
  });
}

/** The path in a connection's statistics: of the pair that is used (webrtc-stats, 8.12). */
export function pathIn(stats: Stats): Pick<Udp, "rtt_ms" | "tcp" | "relay" | "to"> {
  const byId = new Map<string, CandidateStats>();
  let pair: PairStats | undefined;
  stats.forEach((one) => {
    const entry = one as PairStats & CandidateStats;
    byId.set(entry.id, entry);
    pair = isUsed(entry) ? entry : pair;
  });
  const rtt = pair?.currentRoundTripTime;
  const remote = byId.get(pair?.remoteCandidateId ?? "");
  return {
    rtt_ms: rtt === undefined ? null : rtt * 1000,
    tcp: remote?.protocol === "tcp",
    relay: byId.get(pair?.localCandidateId ?? "")?.candidateType === "relay",
    to: addressOf(remote),
  };
}

function isUsed({ type, nominated, state }: PairStats): boolean {
  return type === "candidate-pair" && nominated === true && state === "succeeded";
}

/** Older browsers say `ip`, some nothing at all. */
function addressOf(candidate: CandidateStats | undefined): string | null {
  const address = candidate?.address ?? candidate?.ip;
  return address === undefined ? null : `${address} ${String(candidate?.port ?? "")}`.trim();
}
