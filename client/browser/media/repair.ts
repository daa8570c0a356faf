/**
 * Sound that is sent again where it was lost.
 *
 * Chromium and its kin send lost packets of Opus again and ask for them, but no API makes them offer
 * it, only the offer's own text (W3C webrtc-extensions issue 119). Those that can are known by the
 * redundant sound that they offer (RFC 2198); the others get their offer back as it was.
 */

const OPUS = /^a=rtpmap:(\d+) opus\/48000/i;

/** The offer, with Opus sent again when it is asked for (RFC 4585) where this browser can do that. */
export function withRepair(offer: string): string {
  const [session, ...sections] = offer.split(/(?=^m=)/m);
  return [session, ...sections.map(repaired)].join("");
}

/** Makes an offer of this connection its own; the text that it then has. */
export async function offer(pc: RTCPeerConnection): Promise<string> {
  const made = await pc.createOffer();
  await pc.setLocalDescription({ type: "offer", sdp: withRepair(made.sdp ?? "") });
  return pc.localDescription?.sdp ?? "";
}

function repaired(section: string): string {
  const lines = section.split("\r\n");
  const opus = lines.map((line) => OPUS.exec(line)?.[1]).find((number) => number !== undefined);
  const can = lines.some((line) => line.startsWith("a=rtpmap:") && line.includes(" red/48000"));
  if (!section.startsWith("m=audio") || opus === undefined || !can) {
    return section;
  }
  const wanted = `a=rtcp-fb:${opus} nack`;
  if (lines.includes(wanted)) {
    return section;
  }
  const at = lines.findIndex((line) => OPUS.test(line));
  return [...lines.slice(0, at + 1), wanted, ...lines.slice(at + 1)].join("\r\n");
}
