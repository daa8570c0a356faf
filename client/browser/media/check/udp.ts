/** Whether media's own path works: ICE and DTLS with the server's media port, carrying nothing. */
import { newPeer } from "../signal";

/** Longer than a lost handshake packet costs, shorter than the server waits. */
const CONNECT_MS = 8000;
const STATS_MS = 1500;
const STATS_EVERY_MS = 100;

/** The path as the browser sees it. */
export interface Udp {
  readonly rtt_ms: number | null;
  /** The server's address and port. */
  readonly to: string | null;
}

interface PairStats {
  readonly id: string;
  readonly type: string;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly currentRoundTripTime?: number;
  readonly remoteCandidateId?: string;
}

interface CandidateStats {
  readonly id: string;
  readonly address?: string;
  readonly ip?: string;
  readonly port?: number;
}

/** Measures; null if no media packet passes, or there is no WebRTC. */
export async function measureUdp(token: string): Promise<Udp | null> {
  if (typeof RTCPeerConnection === "undefined") {
    return null;
  }
  const pc = newPeer();
  try {
    pc.addTransceiver("audio", { direction: "sendonly" });
    await pc.setLocalDescription(await pc.createOffer());
    const sdp = await answerTo(token, pc.localDescription?.sdp ?? "");
    if (sdp === null) {
      return null;
    }
    await pc.setRemoteDescription({ type: "answer", sdp });
    return (await connected(pc)) ? await inStats(pc) : null;
  } catch {
    return null;
  } finally {
    pc.close();
  }
}

async function answerTo(token: string, sdp: string): Promise<string | null> {
  const response = await fetch("/api/check/peer", {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ sdp }),
  });
  return response.ok ? ((await response.json()) as { sdp: string }).sdp : null;
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

/** Round trip and address, as soon as the browser knows them. */
async function inStats(pc: RTCPeerConnection): Promise<Udp> {
  let found: Udp = { rtt_ms: null, to: null };
  for (let waited = 0; waited < STATS_MS && found.rtt_ms === null; waited += STATS_EVERY_MS) {
    found = pathIn(await pc.getStats());
    await new Promise((resolve) => setTimeout(resolve, STATS_EVERY_MS));
  }
  return found;
}

/** The path in a connection's statistics: of the pair that is used (webrtc-stats, 8.12). */
export function pathIn(stats: { forEach(each: (one: unknown) => void): void }): Udp {
  const byId = new Map<string, CandidateStats>();
  let pair: PairStats | undefined;
  stats.forEach((one) => {
    const entry = one as PairStats & CandidateStats;
    byId.set(entry.id, entry);
    pair = isUsed(entry) ? entry : pair;
  });
  const rtt = pair?.currentRoundTripTime;
  return {
    rtt_ms: rtt === undefined ? null : rtt * 1000,
    to: addressOf(byId.get(pair?.remoteCandidateId ?? "")),
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
