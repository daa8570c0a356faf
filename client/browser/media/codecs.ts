/** What this browser can send and play, read from the offers it would make. */
import type { Codec } from "../protocol/messages";

/** What a device can send and play. */
export interface Abilities {
  readonly encodes: Codec[];
  readonly decodes: Codec[];
}

const NAMES: Readonly<Record<string, Codec>> = {
  "opus/48000/2": "opus",
  "h264/90000": "h264",
  "vp8/90000": "vp8",
  "vp9/90000": "vp9",
};

/**
 * The codecs an SDP offers, of those a lesson may use, in its order.
 *
 * H.264 counts only as constrained baseline with packetization mode 1 (RFC 6184), VP9 only as
 * profile 0: what every receiver plays.
 */
export function codecsIn(sdp: string): Codec[] {
  const parameters = new Map<string, string>();
  for (const [, number, text] of sdp.matchAll(/^a=fmtp:(\d+) (.*)$/gm)) {
    parameters.set(number ?? "", text ?? "");
  }
  const found = new Set<Codec>();
  for (const [, number, name] of sdp.matchAll(/^a=rtpmap:(\d+) (\S+)/gm)) {
    const codec = NAMES[(name ?? "").toLowerCase()];
    if (codec !== undefined && isCommon(codec, parameters.get(number ?? "") ?? "")) {
      found.add(codec);
    }
  }
  return [...found];
}

function isCommon(codec: Codec, parameters: string): boolean {
  if (codec === "h264") {
    return /packetization-mode=1/.test(parameters) && /profile-level-id=42[ce]0/i.test(parameters);
  }
  return codec !== "vp9" || !/profile-id=[1-9]/.test(parameters);
}

/** Asks this browser; nothing when it has no WebRTC at all. */
export async function abilities(): Promise<Abilities> {
  if (typeof RTCPeerConnection === "undefined") {
    return { encodes: [], decodes: [] };
  }
  const encodes = codecsIn(await offerOf("sendonly"));
  const decodes = codecsIn(await offerOf("recvonly"));
  return { encodes, decodes };
}

async function offerOf(direction: RTCRtpTransceiverDirection): Promise<string> {
  const probe = new RTCPeerConnection();
  try {
    probe.addTransceiver("audio", { direction });
    probe.addTransceiver("video", { direction });
    return (await probe.createOffer()).sdp ?? "";
  } finally {
    probe.close();
  }
}
