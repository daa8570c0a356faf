/** How a picture is sent: whole, or in layers of which the server passes each viewer one. */
import type { Kind } from "../protocol/messages";

/** With what the DOM's types leave out (W3C webrtc-svc). */
type Encoding = RTCRtpEncodingParameters & { scalabilityMode?: string };

const LAYERED: readonly Kind[] = ["camera", "class_camera"];

const PICTURE_BITS: Readonly<Partial<Record<Kind, number>>> = {
  camera: 2_000_000,
  class_camera: 2_000_000,
  screen: 2_500_000,
};

/**
 * The layers of a camera, lowest first, which is the order that browsers share their bits in. None
 * has a frame rate of its own: Chromium 156 would hold all of them to the lowest.
 */
const LAYERS: readonly Required<Pick<Encoding, "rid" | "scaleResolutionDownBy" | "maxBitrate">>[] =
  [
    { rid: "l", scaleResolutionDownBy: 4, maxBitrate: 150_000 },
    { rid: "m", scaleResolutionDownBy: 2, maxBitrate: 350_000 },
    { rid: "h", scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
  ];

const RIDS: readonly string[] = LAYERS.map(({ rid }) => rid);

/** Rows of a track's whole picture; 0 for a sound, and before a browser knows. */
export function rowsOf(track: MediaStreamTrack): number {
  return Math.min(track.getSettings().height ?? 0, 8640);
}

/** What a new section of this kind is opened with. */
export function encodingsOf(kind: Kind, layered: boolean): Encoding[] {
  return layered && LAYERED.includes(kind) ? LAYERS.map((layer) => ({ ...layer })) : [];
}

/**
 * Sets what was agreed on to its limits; false if it stood there already.
 *
 * `watched` are the rids that somebody watches, all of them if that is not known; the highest
 * `spared` are not sent in any case. A picture whose layers the server did not take is left with the
 * lowest alone, and is sent whole.
 */
export function settle(
  parameters: RTCRtpSendParameters,
  kind: Kind,
  watched: readonly string[] | undefined,
  spared = 0,
): boolean {
  const encodings: Encoding[] = parameters.encodings;
  const before = JSON.stringify(encodings);
  const codec = parameters.codecs[0]?.mimeType.toLowerCase();
  const [whole] = encodings;
  if (encodings.length > 1) {
    const may = RIDS.slice(0, RIDS.length - spared);
    const sent = may.filter((rid) => watched === undefined || isDue(rid, may, watched));
    for (const encoding of encodings) {
      limitLayer(encoding, sent);
    }
  } else if (whole !== undefined) {
    limitWhole(whole, kind, codec);
  }
  return JSON.stringify(encodings) !== before;
}

/** Whether a layer is watched, or stands in for a higher one that may not be sent. */
function isDue(rid: string, may: readonly string[], watched: readonly string[]): boolean {
  const highest = rid === may[may.length - 1];
  return watched.includes(rid) || (highest && watched.some((one) => !may.includes(one)));
}

function limitLayer(encoding: Encoding, sent: readonly string[]): void {
  const layer = LAYERS.find(({ rid }) => rid === encoding.rid);
  if (layer !== undefined) {
    encoding.maxBitrate = layer.maxBitrate;
    encoding.active = sent.includes(layer.rid);
  }
}

function limitWhole(encoding: Encoding, kind: Kind, codec: string | undefined): void {
  const most = PICTURE_BITS[kind];
  if (most !== undefined) {
    encoding.maxBitrate = most;
  }
  if (encoding.scaleResolutionDownBy !== undefined) {
    encoding.scaleResolutionDownBy = 1;
  }
  if (kind === "screen" && codec === "video/vp9") {
    encoding.scalabilityMode = "L1T3";
  }
}
